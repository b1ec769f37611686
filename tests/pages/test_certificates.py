"""Certificates: given to whoever asks and did something, shown, checked, taken back, forgotten."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from adapters.context import Context
from adapters.ledger import certificates as ledger
from adapters.ledger import people, schema
from app import create_app
from jobs import certificate
from mentoring.certificate import MENTOR, NEWCOMER, Certificate, Kind
from tests.journeys.house import BOT, House
from tests.journeys.programs import HOME, configuration, settled_in
from tests.pages.visitor import Visitor, press
from tests.test_papers import ROOT

ON_BOTH = True

New = Callable[[], Visitor]
MEMBERS = "      - {login: hubot, mentoring: agreed}\n      - {login: octocat}\n"
NASTY = "</script><script>alert(1)</script>"
LINK = re.compile(r"\((http\S+/certificates/[\w-]+)\)")


def settled(house: House, **more: str) -> None:
    text = configuration(house.world, members=MEMBERS, extra="starter_issues: 0\ndigest: off\n")
    settled_in(house.world, text.replace("Djangonaut Space", more.get("program", "Djangonaut Space")))
    house.settle()


def helped(house: House, newcomer: str = "newcomer", *, merged: bool = False) -> int:
    """hubot answers a newcomer."""
    number = house.world.open_pull_request(HOME, newcomer, "Oil the dome", files=["dome.py"]).number
    house.settle()
    house.world.comment(HOME, number, "hubot", "Welcome, this looks fine.")
    house.settle()
    if merged:
        house.world.merge(HOME, number, "monalisa")
        house.settle()
    return number


def asks(house: House, number: int, login: str = "hubot", words: str = "") -> str:
    """Somebody writes the command; the last thing that was said to it, or nothing."""
    before = house.said(HOME, number)
    comment = house.world.comment(HOME, number, login, f"/mentor certificate{words}")
    house.settle()
    new = [one for one in house.said(HOME, number) if one not in before]
    assert new or dict(comment.reactions) == {"+1": [BOT]}
    return "".join(new)


def link_in(text: str) -> str:
    (found,) = LINK.findall(text)
    return str(found)


def stated(visitor: Visitor, url: str) -> dict[str, object]:
    answer = visitor.get(f"{url}.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return dict(answer.json())


def checked(visitor: Visitor, document: dict[str, object]) -> object:
    """What docs/certificates.md says: the signed statement, by the public keys."""
    keys = jwt.PyJWKSet.from_dict(visitor.get("/certificates/key.json").json())
    token = str(document["signed"])
    return jwt.decode(token, keys[jwt.get_unverified_header(token)["kid"]], algorithms=["EdDSA"])


# --- asked for ------------------------------------------------------------------------------------


def test_a_mentor_who_asks_gets_a_page_that_can_be_checked(house: House, visitor: New) -> None:
    settled(house)
    number = helped(house, merged=True)
    helped(house, "newcomer-two")
    url = link_in(asks(house, number))
    anybody = visitor()
    page = anybody.get(url)
    assert page.status_code == 200 and "noindex" in page.headers["X-Robots-Tag"]
    assert "Certificate of mentoring" in page.text and "Djangonaut Space" in page.text
    assert (
        "<strong>2</strong> newcomers" in page.text and "<strong>1</strong> of them all the way" in page.text
    )
    assert f"{HOME}#{number}" in page.text and f"/{HOME}/issues/{number}" in page.text
    assert "newcomer-two" not in page.text  # whom they helped is theirs to tell
    document = stated(anybody, url)
    assert document["state"] == "valid" and checked(anybody, document) == document["statement"]
    assert anybody.get(f"{url}/badge.svg").headers["Content-Type"].startswith("image/svg+xml")
    for path in ("", ".json", "/badge.svg"):
        head = anybody.session.head(f"{url}{path}", timeout=60)
        assert head.status_code == 200 and head.content == b""


def test_one_newcomer_helped_to_the_merge_is_said_without_a_number_of_them(
    house: House, visitor: New
) -> None:
    settled(house)
    page = visitor().get(link_in(asks(house, helped(house, merged=True))))
    assert "<strong>1</strong> newcomer to" in page.text
    assert ", all the way to the merge." in page.text and "of them" not in page.text


def test_asked_again_it_is_brought_up_to_date_at_the_same_address(house: House, visitor: New) -> None:
    settled(house)
    number = helped(house)
    url = link_in(asks(house, number))
    helped(house, "newcomer-two")
    asks(house, number)
    assert [one for one in house.said(HOME, number) if "/certificates/" in one][0].count(url) == 1
    assert "<strong>2</strong> newcomers" in visitor().get(url).text


def test_whoever_did_not_yet_do_anything_is_told_what_is_missing(house: House) -> None:
    settled(house)
    number = helped(house)
    said = asks(house, number, "octocat")
    assert "which of the 5 you are on" in said and "as mentor" in said
    with house.context.ledger.read() as connection:
        assert connection.execute(select(schema.certificates)).all() == []
        assert ledger.seeds(connection) == []


def test_whoever_was_here_before_gets_none_for_newcomers(house: House) -> None:
    text = configuration(house.world, members=MEMBERS, extra="starter_issues: 0\ndigest: off\n")
    settled_in(house.world, text, install=False)
    house.world.open_pull_request(HOME, "octocat", "Oil the dome", files=["dome.py"])
    house.world.install("djangonaut-space", [HOME])
    house.settle()
    for title in ("Wax the stairs", "Dust the lens", "Paint the door"):
        number = house.world.open_pull_request(HOME, "octocat", title, files=["dome.py"]).number
        house.settle()
        house.world.merge(HOME, number, "monalisa")
        house.settle()
    house.world.review(HOME, helped(house), "octocat", "commented", "Lovely.")
    house.settle()
    assert "for those who came here as newcomers" in asks(house, number, "octocat")


def test_what_nobody_understands_is_explained(house: House) -> None:
    settled(house)
    number = helped(house)
    assert certificate.USAGE in asks(house, number, words=" for everything")
    assert certificate.USAGE in asks(house, number, "octocat", " allow")


def test_a_private_repository_is_counted_and_not_named(house: House, visitor: New) -> None:
    settled(house)
    number = helped(house)
    url = link_in(asks(house, number))
    house.world.privatize(HOME)
    house.settle()
    anybody = visitor()
    page, document = anybody.get(url), stated(anybody, url)
    assert "<strong>1</strong> newcomer " in page.text
    assert HOME not in page.text and HOME not in json.dumps(document)
    assert checked(anybody, document) == document["statement"]


def test_a_newcomer_who_walked_the_path_gets_one(house: House, visitor: New) -> None:
    settled(house)
    numbers = []
    for title in ("Oil the dome", "Dust the lens", "Wax the stairs"):
        numbers.append(house.world.open_pull_request(HOME, "newcomer", title, files=["dome.py"]).number)
        house.settle()
        assert "comes with the last step" in asks(house, numbers[-1], "newcomer")
        house.world.merge(HOME, numbers[-1], "monalisa")
        house.settle()
    other = house.world.open_pull_request(HOME, "newcomer-two", "Paint", files=["door.py"]).number
    house.settle()
    house.world.review(HOME, other, "newcomer", "commented", "Lovely.")
    house.settle()
    url = link_in(asks(house, numbers[-1], "newcomer"))
    page = visitor().get(url).text
    assert "Certificate of contribution" in page and "<strong>3</strong> pull requests were merged" in page
    assert all(f"{HOME}#{number}" in page for number in numbers)


# --- taken back -----------------------------------------------------------------------------------


def test_whoever_has_one_takes_it_back_and_may_ask_again(house: House, visitor: New) -> None:
    settled(house)
    number = helped(house)
    url = link_in(asks(house, number))
    assert asks(house, number, words=" revoke") == ""
    anybody = visitor()
    page = anybody.get(url)
    assert page.status_code == 410 and "taken back" in page.text and "hubot" not in page.text
    assert anybody.get(f"{url}/badge.svg").status_code == 410
    document = stated(anybody, url)
    assert document["state"] == "revoked" and document.keys() == {"id", "state", "revoked_at"}
    assert certificate.NONE in asks(house, number, words=" revoke")
    again = LINK.findall("".join(_given(house, number, asks)))
    assert again and url not in again and anybody.get(again[-1]).status_code == 200


def _given(house: House, number: int, ask: Callable[[House, int], str]) -> list[str]:
    ask(house, number)
    return house.said(HOME, number)


def test_my_page_has_a_button_for_it(house: House, visitor: New) -> None:
    settled(house)
    url = link_in(asks(house, helped(house)))
    certificate_id = url.rpartition("/")[2]
    other = visitor()
    page = other.sign_in("octocat")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token and "Your certificates" not in page.text
    other.post("/me", {"token": token[1], "verb": "take_back", "certificate": certificate_id})
    other.post("/me", {"token": token[1], "verb": "take_back", "certificate": "\0"})
    assert other.get(url).status_code == 200  # not theirs
    mine = visitor()
    page = mine.sign_in("hubot")
    assert "Your certificates" in page.text and certificate_id in page.text
    page = press(house, mine, page, "take_back")
    assert "Your certificate is taken back" in page.text and "Your certificates" not in page.text
    assert mine.get(url).status_code == 410


def test_organizers_take_one_back_and_allow_it_again(house: House, visitor: New) -> None:
    settled(house)
    number = helped(house)
    url = link_in(asks(house, number))
    assert certificate.ORGANIZERS_ONLY in asks(house, number, "newcomer", " revoke @hubot")
    assert certificate.NOBODY in asks(house, number, "monalisa", " revoke @octocat")
    assert asks(house, number, "monalisa", " revoke @hubot") == ""
    assert visitor().get(url).status_code == 410
    assert certificate.BARRED in asks(house, number)
    assert asks(house, number, "monalisa", " allow hubot") == ""
    asks(house, number)
    assert visitor().get(url).status_code == 410
    assert visitor().get(LINK.findall("".join(house.said(HOME, number)))[-1]).status_code == 200


def test_whoever_is_forgotten_has_none(house: House, visitor: New) -> None:
    settled(house)
    number = helped(house)
    url = link_in(asks(house, number))
    house.world.comment(HOME, number, "hubot", "/mentor forget me")
    for _ in range(4):
        house.settle()
        house.advance(timedelta(minutes=1))
    house.settle()
    anybody = visitor()
    for path in ("", ".json", "/badge.svg"):
        assert anybody.get(f"{url}{path}").status_code == 404
    house.world.comment(HOME, number, "hubot", "/mentor certificate")
    house.settle()
    assert "/certificates/" not in "".join(house.said(HOME, number))


def test_the_newcomer_who_is_forgotten_is_no_evidence(house: House, visitor: New) -> None:
    settled(house)
    number, other = helped(house), helped(house, "newcomer-two")
    url = link_in(asks(house, other))
    house.world.comment(HOME, number, "newcomer", "/mentor forget me")
    house.settle()
    page = visitor().get(url).text
    assert f"{HOME}#{other}" in page and f"{HOME}#{number}" not in page


# --- the pages alone ------------------------------------------------------------------------------


def given(
    context: Context, kind: Kind = MENTOR, program: str = "Djangonaut Space", login: str = "octocat"
) -> str:
    """A certificate as the ledger has it; its id."""
    now = context.now()
    one = Certificate(kind, program, "buddy", 2, 3, now - timedelta(days=100), now)
    with context.ledger.write() as connection:
        ledger.make_key(connection)
        people.see(connection, 1, login)
        return ledger.give(connection, 42, 1, one)


def test_names_are_text_wherever_they_stand(context: Context, client: FlaskClient) -> None:
    certificate_id = given(context, program=NASTY)
    with context.ledger.write() as connection:
        connection.execute(update(schema.people).values(login=NASTY))
    for path in ("", "/badge.svg"):
        assert "<script" not in client.get(f"/certificates/{certificate_id}{path}").text
    assert client.get(f"/certificates/{certificate_id}.json").content_type == "application/json"


def test_each_kind_says_what_it_is_for(context: Context, client: FlaskClient) -> None:
    page = client.get(f"/certificates/{given(context, NEWCOMER)}").text
    assert "Certificate of contribution" in page and "<strong>3</strong> pull requests were merged" in page
    page = client.get("/certificates").text
    assert 'id="mentor"' in page and 'id="newcomer"' in page


@pytest.mark.parametrize("path", ["x", "x.json", "x/badge.svg", "%00", "é" * 50])
def test_what_was_never_given_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(f"/certificates/{path}").status_code == 404


def test_before_the_first_there_is_no_key(context: Context, client: FlaskClient) -> None:
    assert client.get("/certificates/key.json").get_json() == {"keys": []}
    given(context)
    (key,) = client.get("/certificates/key.json").get_json()["keys"]
    assert key["kty"] == "OKP" and "d" not in key  # the private part


def test_a_new_key_signs_and_the_old_one_is_still_known(context: Context, client: FlaskClient) -> None:
    path = f"/certificates/{given(context)}.json"
    old = client.get(path).get_json()
    with context.ledger.write() as connection:
        ledger.make_key(connection)
        assert len(ledger.seeds(connection)) == 1
        ledger.make_key(connection, anew=True)
    new = client.get(path).get_json()
    keys = jwt.PyJWKSet.from_dict(client.get("/certificates/key.json").get_json())
    kids = [jwt.get_unverified_header(one["signed"])["kid"] for one in (old, new)]
    assert len(set(kids)) == 2
    for one, kid in zip((old, new), kids, strict=True):
        assert jwt.decode(one["signed"], keys[kid], algorithms=["EdDSA"]) == old["statement"]


def test_the_lines_in_the_docs_check_one_without_us(
    context: Context, client: FlaskClient, tmp_path: Path
) -> None:
    certificate_id = given(context, program="Größe · 光")
    saved = {
        "certificate.json": client.get(f"/certificates/{certificate_id}.json").text,
        "key.json": client.get("/certificates/key.json").text,
    }
    for name, text in saved.items():
        (tmp_path / name).write_text(text, "utf-8")
    docs = (ROOT / "docs/certificates.md").read_text("utf-8")
    lines = docs.partition("<!-- check -->\n```python\n")[2].partition("```")[0]
    page = client.get("/certificates").text
    assert lines.strip() and lines.strip() in page
    run = [sys.executable, "-c", lines]
    assert subprocess.run(run, cwd=tmp_path).returncode == 0
    for before, after in (('"helped', '"Helped'), (" helped as", " hugged as"), ("octocat", "monalisa")):
        changed = saved["certificate.json"].replace(before, after)
        (tmp_path / "certificate.json").write_text(changed, "utf-8")
        found = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
        assert (found.returncode == 0) is (changed == saved["certificate.json"])
    (tmp_path / "certificate.json").write_text(saved["certificate.json"], "utf-8")
    (tmp_path / "key.json").write_text('{"keys": []}', "utf-8")
    assert subprocess.run(run, cwd=tmp_path, capture_output=True).returncode != 0


def test_whoever_runs_it_takes_one_back_and_makes_a_new_key(context: Context) -> None:
    certificate_id, app = given(context), create_app(context)

    def say(*words: str) -> str:
        return app.test_cli_runner().invoke(args=["certificates", *words]).output

    assert "1 in force, 0 taken back." in say()
    assert say("--new-key").count("Key ") == 2
    assert "No certificate of this id" in say("--revoke", "nobody's") + say("--revoke", "\0")
    assert "0 in force, 1 taken back." in say("--revoke", certificate_id)
    with context.ledger.read() as connection:
        assert ledger.is_barred(connection, 42, 1)


def test_two_at_once_make_one_key_and_one_certificate(context: Context) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: given(context), range(4)))
    with context.ledger.read() as connection:
        assert len(ledger.seeds(connection)) == 1
        assert len(connection.execute(select(schema.certificates)).all()) == len(found)
