"""Signing in with GitHub: who gets in, who does not, and what a stolen thing is worth."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest
import requests
from sqlalchemy import select

from adapters.ledger import erasing, schema
from adapters.ledger.sessions import LASTS
from tests.journeys.house import House
from tests.pages.visitor import Visitor, form_of, query_of

New = Callable[[], Visitor]


@pytest.fixture(autouse=True)
def people(house: House) -> None:
    for login in ("octocat", "hubot"):
        house.world.user(login)


def rows(house: House) -> list[dict[str, object]]:
    with house.context.ledger.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(schema.sessions))]


def is_in(page: requests.Response, login: str) -> bool:
    return page.status_code == 200 and f"<bdi>{login}</bdi>" in page.text


def test_whoever_needs_to_signs_in_and_comes_back_to_the_page(house: House, visitor: New) -> None:
    mine = visitor()
    asked = mine.get("/me", allow_redirects=False)
    assert (asked.status_code, asked.headers["Location"]) == (302, "/sign-in?to=/me")
    page = mine.sign_in("octocat")
    assert is_in(page, "octocat") and urlsplit(page.url).path == "/me"
    assert "code=" not in page.url and "state=" not in page.url


def test_github_is_asked_with_a_state_a_challenge_and_one_fixed_address(house: House, visitor: New) -> None:
    first, second = query_of(visitor().begin()), query_of(visitor().begin())
    assert first["redirect_uri"] == f"{house.context.settings.public_url}/sign-in/callback"
    assert first["code_challenge_method"] == "S256"
    for name in ("state", "code_challenge"):
        assert len(first[name]) >= 43 and first[name] != second[name]


def test_the_cookie_is_for_this_server_alone_and_the_ledger_knows_only_its_hash(
    house: House, visitor: New
) -> None:
    mine = visitor()
    mine.sign_in("octocat")
    (cookie,) = [one for one in mine.session.cookies if one.name == "lamplighter-session"]
    assert cookie.has_nonstandard_attr("HttpOnly") and cookie.get_nonstandard_attr("SameSite") == "Lax"
    (row,) = rows(house)
    assert row["person_id"] == house.world.user("octocat").id
    assert str(cookie.value) not in str(row)


def test_the_token_of_github_is_kept_nowhere(house: House, visitor: New) -> None:
    mine = visitor()
    page = mine.sign_in("octocat")
    (token,) = house.world.user_tokens
    assert token not in str(rows(house)) and token not in page.text
    assert all(token not in str(one.value) for one in mine.session.cookies)


# --- forged, replayed, stolen ---------------------------------------------------------------------


def test_a_sign_in_that_another_browser_began_is_not_used(house: House, visitor: New) -> None:
    """Else somebody could be made to act in a stranger's account."""
    evil, mine = visitor(), visitor()
    link = evil.say(evil.begin(), login="hubot")
    answer = mine.get(link)
    assert answer.status_code == 403 and "not begun in this browser" in answer.text
    assert rows(house) == []


@pytest.mark.parametrize("state", ["", "forged", "%ff%00", "é"])
def test_a_forged_state_is_refused(house: House, visitor: New, state: str) -> None:
    mine = visitor()
    code = query_of(mine.say(mine.begin(), login="octocat"))["code"]
    answer = mine.get(f"/sign-in/callback?code={code}&state={state}")
    assert answer.status_code == 403
    assert rows(house) == []


def test_a_code_is_good_once(house: House, visitor: New) -> None:
    mine, thief = visitor(), visitor()
    pending = mine.begin()
    link = mine.say(pending, login="octocat")
    thief.session.cookies.update(mine.session.cookies.copy())
    assert is_in(mine.get(link), "octocat")
    # The same browser has let go of the state; a copy of it from before meets GitHub, which knows the code no more.
    assert mine.get(link).status_code == 403
    answer = thief.get(link)
    assert answer.status_code == 400 and "did not accept" in answer.text
    assert len(rows(house)) == 1


def test_a_code_without_the_browsers_verifier_is_worth_nothing(house: House, visitor: New) -> None:
    mine, thief = visitor(), visitor()
    code = query_of(mine.say(mine.begin(), login="octocat"))["code"]
    state = query_of(thief.begin())["state"]
    assert thief.get("/sign-in/callback", params={"code": code, "state": state}).status_code == 400
    assert rows(house) == []


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(house: House, visitor: New) -> None:
    mine, thief = visitor(), visitor()
    page = mine.sign_in("octocat")
    thief.session.cookies.update(mine.session.cookies.copy())
    assert is_in(thief.get("/me", allow_redirects=False), "octocat")
    out = mine.send(page, "/sign-out")
    assert urlsplit(out.url).path == "/" and rows(house) == []
    assert thief.get("/me", allow_redirects=False).status_code == 302
    assert not [one for one in mine.session.cookies if one.name == "lamplighter-session"]


def test_a_session_ends_after_eight_hours_and_housekeeping_drops_it(house: House, visitor: New) -> None:
    mine = visitor()
    page = mine.sign_in("octocat")
    house.advance(LASTS - timedelta(minutes=1))
    assert is_in(mine.get("/me", allow_redirects=False), "octocat")
    house.advance(timedelta(minutes=1))
    assert mine.get("/me", allow_redirects=False).status_code == 302
    late = mine.send(page, "/sign-out")
    assert late.status_code == 401 and "nothing was changed" in late.text
    assert len(rows(house)) == 1
    house.advance(timedelta(days=1))
    house.settle()
    assert rows(house) == []


@pytest.mark.parametrize("cookie", ["", "x", "0" * 43, "%00", "é" * 20, "a" * 4000])
def test_a_made_up_cookie_opens_nothing(visitor: New, cookie: str) -> None:
    mine = visitor()
    header = {"Cookie": f"lamplighter-session={quote(cookie, safe='%')}"}
    assert mine.get("/me", headers=header, allow_redirects=False).status_code == 302


def test_signing_in_again_makes_a_new_session_and_ends_the_old_one(house: House, visitor: New) -> None:
    mine = visitor()
    mine.sign_in("octocat")
    before = mine.session.cookies["lamplighter-session"]
    assert is_in(mine.sign_in("hubot"), "hubot")
    assert mine.session.cookies["lamplighter-session"] != before
    assert [row["login"] for row in rows(house)] == ["hubot"]


# --- forms ----------------------------------------------------------------------------------------


def test_a_form_of_another_site_changes_nothing(house: House, visitor: New) -> None:
    mine = visitor()
    page = mine.sign_in("octocat")
    right = form_of(page, "/sign-out").hidden
    forged = [
        ({}, {}),
        ({"token": ""}, {}),
        ({"token": "guessed"}, {}),
        ({"token": "é"}, {}),
        (right, {"Sec-Fetch-Site": "cross-site"}),
        (right, {"Sec-Fetch-Site": "same-site"}),
    ]
    for fields, headers in forged:
        answer = mine.post("/sign-out", fields, headers=headers)
        assert (answer.status_code, len(rows(house))) == (400, 1), (fields, headers)
        assert "nothing was changed" in answer.text


def test_the_token_of_one_persons_forms_is_no_good_for_another(house: House, visitor: New) -> None:
    evil, mine = visitor(), visitor()
    theirs = form_of(evil.sign_in("hubot"), "/sign-out").hidden
    mine.sign_in("octocat")
    assert mine.post("/sign-out", theirs).status_code == 400
    assert len(rows(house)) == 2


def test_nothing_is_signed_out_by_a_link(visitor: New) -> None:
    mine = visitor()
    mine.sign_in("octocat")
    assert mine.get("/sign-out").status_code == 405


# --- where it leads -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example.org/",
        "//evil.example.org/",
        "/\\evil.example.org/",
        "\\\\evil.example.org",
        "/\t/evil.example.org",
        "/ /evil.example.org",
        "javascript:alert(1)",
        "evil",
        "",
        "/sign-in?to=/me",
        "/" + "a" * 3000,
    ],
)
def test_nobody_is_led_to_another_place(visitor: New, to: str) -> None:
    page = visitor().sign_in("octocat", to)
    assert page.status_code == 200
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", page.url)


def test_a_cookie_that_was_tampered_with_leads_nowhere_else_either(house: House, visitor: New) -> None:
    mine = visitor()
    at_github = mine.begin()
    kept = mine.session.cookies["lamplighter-sign-in"]
    tampered = kept.replace("to=%2Fme", "to=%2F%2Fevil.example.org")
    assert tampered != kept
    link = mine.say(at_github, login="octocat")
    header = {"Cookie": f"lamplighter-sign-in={tampered}"}
    answer = requests.get(link, headers=header, allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


# --- without an answer ----------------------------------------------------------------------------


def test_whoever_cancels_is_told_so_and_may_try_again(house: House, visitor: New) -> None:
    mine = visitor()
    page = mine.get(mine.say(mine.begin(), cancel="yes"))
    assert page.status_code == 200 and "You cancelled, and nothing has happened." in page.text
    assert 'href="/sign-in?to=/me"' in page.text
    assert rows(house) == []


def test_whoever_began_in_spanish_is_told_in_spanish(visitor: New) -> None:
    mine = visitor()
    page = mine.get(mine.say(mine.begin("/me?lang=es"), cancel="yes"))
    assert '<html lang="es"' in page.text and "Cancelaste, y no ha pasado nada." in page.text
    assert 'class="languages"' not in page.text  # its address holds a code, which is used once


def test_while_github_is_down_nobody_gets_in_and_everybody_is_told(house: House, visitor: New) -> None:
    mine = visitor()
    link = mine.say(mine.begin(), login="octocat")
    house.world.faults.set(errors_5xx=1.0)
    page = mine.get(link)
    assert page.status_code == 502 and "GitHub does not answer" in page.text
    house.world.faults.set(errors_5xx=0.0)
    assert rows(house) == []
    assert is_in(mine.sign_in("octocat"), "octocat")


def test_a_wrong_secret_is_the_operators_to_mend(house: House, visitor: New) -> None:
    mine = visitor()
    link = mine.say(mine.begin(), login="octocat")
    house.world.apps[1001].client_secret = "another"  # pragma: allowlist secret
    page = mine.get(link)
    assert page.status_code == 400 and "another" not in page.text
    assert rows(house) == []


def test_a_wrong_callback_address_is_told_to_whoever_runs_it(house: House, visitor: New) -> None:
    house.world.apps[1001].callback_urls = [f"{house.context.settings.public_url}/sign-in/callback?x=1"]
    mine = visitor()
    page = mine.get(mine.begin())
    assert page.status_code == 502 and "how this Lamplighter is registered" in page.text


@pytest.mark.parametrize("query", ["", "code=x", "state=x", "error=access_denied", "code=x&code=y&state=%00"])
def test_nonsense_for_a_callback_is_one_sentence(visitor: New, query: str) -> None:
    assert visitor().get(f"/sign-in/callback?{query}").status_code == 403


def test_who_asks_to_be_forgotten_is_signed_out_everywhere(house: House, visitor: New) -> None:
    mine = visitor()
    mine.sign_in("octocat")
    with house.context.ledger.write() as connection:
        erasing.erase(connection, house.world.user("octocat").id, ["octocat"])
    assert rows(house) == []
    assert mine.get("/me", allow_redirects=False).status_code == 302
