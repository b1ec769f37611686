"""The digest: one issue a week, in the program's time zone, never twice, never empty."""

from datetime import timedelta

from sandbox.world import Thread
from tests.journeys.house import House
from tests.journeys.programs import HOME, OWNER, configuration, settled_in

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
