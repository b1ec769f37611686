"""A program's pages: who may see them, what is named to whom, and what they say of nobody, of one and of thousands."""

import csv
import io
import re
import string
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, insert

from adapters.ledger import people, programs, schema, sessions
from adapters.ledger.sessions import Session
from app import create_app
from jobs import seeing
from pages.program import PER_PAGE
from pages.program_tables import FILES
from sandbox.world import Repository
from tests.pages import lively
from tests.pages.lively import HOME, NOW, OWNER, PRIVATE, Place, a_place, roster

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
PARTS = ("", "/newcomers", "/mentors", "/starters", "/invitations", "/cohorts")
TABLES = tuple(FILES)

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def place(tmp_path: Path, released_url: str) -> Iterator[Place]:
    with a_place(tmp_path, released_url) as opened:
        yield opened


@pytest.fixture
def sign_in(place: Place) -> SignIn:
    """A browser in which somebody signed in, and GitHub listed these installations for them (all, if not said)."""
    app = create_app(place.context)

    def signed_in(login: str, installations: set[int] | None = None) -> FlaskClient:
        person, key = place.world.user(login), f"the key of {login}"
        listed = frozenset(place.world.installations if installations is None else installations)
        session = Session(person.id, person.login, "form", NOW + 30 * DAY, listed)
        with place.context.ledger.write() as connection:
            sessions.begin(connection, key, session)
        browser = app.test_client()
        browser.set_cookie("lamplighter-session", key)
        return browser

    return signed_in


def a_program(place: Place, text: str = "", *, private: bool = False, name: str = HOME) -> Repository:
    """A program with two graduates, one of whom said yes."""
    owner = name.partition("/")[0]
    place.world.organization(owner)
    for login in ("octocat", "hubot", "mona", "defunkt"):
        place.world.user(login)
    text = text or roster("Djangonaut Space", [("Session 4", 3, ["octocat", "hubot"])])
    home = place.repository(name, text, private=private)
    installation = place.world.install(owner, [name])
    place.begin(home, installation.id)
    with place.context.ledger.write() as connection:
        place.asked(connection, home.id, "Session 4", place.person(connection, "octocat"), "accepted")
        place.asked(connection, home.id, "Session 4", place.person(connection, "hubot"), "declined")
    return home


def a_newcomer(place: Place, home: Repository, login: str = "newcomer", **facts: Any) -> int:
    with place.context.ledger.write() as connection:
        given = {"newcomer_id": place.person(connection, login), "since": NOW - DAY}
        return place.thread(connection, home.id, **given | facts)


def installation_of(place: Place) -> int:
    return next(iter(place.world.installations))


def text(browser: FlaskClient, home: Repository, part: str = "") -> str:
    answer = browser.get(f"/programs/{home.id}{part}")
    assert answer.status_code == 200
    return answer.text


def rows(browser: FlaskClient, home: Repository, table: str) -> list[dict[str, str]]:
    answer = browser.get(f"/programs/{home.id}/{table}.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def everything(browser: FlaskClient, home: Repository) -> str:
    """All that somebody can get of a program."""
    pages = [text(browser, home, part) for part in (*PARTS, "/newcomers?show=all", "/starters?show=all")]
    files = [browser.get(f"/programs/{home.id}/{table}.csv").text for table in TABLES]
    return "\n".join([*pages, *files, browser.get("/programs").text])


# --- who may see it -------------------------------------------------------------------------------


def test_whoever_is_not_signed_in_signs_in_first_and_comes_back(place: Place) -> None:
    home = a_program(place)
    stranger = create_app(place.context).test_client()
    for path in ("/programs", f"/programs/{home.id}/mentors", f"/programs/{home.id}/mentors.csv"):
        answer = stranger.get(path)
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in?to=")


def test_an_organizer_sees_everything_of_it(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    organizer = sign_in("monalisa", set())
    for part in PARTS:
        assert "Djangonaut Space" in text(organizer, home, part)
    for table in TABLES:
        assert organizer.get(f"/programs/{home.id}/{table}.csv").status_code == 200
    assert f"/programs/{home.id}" in organizer.get("/programs").text


def paths(program_id: int) -> list[str]:
    return [f"/programs/{program_id}{part}" for part in (*PARTS, *(f"/{table}.csv" for table in TABLES))]


def test_a_stranger_gets_what_they_get_for_a_program_that_does_not_exist(
    place: Place, sign_in: SignIn
) -> None:
    home = a_program(place)
    stranger = sign_in("defunkt", set())
    for real, made_up in zip(paths(home.id), paths(home.id + 1), strict=True):
        one, other = stranger.get(real), stranger.get(made_up)
        assert (one.status_code, one.data) == (404, other.data)
        assert dict(one.headers) == dict(other.headers)
    assert "Djangonaut" not in stranger.get("/programs").text


def test_nobody_can_use_up_githubs_limit_by_asking_for_numbers(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    asked = len(place.world.requests)
    assert sign_in("defunkt", {999}).get(f"/programs/{home.id}").status_code == 404
    assert len(place.world.requests) == asked


def test_the_organizer_of_another_program_sees_that_one_alone(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    other = a_program(place, roster("Deep Sea", []).replace("monalisa", "defunkt"), name="aquarium/reef")
    organizer = sign_in("defunkt")
    assert organizer.get(f"/programs/{other.id}").status_code == 200
    assert organizer.get(f"/programs/{home.id}").status_code == 404
    assert "Djangonaut" not in organizer.get("/programs").text


@pytest.mark.parametrize(
    ("role", "status"), [("read", 404), ("triage", 200), ("write", 200), ("maintain", 200), ("admin", 200)]
)
def test_github_says_who_maintains(place: Place, sign_in: SignIn, role: str, status: int) -> None:
    home = a_program(place)
    place.world.collaborator(HOME, "defunkt", role=role)
    assert sign_in("defunkt").get(f"/programs/{home.id}").status_code == status


def test_who_may_triage_no_longer_sees_it_no_longer(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    place.world.collaborator(HOME, "defunkt", role="triage")
    maintainer = sign_in("defunkt")
    assert maintainer.get(f"/programs/{home.id}").status_code == 200
    place.world.collaborator(HOME, "defunkt", role="read")
    place.world.advance(seeing.RECENT.total_seconds())
    assert maintainer.get(f"/programs/{home.id}").status_code == 404
    assert "Djangonaut" not in maintainer.get("/programs").text


def test_a_login_of_the_roster_that_is_somebody_elses_now_opens_nothing(
    place: Place, sign_in: SignIn
) -> None:
    home = a_program(place)
    place.world.rename_user("monalisa", "monalisa-o")
    assert sign_in("monalisa", set()).get(f"/programs/{home.id}").status_code == 404  # a new account
    assert sign_in("monalisa-o", set()).get(f"/programs/{home.id}").status_code == 200


def test_rights_do_not_move_with_a_login(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    before = sign_in("defunkt")
    place.world.rename_user("defunkt", "defunct")
    place.world.collaborator(HOME, "defunkt", role="admin")
    assert before.get(f"/programs/{home.id}").status_code == 404


def test_who_rules_a_repository_that_joined_does_not_rule_the_program(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    place.world.organization("elsewhere", owners=["defunkt"])
    joined = place.repository("elsewhere/fork", f"_extends: {HOME}\norganizers: [defunkt]\n")
    place.join(joined, place.world.install("elsewhere", ["elsewhere/fork"]).id, home.id)
    a_newcomer(place, home, repository_id=joined.id)
    assert sign_in("defunkt").get(f"/programs/{home.id}").status_code == 404
    assert "elsewhere/fork" in text(sign_in("monalisa"), home, "/newcomers")


def test_without_the_app_on_its_home_there_is_no_page(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    with place.context.ledger.write() as connection:
        left = schema.repositories.update().where(schema.repositories.c.id == home.id)
        connection.execute(left.values(installation_id=None))
    assert sign_in("monalisa").get(f"/programs/{home.id}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/programs/0", "/programs/9223372036854775808", "/programs/x", "/programs/-1"]
)
def test_what_is_no_program(place: Place, sign_in: SignIn, path: str) -> None:
    assert sign_in("monalisa").get(path).status_code == 404


def test_a_table_that_does_not_exist(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    assert sign_in("monalisa").get(f"/programs/{home.id}/people.csv").status_code == 404


def test_while_github_does_not_answer_a_maintainer_hears_so(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    place.world.suspend(installation_of(place))
    maintainer = sign_in("defunkt")
    assert maintainer.get(f"/programs/{home.id}").status_code == 503
    assert maintainer.get("/programs").status_code == 503


def test_while_github_does_not_answer_an_organizer_sees_numbers_alone(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    a_newcomer(place, home)
    place.world.suspend(installation_of(place))
    organizer = sign_in("monalisa")
    assert "GitHub does not say" in text(organizer, home)
    found = everything(organizer, home)
    assert ">newcomer<" not in found and "octocat" not in found
    assert rows(organizer, home, "funnel")[0]["People"] == "2"


# --- what is named to whom ------------------------------------------------------------------------


def with_a_vault(place: Place) -> tuple[Repository, Repository, int]:
    """A program with a private repository, and a thread in it."""
    home = a_program(place)
    vault = place.repository(PRIVATE, f"_extends: {HOME}\n", private=True)
    place.world.add_repositories(installation_of(place), [PRIVATE])
    place.join(vault, installation_of(place), home.id)
    number = a_newcomer(place, home, "secret-newcomer", repository_id=vault.id)
    with place.context.ledger.write() as connection:
        place.starter(connection, home.id, repository_id=vault.id)
    return home, vault, number


def test_what_happens_in_a_private_repository_is_counted_and_not_named(place: Place, sign_in: SignIn) -> None:
    home, _vault, _number = with_a_vault(place)
    organizer = sign_in("monalisa")
    found = everything(organizer, home)
    assert "secret-newcomer" not in found and "vault" not in found
    assert "1 more in private repositories" in text(organizer, home)
    assert "1 more in private repositories" in text(organizer, home, "/newcomers")
    assert "1 more in private repositories" in text(organizer, home, "/starters")
    assert rows(organizer, home, "newcomers") == rows(organizer, home, "starters") == []
    assert rows(organizer, home, "weeks")[-1]["Newcomers"] == "1"


def test_it_is_named_to_whoever_may_see_that_repository(place: Place, sign_in: SignIn) -> None:
    home, vault, number = with_a_vault(place)
    place.world.collaborator(PRIVATE, "monalisa", role="read")
    organizer = sign_in("monalisa")
    (row,) = rows(organizer, home, "newcomers")
    assert (row["Newcomer"], row["Thread"]) == ("secret-newcomer", f"{PRIVATE}#{number}")
    assert len(rows(organizer, home, "starters")) == 1
    del vault.collaborators[place.world.user("monalisa").id]
    place.world.advance(seeing.RECENT.total_seconds())
    assert "secret-newcomer" not in everything(organizer, home)


def test_a_repository_that_became_private_is_not_named_though_we_have_not_heard(
    place: Place, sign_in: SignIn
) -> None:
    home = a_program(place)
    other = place.repository(f"{OWNER}/attic", f"_extends: {HOME}\n")
    place.world.add_repositories(installation_of(place), [f"{OWNER}/attic"])
    place.join(other, installation_of(place), home.id)
    a_newcomer(place, home, "newcomer-two", repository_id=other.id)
    place.world.privatize(f"{OWNER}/attic")
    assert "newcomer-two" not in everything(sign_in("monalisa"), home)


def test_of_a_private_home_a_maintainer_elsewhere_learns_numbers_alone(place: Place, sign_in: SignIn) -> None:
    home = a_program(place, private=True)
    public = place.repository(f"{OWNER}/lens", f"_extends: {HOME}\n")
    place.world.add_repositories(installation_of(place), [f"{OWNER}/lens"])
    place.join(public, installation_of(place), home.id)
    place.world.collaborator(f"{OWNER}/lens", "defunkt", role="triage")
    number = a_newcomer(place, home, repository_id=public.id)
    maintainer = sign_in("defunkt")
    found = everything(maintainer, home)
    assert f"{OWNER}/lens#{number}" in found
    for secret in ("octocat", "hubot", "Session 4", HOME):
        assert secret not in found
    (cohort,) = rows(maintainer, home, "cohorts")
    assert (cohort["Cohort"], cohort["Asked"], cohort["Said yes"]) == ("in private", "2", "1")


@pytest.mark.parametrize("private", [False, True])
def test_goals_stand_beside_the_figures_for_whoever_sees_the_home(
    place: Place, sign_in: SignIn, private: bool
) -> None:
    file = roster("Space", [("Session 4", 3, ["octocat"])])
    file = file.replace("    members:", "    goals: ['=Half stay', <b>Fun</b>]\n    members:")
    home = a_program(place, file, private=private)
    public = place.repository(f"{OWNER}/lens", f"_extends: {HOME}\n")
    place.world.add_repositories(installation_of(place), [f"{OWNER}/lens"])
    place.join(public, installation_of(place), home.id)
    place.world.collaborator(f"{OWNER}/lens", "defunkt", role="triage")
    maintainer = sign_in("defunkt")
    (cohort,) = rows(maintainer, home, "cohorts")
    assert cohort["Goals"] == ("" if private else "'=Half stay; <b>Fun</b>")
    page = maintainer.get(f"/programs/{home.id}/cohorts").text
    assert ("Half stay; &lt;b&gt;Fun" in page) is not private


def test_who_declined_cannot_be_told_from_who_is_silent(place: Place, sign_in: SignIn) -> None:
    home = a_program(place, roster("Space", [("Session 4", 3, ["octocat", "hubot", "mona", "defunkt"])]))
    with place.context.ledger.write() as connection:
        for login, state in (("mona", "open"), ("defunkt", "later")):
            place.asked(connection, home.id, "Session 4", place.person(connection, login), state)
    organizer = sign_in("monalisa")
    found = {row.pop("Graduate"): row for row in rows(organizer, home, "invitations")}
    assert found["octocat"]["Said yes"] == "yes"
    assert found["hubot"] == found["mona"] == found["defunkt"]
    (cohort,) = rows(organizer, home, "cohorts")
    assert [cohort[word] for word in ("Asked", "Said yes", "Later", "Not this time", "No answer")] == [
        "4",
        "1",
        "1",
        "1",
        "1",
    ]
    assert "hubot" not in text(organizer, home, "/mentors")


# --- what it says ---------------------------------------------------------------------------------


def test_who_waits_for_whom_and_since_when(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    mentor = place.world.user("octocat").id
    waits = {"mentor_id": mentor, "answer_by": NOW - HOUR, "turn_since": NOW - 2 * DAY}
    first = a_newcomer(place, home, "newcomer-two", turn="mentor", **waits)
    a_newcomer(place, home, "newcomer-three", turn="maintainers", turn_since=NOW - 3 * DAY, mentor_id=mentor)
    a_newcomer(place, home, "newcomer-four", turn="newcomer", answered_at=NOW - 5 * HOUR)
    a_newcomer(place, home, "newcomer-five", closed_at=NOW, merged=True)
    a_newcomer(place, home, "newcomer-six", turn="mentor", turn_since=NOW - HOUR)
    organizer = sign_in("monalisa")
    found = {row["Newcomer"]: row for row in rows(organizer, home, "newcomers")}
    assert list(found) == ["newcomer-three", "newcomer-two", "newcomer-six", "newcomer-four", "newcomer-five"]
    two = found["newcomer-two"]
    assert two["Thread"] == f"{HOME}#{first}"
    assert (two["Stage"], two["Waits for"], two["Since"]) == ("waits", "octocat", "2026-11-09 15:00")
    assert two["Promised by"] == "2026-11-11 14:00"
    assert found["newcomer-three"]["Waits for"] == "the maintainers"
    assert found["newcomer-six"]["Waits for"] == "a mentor: nobody was free"
    assert (found["newcomer-four"]["Stage"], found["newcomer-four"]["Waits for"]) == ("at work", "")
    assert found["newcomer-five"]["Stage"] == "merged"
    assert re.search(r"<b class=\"wait\">3</b>\s+wait for an answer", text(organizer, home))


def test_a_mentor_with_load_and_answers(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    mentor = place.world.user("octocat").id
    a_newcomer(place, home, "newcomer-two", mentor_id=mentor, answered_at=NOW - DAY + 2 * HOUR)
    a_newcomer(place, home, "newcomer-three", mentor_id=mentor, answered_at=NOW - DAY + 4 * HOUR)
    a_newcomer(place, home, "newcomer-four", mentor_id=mentor, closed_at=NOW)
    (row,) = rows(sign_in("monalisa"), home, "mentors")
    assert (row["Mentor"], row["Cohort"], row["Availability"]) == ("octocat", "Session 4", "full")
    assert (row["Newcomers now"], row["Capacity"]) == ("2", "2")
    assert (row["Newcomers in 12 weeks"], row["Answered"], row["Half of them within"]) == (
        "3",
        "2",
        "10800 s",
    )


def test_the_same_numbers_in_chart_and_table_and_file(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    a_newcomer(place, home, "newcomer-two", answered_at=NOW - DAY + HOUR, closed_at=NOW, merged=True)
    a_newcomer(place, home, "newcomer-three")
    organizer = sign_in("monalisa")
    shown = text(organizer, home)
    assert "<title>Week from 9 Nov: 1 merged</title>" in shown
    week = rows(organizer, home, "weeks")[-1]
    assert (week["Week from"], week["Merged"], week["Without an answer"]) == ("2026-11-09", "1", "1")
    answered = {row["A person answered"]: row for row in rows(organizer, home, "answers")}
    assert (answered["within 1 hour"]["Threads"], answered["within 1 hour"]["Share"]) == ("1", "50")
    assert answered["not yet"]["Threads"] == "1"
    assert [row["People"] for row in rows(organizer, home, "funnel")] == ["2", "1", "0", "0"]
    assert rows(organizer, home, "retention")[-1]["Newcomers"] == "2"


def test_a_program_without_anybody(place: Place, sign_in: SignIn) -> None:
    home = place.repository(HOME, "program: Djangonaut Space\norganizers: [monalisa]\n")
    place.begin(home, place.world.install(OWNER, [HOME]).id)
    organizer = sign_in("monalisa")
    for part in PARTS:
        assert "Djangonaut Space" in text(organizer, home, part)
    shown = text(organizer, home)
    assert "Nobody waits for an answer." in shown and "Nobody came in the last 12 weeks." in shown
    for table in ("newcomers", "mentors", "invitations", "starters", "cohorts"):
        assert rows(organizer, home, table) == []


def test_somebody_without_a_program(place: Place, sign_in: SignIn) -> None:
    assert "no program" in sign_in("defunkt").get("/programs").text


@pytest.mark.parametrize(
    "part", ["/newcomers?show=x&page=x", "/newcomers?page=-3", "/mentors?sort=slow&page=99"]
)
def test_nonsense_in_the_address_is_passed_over(place: Place, sign_in: SignIn, part: str) -> None:
    assert "Djangonaut Space" in text(sign_in("monalisa"), a_program(place), part)


def test_mentors_are_never_in_the_order_of_how_slow_they_are(place: Place, sign_in: SignIn) -> None:
    home = a_program(place, roster("Space", [("Session 4", 3, ["octocat", "defunkt", "mona"])]))
    with place.context.ledger.write() as connection:
        for login in ("defunkt", "mona"):
            person_id = place.person(connection, login)
            programs.person_says(connection, home.id, person_id, "yes", "accept", NOW)
    a_newcomer(place, home, mentor_id=place.world.user("mona").id)
    organizer = sign_in("monalisa")
    assert re.findall(r'<a href="[^"]*sort=(\w+)"', text(organizer, home, "/mentors")) == ["name", "load"]
    names = [
        re.findall(r'<th scope="row" dir="auto">(\w+)</th>', text(organizer, home, f"/mentors?sort={sort}"))
        for sort in ("name", "load")
    ]
    assert names == [["defunkt", "mona", "octocat"], ["mona", "defunkt", "octocat"]]


# --- names of all kinds, and files ----------------------------------------------------------------

RTL, HTML, FORMULA = "מחזור א׳ ‏2026", "<img src=x onerror=alert(1)>", '=HYPERLINK("//x","y")'


@pytest.mark.parametrize("name", [RTL, HTML, FORMULA, "@SUM(A1)", "+1", "-1"])
def test_names_stay_names(place: Place, sign_in: SignIn, name: str) -> None:
    quoted = "'" + name.replace("'", "''") + "'"
    cohort = f"  - {{name: {quoted}, starts: 2026-08-01, ends: 2026-10-01, members: []}}\n"
    home = a_program(place, f"program: {quoted}\norganizers: [monalisa]\ncohorts:\n{cohort}")
    organizer = sign_in("monalisa")
    found = text(organizer, home, "/cohorts") + organizer.get("/programs").text
    assert HTML not in found
    assert re.search(r'<th scope="row" dir="auto">', found)
    told = {row["Cohort"] for row in rows(organizer, home, "cohorts")}
    assert told == {name if name in (RTL, HTML) else f"'{name}", "Session 4"}


def test_a_file_says_what_it_is(place: Place, sign_in: SignIn) -> None:
    home = a_program(place)
    answer = sign_in("monalisa").get(f"/programs/{home.id}/cohorts.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=program-{home.id}-cohorts.csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"Cohort,Ended,Graduates,Asked,")


def test_every_part_keeps_to_the_policy_and_can_be_read_aloud(place: Place, sign_in: SignIn) -> None:
    home = lively.lively(place)
    organizer = sign_in("monalisa")
    for part in (*PARTS, "/newcomers?show=all"):
        found = text(organizer, home, part)
        assert not re.search(r"\sstyle=|<style|<script|\son\w+=", found)
        assert found.count("<table") == found.count("<caption") == found.count('role="region"')
        headings = [int(level) for level in re.findall(r"<h([1-6])", found)]
        assert headings[0] == 1 and all(b - a <= 1 for a, b in zip(headings, headings[1:], strict=False))
        ids = re.findall(r'\sid="([^"]+)"', found)
        assert len(ids) == len(set(ids))


# --- many -----------------------------------------------------------------------------------------


def statements(place: Place, browser: FlaskClient, home: Repository, part: str) -> int:
    """How many statements a page needs, once everything that is kept is there."""
    text(browser, home, part)
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    engines = (place.context.ledger.engine, place.context.ledger._reader)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    text(browser, home, part)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)
    return len(heard)


def many(place: Place, name: str, count: int) -> Repository:
    """So many mentors, each with a newcomer. They are in the ledger already, so that nobody is looked up."""
    digits = string.digits + string.ascii_lowercase
    logins = ["".join(three) for three in islice(product(digits[10:], digits, digits), count)]
    ids = {login: 10_000_000 + n for n, login in enumerate(logins)}
    with place.context.ledger.write() as connection:
        for login, person_id in ids.items():
            people.resolve(connection, login, person_id, NOW)
    # As short as a file can be, which has at most 64 KiB.
    members = ",".join(f"{{login: {login}}}" for login in logins)
    cohort = f"{{name: All, starts: 2026-08-01, ends: 2026-10-01, members: [{members}]}}"
    home = a_program(place, f"program: Space\norganizers: [monalisa]\ncohorts: [{cohort}]\n", name=name)
    with place.context.ledger.write() as connection:
        mine = schema.mentors.c.program_id == home.id
        connection.execute(schema.mentors.update().where(mine).values(said="yes", said_at=NOW))
        threads = [
            {
                "repository_id": home.id,
                "number": next(place.numbers),
                "program_id": home.id,
                "newcomer_id": 20_000_000 + n,
                "mentor_id": person_id,
                "since": NOW - DAY,
            }
            for n, person_id in enumerate(ids.values())
        ]
        connection.execute(insert(schema.mentorships), threads)
    return home


MANY = 3900  # as many as a file may name, all in all (mentoring.yaml12.MOST_PARTS)


def test_with_thousands_of_mentors_a_page_has_a_hundred_and_needs_no_more_statements(
    place: Place, sign_in: SignIn
) -> None:
    few, lots = many(place, HOME, 50), many(place, "aquarium/reef", MANY)
    organizer = sign_in("monalisa")
    for part in PARTS:
        assert statements(place, organizer, few, part) == statements(place, organizer, lots, part)
    last = MANY // PER_PAGE
    for part in ("/mentors", "/newcomers"):
        first_page, last_page = text(organizer, lots, part), text(organizer, lots, f"{part}?page={last}")
        assert first_page.count('<th scope="row"') == last_page.count('<th scope="row"') == PER_PAGE
        assert f"Page 1 of {last}" in first_page and 'rel="prev"' not in first_page
        assert f"Page {last} of {last}" in last_page and 'rel="next"' not in last_page
    assert len(rows(organizer, lots, "mentors")) == MANY
