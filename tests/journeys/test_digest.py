"""The digest: one issue a week, in the program's time zone, never twice, never empty."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from adapters.ledger import mentorships, people
from adapters.ledger.schema import claims, wins
from mentoring.roster import DIGEST_SECTIONS
from sandbox.world import Thread
from tests.journeys.house import House
from tests.journeys.meanwhile import forgets, meanwhile
from tests.journeys.programs import FILE, HOME, OWNER, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n"


def digests(house: House, repo: str = HOME) -> list[Thread]:
    return [issue for issue in house.world.issues(repo) if "<!-- lamplighter:digest " in (issue.body or "")]


def test_once_a_week_and_the_one_before_is_closed(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    for _ in range(9):
        house.advance(timedelta(days=1))
        house.settle()
    first, *others = digests(house)
    assert len(others) <= 1
    assert f"[{HOME} {pull.number}]" in first.body
    assert "**newcomer**" in first.body
    assert f"**newcomer** has waited for **octocat** in [{HOME} {pull.number}]" in first.body
    assert first.body.startswith("## What needs a hand\n\n- **newcomer** has waited for **octocat**")
    assert "@newcomer" not in first.body
    house.advance(timedelta(days=7))
    house.settle()
    assert [issue.state for issue in digests(house)][:-1] == ["closed"] * (len(digests(house)) - 1)
    assert digests(house)[-1].state == "open"


def test_nothing_to_say_means_no_digest(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    for _ in range(3):
        house.advance(timedelta(days=7))
        house.settle()
    assert digests(house) == []


def test_an_answer_takes_the_newcomer_off_the_list_of_who_waits(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    house.world.comment(HOME, pull.number, "octocat", "Welcome! Have a look at the lens first.")
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house)
    assert "has waited" not in digest.body
    assert "Nothing this week: nobody waits longer than promised." in digest.body
    assert "| answered |" in digest.body
    assert "| half of them within | 1 minute | – |" in digest.body


def test_private_repositories_are_counted_and_not_named(house: House) -> None:
    secret = f"{OWNER}/secret"
    text = configuration(house.world, members=AGREED, extra="starter_issues: 0")
    settled_in(house.world, text, install=False)
    settled_in(house.world, f"_extends: {HOME}\n", repo=secret, private=True, install=False)
    # A webhook is computed without a viewer: a private member of the organization looks like anybody.
    house.world.organization(OWNER, private_members=["newcomer"])
    house.world.install(OWNER, [HOME, secret])
    house.settle()
    house.world.open_pull_request(secret, "newcomer", "Hidden", files=["lens.py"])
    house.settle()
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house)
    assert "Who came, one by one. In private." in digest.body
    assert "secret" not in digest.body
    assert "newcomer**" not in digest.body


def test_it_appears_where_the_file_says(house: House) -> None:
    elsewhere = f"{OWNER}/organizers"
    extra = f"starter_issues: 0\ndigest: {{repository: {elsewhere}}}"
    house.world.organization(OWNER)
    house.world.repository(elsewhere)
    settled_in(house.world, configuration(house.world, members=AGREED, extra=extra), install=False)
    house.world.install(OWNER, [HOME, elsewhere])
    house.settle()
    house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    house.advance(timedelta(days=7))
    house.settle()
    assert digests(house) == []
    assert len(digests(house, elsewhere)) == 1


def a_week_with_a_newcomer(house: House, repo: str = HOME) -> None:
    house.settle()
    house.world.open_pull_request(repo, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    house.advance(timedelta(days=7))


def test_it_never_appears_in_a_strangers_repository(house: House) -> None:
    victim = "somebody-else/treasure"
    house.world.organization("somebody-else")
    house.world.repository(victim, files={"README.md": "# Treasure\n"})
    house.world.install("somebody-else", [victim])
    extra = f"starter_issues: 0\ndigest: {{repository: {victim}}}"
    settled_in(house.world, configuration(house.world, members=AGREED, extra=extra))
    a_week_with_a_newcomer(house)
    house.settle()
    assert house.world.issues(victim) == []
    (digest,) = digests(house)
    assert "The digest cannot appear in somebody-else/treasure" in digest.body


def test_it_may_appear_in_another_owners_repository_of_the_same_program(house: House) -> None:
    theirs = "moonwatch/code"
    house.world.organization("moonwatch")
    extra = f"starter_issues: 0\ndigest: {{repository: {theirs}}}"
    settled_in(house.world, configuration(house.world, members=AGREED, extra=extra))
    house.world.repository(theirs, files={"README.md": "# Code\n", FILE: f"_extends: {HOME}\n"})
    house.world.install("moonwatch", [theirs])
    a_week_with_a_newcomer(house, theirs)
    house.settle()
    assert digests(house) == []
    assert len(digests(house, theirs)) == 1


def test_a_repository_that_became_private_is_not_named_though_nobody_told_us(house: House) -> None:
    code = f"{OWNER}/code"
    text = configuration(house.world, members=AGREED, extra="starter_issues: 0")
    settled_in(house.world, text, install=False)
    settled_in(house.world, f"_extends: {HOME}\n", repo=code, install=False)
    house.world.install(OWNER, [HOME, code])
    a_week_with_a_newcomer(house, code)
    house.world.privatize(code)
    house.settle()
    (digest,) = digests(house)
    assert "Who came, one by one. In private." in digest.body
    assert code not in digest.body


def test_the_problems_of_a_private_home_are_only_counted_in_public(house: House) -> None:
    elsewhere = f"{OWNER}/organizers"
    house.world.organization(OWNER)
    house.world.repository(elsewhere)
    members = AGREED + "      - {login: nobody-at-all}\n"
    extra = f"starter_issues: 0\ndigest: {{repository: {elsewhere}}}"
    text = configuration(house.world, members=members, extra=extra)
    settled_in(house.world, text, private=True, install=False)
    house.world.install(OWNER, [HOME, elsewhere])
    house.settle()
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house, elsewhere)
    assert "nobody-at-all" not in digest.body
    assert "Session 4" not in digest.body
    assert "One problem" in digest.body


def test_a_digest_that_came_due_while_the_app_was_away_comes_afterwards(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    (installation,) = house.world.installations
    house.world.suspend(installation)
    house.settle()
    house.advance(timedelta(days=8))
    house.settle()
    assert digests(house) == []
    house.world.unsuspend(installation)
    house.settle()
    (digest,) = digests(house)
    assert "**newcomer**" in digest.body
    begun, today = (house.context.now().date() - timedelta(days=days) for days in (8, 0))
    assert digest.title == f"Djangonaut Space: {begun} to {today}"


def test_after_an_uninstallation_the_weeks_begin_anew(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    (installation,) = house.world.installations
    house.world.uninstall(installation)
    house.settle()
    house.advance(timedelta(days=8))
    house.world.install(OWNER, [HOME])
    house.settle()
    assert digests(house) == []
    house.world.open_pull_request(HOME, "newcomer-two", "Polish", files=["lens.py"])
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house)
    assert "**newcomer-two**" in digest.body


def test_a_login_that_somebody_else_has_by_now_is_a_problem(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    house.world.rename_user("octocat", "octocat-renamed")
    house.world.user("octocat")
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house)
    assert "The login octocat belongs to somebody else now" in digest.body
    assert "Nobody on GitHub is called" not in digest.body


class Told:
    """What happened in a week, told to the ledger as the jobs of claims and hand-overs would."""

    def __init__(self, house: House, connection: Connection) -> None:
        self.house, self.connection, self.now = house, connection, house.context.now()
        self.home = house.world.find_repository(HOME).id

    def mentorship(self, number: int, newcomer: str, mentor: str | None = None, **facts: Any) -> None:
        ids = {"newcomer_id": self.person(newcomer), "mentor_id": self.person(mentor) if mentor else None}
        given = {"repository_id": self.home, "program_id": self.home, "number": number, "since": self.now}
        mentorships.begin(self.connection, given | ids | facts)

    def claim(self, number: int, login: str, **facts: Any) -> None:
        given = {"repository_id": self.home, "program_id": self.home, "claimed_at": self.now}
        values = given | {"number": number, "person_id": self.person(login)} | facts
        self.connection.execute(insert(claims).values(values))

    def win(self, number: int, login: str, text: str, **facts: Any) -> None:
        given = {"repository_id": self.home, "program_id": self.home, "said_at": self.now}
        values = given | {"number": number, "person_id": self.person(login), "text": text} | facts
        self.connection.execute(insert(wins).values(values))

    def person(self, login: str) -> int:
        user = self.house.world.user(login)
        people.see(self.connection, user.id, login)
        return int(user.id)


def test_a_week_with_everything_in_it(house: House) -> None:
    members = AGREED + "      - {login: hubot, mentoring: agreed, capacity: 1}\n"
    settled_in(house.world, configuration(house.world, members=members, extra="starter_issues: 0"))
    house.settle()
    easy = [house.world.open_issue(HOME, "regular", f"Easy {n}", labels=["good first issue"]) for n in "abc"]
    house.settle()
    days = timedelta(days=1)
    with house.context.ledger.write() as connection:
        told, now = Told(house, connection), house.context.now()
        answered = {"answered_at": now + timedelta(hours=5), "turn": "newcomer"}
        told.mentorship(901, "newcomer-a", "octocat", answer_by=now + 2 * days)
        told.mentorship(
            902, "newcomer-b", "octocat", answered_at=now, turn="mentor", turn_since=now + 6 * days
        )
        told.mentorship(903, "newcomer-c", "hubot", **answered | {"turn": "maintainers"})
        told.mentorship(904, "newcomer-d", None)
        told.mentorship(905, "newcomer-e", "hubot", kind="claim", starter_number=easy[1].number, **answered)
        told.mentorship(906, "newcomer-f", "hubot", closed_at=now, handed_over_at=now + 3 * days, **answered)
        told.mentorship(907, "newcomer-g", "hubot", since=now - 2 * days, answered_at=now, closed_at=now)
        told.claim(easy[0].number, "newcomer-h")
        told.claim(easy[2].number, "newcomer-i", released_at=now + days, released_why="silent")
        told.win(906, "newcomer-f", "@octocat helped me with #1")
        told.win(901, "newcomer-a", "An old one", said_at=now - 9 * days)
    house.advance(7 * days)
    house.settle()
    (digest,) = digests(house)
    waits, rest = digest.body.split("## Wins")
    top, everybody = waits.split("<details>")
    hands = [line for line in top.splitlines() if line.startswith("- ")]
    assert [line.split("**")[1] for line in hands[:2]] == ["newcomer-d", "newcomer-a"]
    assert "**nobody was free**" in hands[0] and "/mentor @login" in hands[0]
    assert "for **octocat**" in hands[1] and "/mentor next" in hands[1]
    assert "6 newcomers came, and no mentor has room at the moment" in hands[2]
    lines = [line for line in everybody.splitlines() if line.startswith("- ")]
    assert [line.split("**")[1] for line in lines] == [f"newcomer-{one}" for one in "acdb"]
    assert "4 newcomers wait for an answer. One of them longer than promised." in everybody
    assert "for **octocat**" in lines[0] and "an answer was promised by" in lines[0]
    assert "for the maintainers" in lines[1] and "promised" not in lines[1]
    assert "for **octocat**" in lines[3] and "promised" not in lines[3]
    assert "helped me" in rest and "An old one" not in rest
    assert "@octocat" not in rest
    assert "| newcomers | 6 | 1 |" in rest
    assert "| answered by a person | 4 | 1 |" in rest
    assert "| half of them within | 5 hours | 2 days |" in rest
    assert "One newcomer took a good first issue." in rest
    assert "2 people help as mentor. With room: 0, full: 2, away: 0, pausing: 0." in rest
    assert "One has been silent for longer than promised." in rest
    assert f"Introduced to somebody else: [{HOME} 906]" in rest
    assert f"Given back: [{HOME} {easy[2].number}]" in rest
    assert "newcomer-i" not in rest
    assert "One good first issue waits for somebody." in rest
    assert f"{easy[2].number}) Easy c" in rest.split("## Free to take")[1]


def test_newcomers_merged_pull_requests_are_ready_for_a_newsletter(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    shown = house.world.open_pull_request(HOME, "newcomer", "Polish the @octocat lens, closes #1")
    house.settle()
    house.world.merge(HOME, shown.number, "monalisa")
    house.settle()
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house)
    block = digest.body.split("```markdown\n")[1].split("\n```")[0]
    assert block.startswith("- Polish the @\u200boctocat lens, closes #\u200b1 – newcomer (")
    assert f"[{HOME} {shown.number}](" in block and len(block.splitlines()) == 1
    assert "| merged pull requests of newcomers | 1 | 0 |" in digest.body


def test_a_title_is_what_github_shows_when_the_digest_is_written(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Wip")
    house.settle()
    house.world.merge(HOME, pull.number, "monalisa")
    house.settle()
    house.world.edit(HOME, pull.number, "newcomer", title="Polish the lens")
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house)
    assert "- Polish the lens – newcomer" in digest.body and "Wip" not in digest.body


def test_a_title_does_not_name_whoever_asked_to_be_forgotten(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    house.world.open_issue(HOME, "hubot", "Bye", "/mentor forget me")
    house.world.open_issue(HOME, "octocat", "Sweep where @hubot was", "/mentor starter")
    pull = house.world.open_pull_request(HOME, "newcomer", "Oil what @hubot left")
    house.settle()
    house.world.merge(HOME, pull.number, "monalisa")
    house.settle()
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house)
    assert "- Oil what ghost left – newcomer" in digest.body
    assert "Sweep where ghost was" in digest.body
    assert "hubot" not in digest.body


def test_whoever_is_forgotten_while_it_is_drafted_is_not_named(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    a_week_with_a_newcomer(house)
    heard = meanwhile(house, "creator=", lambda: forgets(house, "newcomer"))
    house.settle()
    house.advance(timedelta(minutes=1))
    house.settle()
    assert heard
    assert all("newcomer" not in digest.body for digest in digests(house))


def test_what_is_told_while_it_is_drafted_is_in_the_next(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    a_week_with_a_newcomer(house)

    def tell() -> None:
        house.advance(timedelta(seconds=5))
        with house.context.ledger.write() as connection:
            people.see(connection, house.world.user("octocat").id, "octocat")
            _win(house, connection, "octocat", "A talk in between", house.context.now())
        house.advance(timedelta(seconds=5))

    assert meanwhile(house, "creator=", tell) == []
    house.settle()
    (first,) = digests(house)
    assert "A talk in between" not in first.body
    house.advance(timedelta(days=7))
    house.settle()
    assert "A talk in between" in digests(house)[-1].body


def _win(house: House, connection: Connection, login: str, text: str, at: datetime) -> None:
    home_id, person_id = house.world.find_repository(HOME).id, house.world.user(login).id
    values = {"program_id": home_id, "person_id": person_id, "repository_id": home_id, "number": 1}
    connection.execute(insert(wins).values(values | {"text": text, "said_at": at}))


def test_a_merged_pull_request_of_a_deleted_account_is_counted_and_nobody_named(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    house.world.merge(HOME, pull.number, "monalisa")
    house.settle()
    house.world.delete_user("newcomer")
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house)
    assert "| merged pull requests of newcomers | 1 | 0 |" in digest.body
    assert "Polish" not in digest.body
    assert "– newcomer" not in digest.body


def test_each_of_a_newcomers_first_merges_is_in_it_and_not_the_first_alone(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    for title in ("One", "Two", "Three", "Four"):
        pull = house.world.open_pull_request(HOME, "newcomer", title, files=["lens.py"])
        house.settle()
        house.world.merge(HOME, pull.number, "monalisa")
        house.settle()
        house.advance(timedelta(minutes=5))
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house)
    for title in ("One", "Two", "Three"):
        assert f"- {title} – newcomer" in digest.body
    assert "- Four" not in digest.body  # who has three merged knows the way
    assert "| merged pull requests of newcomers | 3 | 0 |" in digest.body


def test_sections_that_nobody_wants_are_left_out(house: House) -> None:
    extra = "starter_issues: 0\ndigest: {without: [tip, numbers]}"
    settled_in(house.world, configuration(house.world, members=AGREED, extra=extra))
    a_week_with_a_newcomer(house)
    house.settle()
    (digest,) = digests(house)
    assert "## What needs a hand" in digest.body
    assert "tip" not in digest.body and "in numbers" not in digest.body


def test_with_every_section_left_out_none_comes(house: House) -> None:
    extra = f"starter_issues: 0\ndigest: {{without: [{', '.join(DIGEST_SECTIONS)}]}}"
    settled_in(house.world, configuration(house.world, members=AGREED, extra=extra))
    a_week_with_a_newcomer(house)
    house.settle()
    assert digests(house) == []


def test_few_starter_issues_are_a_reason_to_ask_the_right_mentor(house: House) -> None:
    members = AGREED + "      - {login: hubot, mentoring: agreed}\n"
    settled_in(house.world, configuration(house.world, members=members))
    house.settle()
    mine = house.world.open_issue(HOME, "octocat", "Easy", "/mentor starter")
    house.settle()
    house.world.close(HOME, mine.number, "octocat")
    a_week_with_a_newcomer(house)
    house.settle()
    (digest,) = digests(house)
    assert (
        "0 good first issues are free to take, and 1 would be good: ask **hubot** for one more."
        in digest.body
    )
    assert "@hubot" not in digest.body


def test_several_repositories_are_rolled_up(house: House) -> None:
    code = f"{OWNER}/code"
    text = configuration(house.world, members=AGREED, extra="starter_issues: 0")
    settled_in(house.world, text, install=False)
    settled_in(house.world, f"_extends: {HOME}\n", repo=code, install=False)
    house.world.install(OWNER, [HOME, code])
    house.settle()
    house.world.open_pull_request(code, "newcomer", "Polish", files=["lens.py"])
    house.world.open_pull_request(HOME, "newcomer-two", "Sweep", files=["lens.py"])
    house.settle()
    house.advance(timedelta(days=7))
    house.settle()
    (digest,) = digests(house)
    assert f"| {code} | 1 | 0 | 1 | 0 |" in digest.body
    assert f"| {HOME} | 1 | 0 | 1 | 0 |" in digest.body
