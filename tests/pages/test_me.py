"""My page: what each person sees there, and the buttons."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.ledger import listing, schema
from jobs import availability, buttons
from jobs.asking import Apply, Asking, Refusal
from mentoring.commands import Command
from tests.journeys.house import House
from tests.journeys.programs import HOME, OWNER, configuration, invitations, settled_in
from tests.pages.visitor import Visitor, form_of, press

New = Callable[[], Visitor]
MEMBERS = """\
      - {login: hubot, mentoring: agreed, timezone: America/Los_Angeles}
      - {login: octocat}
"""
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def program(house: House) -> None:
    """hubot mentors, octocat is asked, and anybody else is nobody yet."""
    text = configuration(house.world, members=MEMBERS, extra="starter_issues: 1\ndigest: off\n")
    settled_in(house.world, text)
    house.settle()


def newcomer(house: House, login: str = "newcomer", repo: str = HOME) -> int:
    number = house.world.open_pull_request(repo, login, "Oil the dome", files=["dome.py"]).number
    house.settle()
    return number


def said(house: House, login: str) -> object:
    """The ledger's row about somebody as a mentor."""
    mine = schema.mentors.c.person_id == house.world.user(login).id
    with house.context.ledger.read() as connection:
        return connection.execute(select(schema.mentors).where(mine)).one_or_none()


# --- what is there --------------------------------------------------------------------------------


def test_somebody_unknown_to_us_is_told_so_kindly(house: House, visitor: New) -> None:
    house.world.user("stranger")
    page = visitor().sign_in("stranger")
    assert page.status_code == 200 and "We do not know you yet, and that is fine" in page.text
    assert 'name="verb"' not in page.text and OWNER not in page.text


def test_a_mentor_sees_who_waits_and_whose_turn_it_is(house: House, visitor: New) -> None:
    number = newcomer(house)
    mine = visitor()
    page = mine.sign_in("hubot")
    assert "Djangonaut Space" in page.text
    assert f"{house.world.base_url}/{HOME}/issues/{number}" in page.text
    assert '<span class="tag wait">your turn</span>' in page.text and "promised by" in page.text
    house.world.comment(HOME, number, "hubot", "Welcome, what do you think?")
    house.settle()
    page = mine.get("/me")
    assert '<span class="tag wait">your turn</span>' not in page.text
    house.world.merge(HOME, number, "monalisa")
    house.settle()
    assert "Nobody waits for you." in mine.get("/me").text


def test_a_newcomer_sees_their_path(house: House, visitor: New) -> None:
    number = newcomer(house)
    mine = visitor()
    page = mine.sign_in("newcomer")
    assert "Your path so far" in page.text and "with <bdi>hubot</bdi>" in page.text
    assert "your mentor's turn" in page.text
    house.world.merge(HOME, number, "monalisa")
    house.settle()
    assert '<span class="tag good">merged</span>' in mine.get("/me").text


def test_nobody_sees_what_is_another_persons(house: House, visitor: New) -> None:
    newcomer(house)
    page = visitor().sign_in("newcomer-two")
    assert "hubot" not in page.text and HOME not in page.text


@pytest.mark.parametrize("login", ["newcomer", "hubot"])
def test_a_private_repository_is_named_only_to_whom_github_shows_it(
    house: House, visitor: New, login: str
) -> None:
    number = newcomer(house)
    house.world.collaborator(HOME, login, "read")
    house.world.privatize(HOME)
    house.settle()
    mine = visitor()
    page = mine.sign_in(login)
    assert f"/{HOME}/issues/{number}" in page.text
    house.world.find_repository(HOME).collaborators.pop(house.world.user(login).id)
    page = mine.get("/me")
    assert HOME not in page.text and "a private repository" in page.text


def test_a_login_that_passed_on_shows_nothing_of_what_its_new_owner_may_see(
    house: House, visitor: New
) -> None:
    newcomer(house)
    house.world.collaborator(HOME, "newcomer", "read")
    house.world.privatize(HOME)
    house.settle()
    mine = visitor()
    assert HOME in mine.sign_in("newcomer").text
    repository, before = house.world.find_repository(HOME), house.world.user("newcomer")
    repository.collaborators.pop(before.id)
    house.world.rename_user("newcomer", "newcomer-of-old")
    house.world.collaborator(HOME, "newcomer", "read")
    assert house.world.user("newcomer").id != before.id
    assert HOME not in mine.get("/me").text


# --- buttons --------------------------------------------------------------------------------------


def test_a_mentor_pauses_and_comes_back_by_the_rules_of_the_commands(house: House, visitor: New) -> None:
    mine = visitor()
    page = press(house, mine, mine.sign_in("hubot"), "away", words="2 weeks")
    assert page.status_code == 200 and "Nobody new is sent to you until then" in page.text
    row = said(house, "hubot")
    assert row.away_how == "said" and row.away_until - house.context.now() > 13 * DAY  # type: ignore[attr-defined]
    assert row.note_at is None and row.away_number is None  # type: ignore[attr-defined]
    number = newcomer(house)
    assert "hubot" not in "".join(house.said(HOME, number))
    page = press(house, mine, mine.get("/me"), "back")
    assert "Welcome back" in page.text and said(house, "hubot").away_how is None  # type: ignore[attr-defined]
    assert "@hubot" in "".join(house.said(HOME, newcomer(house, "newcomer-two")))


def test_away_until_a_date_is_in_the_mentors_own_time_zone(house: House, visitor: New) -> None:
    mine = visitor()
    until = (house.context.now() + 20 * DAY).date()
    page = press(house, mine, mine.sign_in("hubot"), "away", until=until.isoformat())
    assert page.status_code == 200
    row = said(house, "hubot")
    assert row.away_until.hour in (7, 8)  # type: ignore[attr-defined]  # midnight in Los Angeles


@pytest.mark.parametrize(
    ("verb", "fields", "told"),
    [
        ("away", {"until": "2001-01-01"}, ""),
        ("away", {"words": "soon"}, ""),
        ("away", {"words": ""}, ""),
        ("capacity", {"words": "51"}, "from 0 to 50"),
        ("capacity", {"words": "-1"}, "from 0 to 50"),
        ("capacity", {"words": "<b>2</b>"}, "from 0 to 50"),
    ],
)
def test_what_the_commands_refuse_the_buttons_refuse(
    house: House, visitor: New, verb: str, fields: dict[str, str], told: str
) -> None:
    mine = visitor()
    before = said(house, "hubot")
    page = press(house, mine, mine.sign_in("hubot"), verb, **fields)
    assert page.status_code == 422 and told in page.text and "Back to my page" in page.text
    after = said(house, "hubot")
    assert (after.away_how, after.capacity) == (before.away_how, before.capacity)  # type: ignore[attr-defined]


def test_capacity_is_kept_and_shown(house: House, visitor: New) -> None:
    mine = visitor()
    page = press(house, mine, mine.sign_in("hubot"), "capacity", words="3")
    assert "up to <strong>3</strong> newcomers" in page.text
    assert said(house, "hubot").capacity == 3  # type: ignore[attr-defined]
    assert "nobody new" in press(house, mine, page, "capacity", words="0").text


@pytest.mark.parametrize(("verb", "state"), [("accept", "yes"), ("later", "later"), ("decline", "no")])
def test_an_invitation_is_answered_by_a_button(house: House, visitor: New, verb: str, state: str) -> None:
    mine = visitor()
    page = mine.sign_in("octocat")
    assert "Would you like to be a mentor?" in page.text
    words = {"words": "3 weeks"} if verb == "later" else {}
    answered = press(house, mine, page, verb, **words)
    assert answered.status_code == 200
    assert said(house, "octocat").said == state  # type: ignore[attr-defined]
    assert ("Would you like" in mine.get("/me").text) is (verb == "later")
    (asked,) = invitations(house.world)
    table = asked.body or ""
    mentors, _, others = table.partition("Asked:")
    assert ("octocat" in mentors) is (verb == "accept")
    assert {"accept": "octocat", "later": "1 later", "decline": "1 not this time"}[verb] in others


def test_whoever_is_no_mentor_has_no_buttons_and_forging_them_changes_nothing(
    house: House, visitor: New
) -> None:
    mine = visitor()
    newcomer(house)
    page = mine.sign_in("newcomer")
    token = form_of(page, "/sign-out").hidden
    home = str(house.world.find_repository(HOME).id)
    for verb in ("away", "back", "capacity", "accept", "decline", "list"):
        fields = token | {"verb": verb, "words": "2 weeks" if verb == "away" else "2", "program": home}
        assert mine.post("/me", fields).status_code == 422, verb
    assert said(house, "newcomer") is None


def test_whoever_tries_numbers_learns_nothing_of_others_programs(house: House, visitor: New) -> None:
    house.world.user("stranger")
    mine = visitor()
    token = form_of(mine.sign_in("stranger"), "/sign-out").hidden
    home = house.world.find_repository(HOME).id
    for verb in ("accept", "away", "list"):
        fields = token | {"verb": verb, "words": "2 weeks"}
        real, made_up = (mine.post("/me", fields | {"program": str(one)}) for one in (home, home + 1000))
        assert (real.status_code, real.text) == (made_up.status_code, made_up.text), verb


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"verb": "forget", "words": "me"},
        {"verb": "@", "words": "octocat"},
        {"verb": "away", "words": "x" * 1000},
        {"verb": "away", "words": "2 weeks", "program": "x"},
        {"verb": "away", "words": "2 weeks", "program": "9" * 40},
    ],
)
def test_what_is_no_button_is_refused(house: House, visitor: New, fields: dict[str, str]) -> None:
    mine = visitor()
    token = form_of(mine.sign_in("hubot"), "/sign-out").hidden
    home = {"program": str(house.world.find_repository(HOME).id)}
    assert mine.post("/me", token | home | fields).status_code == 400


def test_another_site_presses_no_button(house: House, visitor: New) -> None:
    mine = visitor()
    mine.sign_in("hubot")
    home = str(house.world.find_repository(HOME).id)
    fields = {"verb": "away", "words": "2 weeks", "program": home}
    assert mine.post("/me", fields).status_code == 400
    assert mine.post("/me/erase").status_code == 400
    assert said(house, "hubot").away_how is None  # type: ignore[attr-defined]


def test_whoever_is_forgotten_while_a_button_is_carried_out_stays_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    hubot = house.world.user("hubot").id

    def meanwhile(asking: Asking, command: Command) -> Apply:
        buttons.forget(house.context, hubot, "hubot")
        return availability.capacity(asking, command)

    monkeypatch.setitem(buttons.BUTTONS, "capacity", meanwhile)
    home = house.world.find_repository(HOME).id
    with pytest.raises(Refusal, match="asked to be forgotten"):
        buttons.press(house.context, home, hubot, "hubot", Command("capacity", "3"))
    assert said(house, "hubot") is None


def test_whoever_wants_to_be_found_says_so_and_takes_it_back(house: House, visitor: New) -> None:
    mine, hubot = visitor(), house.world.user("hubot").id

    def is_listed() -> bool:
        with house.context.ledger.read() as connection:
            return listing.is_listed(connection, hubot)

    page = press(house, mine, mine.sign_in("hubot"), "list")
    assert is_listed() and "Take me off" in page.text
    house.advance(timedelta(seconds=1))
    page = press(house, mine, page, "unlist")
    assert not is_listed() and "Show me there" in page.text
