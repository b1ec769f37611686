"""Re-homing: a mentor's name on an open thread is always true, whoever leaves and however."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, configuration, invitations, settled_in

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
    (issue,) = invitations(house.world)
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


def minutes(house: House, many: int) -> None:
    for _ in range(many):
        house.advance(timedelta(minutes=1))
        house.settle()


def test_a_reopened_thread_carries_nobodys_name_who_left_meanwhile(house: House) -> None:
    settled(house)
    world = house.world
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    issue = world.open_issue(HOME, "newcomer-two", "Help", "How?")
    world.comment(HOME, issue.number, "newcomer-two", "/mentor me")
    house.settle()
    for number in (pull.number, issue.number):
        world.close(HOME, number, "monalisa")
    house.settle()
    files("      - {login: graduate-three, mentoring: agreed, capacity: 5}\n")(house)
    house.settle()
    for number in (pull.number, issue.number):
        world.reopen(HOME, number, "monalisa")
    house.settle()
    minutes(house, 3)
    for number in (pull.number, issue.number):
        assert world.thread(HOME, number).labels == ["mentor: graduate-three"]


def test_a_mentor_who_was_renamed_leaves_no_label_behind(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=MENTORS, extra="starter_issues: 0"))
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.world.comment(HOME, pull.number, "monalisa", "Welcome!")
    house.settle()
    (label,) = house.world.thread(HOME, pull.number).labels
    login = label.removeprefix("mentor: ")
    house.world.rename_user(login, "somebody-new")
    for _ in range(8):
        house.advance(timedelta(days=1))
        house.settle()
    files("      - {login: graduate-three, mentoring: agreed}\n")(house)
    house.settle()
    minutes(house, 3)
    assert house.world.thread(HOME, pull.number).labels == ["mentor: graduate-three"]


def test_without_a_configuration_nothing_is_said_about_who_left(house: House) -> None:
    settled(house)
    other = "djangonaut-space/telescope"
    extends = f"_extends: {HOME}\n"
    house.world.repository(other, files={FILE: extends, "README.md": "x"})
    (installation,) = house.world.installations.values()
    house.world.add_repositories(installation.id, [other])
    house.settle()
    issue = house.world.open_issue(other, "newcomer", "Help", "How?")
    house.world.comment(other, issue.number, "newcomer", "/mentor me")
    house.settle()
    before = house.said(other, issue.number)
    assert len(before) == 1
    house.world.push(other, "monalisa", {FILE: None})
    house.settle()
    files("      - {login: graduate-three, mentoring: agreed}\n")(house)
    house.settle()
    minutes(house, 3)
    assert house.said(other, issue.number) == before
