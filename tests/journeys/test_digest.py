"""The digest: one issue a week, in the program's time zone, never twice, never empty."""

from datetime import timedelta

from sandbox.world import Thread
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, OWNER, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n"


def digests(house: House, repo: str = HOME) -> list[Thread]:
    return [issue for issue in house.world.issues(repo) if "digest" in issue.labels]


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
    assert "**octocat** is their mentor" in first.body
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
    assert "Who waits" not in digest.body
    assert "| answered |" in digest.body


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
    assert "One person opened a first pull request, in private." in digest.body
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
    assert "One person opened a first pull request, in private." in digest.body
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
    house.world.uninstall(installation)
    house.settle()
    house.advance(timedelta(days=8))
    house.settle()
    assert digests(house) == []
    house.world.install(OWNER, [HOME])
    house.settle()
    house.advance(timedelta(hours=2))
    house.settle()
    assert len(digests(house)) == 1
