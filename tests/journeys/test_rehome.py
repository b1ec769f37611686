"""Re-homing: a mentor's name on an open thread is always true, whoever leaves and however."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, configuration, settled_in

MENTORS = """\
      - {login: octocat, mentoring: agreed}
      - {login: hubot, mentoring: agreed}
"""
LEFT = "      - {login: hubot, mentoring: agreed}\n"
Leave = Callable[[House], object]


def settled(house: House) -> None:
    extra = "starter_issues: 0\ndigest: off"
    settled_in(house.world, configuration(house.world, members=MENTORS, extra=extra))
    house.settle()


def files(members: str) -> Leave:
    def leave(house: House) -> None:
        extra = "starter_issues: 0\ndigest: off"
        text = configuration(house.world, members=members, extra=extra)
        house.world.push(HOME, "monalisa", {FILE: text})

    return leave


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(files(LEFT), id="removed from the roster"),
        pytest.param(files(LEFT + "      - {login: octocat, mentoring: declined}\n"), id="declined there"),
    ],
)
def test_whoever_leaves_is_followed_by_somebody_on_each_thread(house: House, leave: Leave) -> None:
    settled(house)
    world = house.world
    issues = [world.open_issue(HOME, "monalisa", f"Star {n}", labels=["good first issue"]) for n in range(2)]
    pulls = [
        world.open_pull_request(HOME, author, "Polish", files=["lens.py"])
        for author in ("newcomer", "newcomer-two")
    ]
    house.settle()
    threads = [*issues, *pulls]
    named = {one.number for one in threads if "mentor: octocat" in world.thread(HOME, one.number).labels}
    assert len(named) == 2
    leave(house)
    house.settle()
    for _ in range(4):
        house.advance(timedelta(minutes=1))
        house.settle()
    for one in threads:
        assert world.thread(HOME, one.number).labels.count("mentor: hubot") == 1
        assert "mentor: octocat" not in world.thread(HOME, one.number).labels
    for number in named:
        introduced = house.said(HOME, number)[-1]
        assert "@hubot" in introduced
        assert "**octocat** has stepped back; thank" in introduced


def test_with_nobody_left_the_label_comes_off(house: House) -> None:
    settled(house)
    issue = house.world.open_issue(HOME, "monalisa", "Star", labels=["good first issue"])
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    files("      - {login: graduate-three}\n")(house)
    house.settle()
    for _ in range(4):
        house.advance(timedelta(minutes=1))
        house.settle()
    for number in (issue.number, pull.number):
        labels = house.world.thread(HOME, number).labels
        assert not [one for one in labels if one.startswith("mentor")]
    assert "nobody is free to be your mentor" in house.said(HOME, pull.number)[-1]


def test_a_decline_by_command_counts_too(house: House) -> None:
    extra = "digest: off"
    settled_in(house.world, configuration(house.world, extra=extra))
    house.settle()
    (issue,) = [one for one in house.world.issues(HOME) if "Session 4" in one.title]
    house.world.comment(HOME, issue.number, "octocat", "/mentor accept")
    house.settle()
    pulls = [
        house.world.open_pull_request(HOME, author, "Polish", files=["lens.py"])
        for author in ("newcomer", "newcomer-two")
    ]
    house.settle()
    house.world.comment(HOME, issue.number, "octocat", "/mentor decline")
    house.settle()
    for _ in range(3):
        house.advance(timedelta(minutes=1))
        house.settle()
    for pull in pulls:
        assert "mentor: octocat" not in house.world.thread(HOME, pull.number).labels


def test_an_account_that_is_gone_is_found_by_the_weekly_look_at_the_roster(house: House) -> None:
    members = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot, mentoring: agreed}\n"
    settled_in(house.world, configuration(house.world, members=members, extra="starter_issues: 0"))
    house.settle()
    issues = [
        house.world.open_issue(HOME, "monalisa", f"Star {n}", labels=["good first issue"]) for n in range(2)
    ]
    house.settle()
    house.world.delete_user("octocat")
    house.world.rename_user("hubot", "hubot-two")
    for _ in range(8):
        house.advance(timedelta(days=1))
        house.settle()
    labels = [house.world.thread(HOME, issue.number).labels for issue in issues]
    assert ["mentor: octocat" in one for one in labels] == [False, False]
    assert ["mentor: hubot-two" in one or "mentor: hubot" in one for one in labels] == [True, True]
