"""The configuration file: put into force by a push, and when it is wrong, said once on its commit."""

from datetime import timedelta

import pytest

from jobs import roster
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, OWNER, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n"


def test_a_mistake_is_annotated_on_its_commit_and_the_last_good_version_stays(house: House) -> None:
    good = configuration(house.world, members=AGREED, extra="starter_issues: 0")
    settled_in(house.world, good)
    house.settle()
    bad = good.replace("organizers:", "organisers:")
    house.world.push(HOME, "monalisa", {FILE: bad})
    house.world.push(HOME, "monalisa", {"README.md": "other"})
    house.settle()
    house.world.push(HOME, "monalisa", {FILE: good})
    house.world.push(HOME, "monalisa", {FILE: bad})
    house.settle()
    check, better, again = house.world.check_runs(HOME)
    assert [check.conclusion, better.conclusion, again.conclusion] == ["failure", "neutral", "failure"]
    (annotation,) = check.annotations
    assert annotation["start_line"] == 2
    assert "did you mean `organizers`?" in annotation["message"]
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "**@octocat is your mentor" in house.said(HOME, pull.number)[0]


def test_a_push_puts_a_new_version_into_force(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    text = configuration(house.world, members=AGREED, extra="starter_issues: 0\nmentor_noun: navigator")
    house.world.push(HOME, "monalisa", {FILE: text})
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "is your navigator" in house.said(HOME, pull.number)[0]


def test_a_push_that_does_not_touch_the_file_costs_nothing(house: House) -> None:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    before = len(house.world.requests)
    house.world.push(HOME, "monalisa", {"README.md": "new"})
    house.settle()
    assert len(house.world.requests) == before


def test_the_owners_file_counts_where_a_repository_has_none(house: House) -> None:
    world = house.world
    text = configuration(world, members=AGREED, extra="starter_issues: 0")
    settled_in(world, text, repo=f"{OWNER}/.github", install=False)
    settled_in(world, "", repo=f"{OWNER}/code", install=False)
    world.install(OWNER, [f"{OWNER}/.github", f"{OWNER}/code"])
    house.settle()
    pull = world.open_pull_request(f"{OWNER}/code", "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "@octocat is your mentor" in house.said(f"{OWNER}/code", pull.number)[0]


def test_nearer_keys_replace_whole_keys_of_the_extended_file(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=AGREED, extra="starter_issues: 0"), install=False)
    settled_in(world, f"_extends: {HOME}\nmentor_noun: buddy\n", repo=f"{OWNER}/code", install=False)
    world.install(OWNER, [HOME, f"{OWNER}/code"])
    house.settle()
    first = world.open_pull_request(f"{OWNER}/code", "newcomer", "Polish", files=["lens.py"])
    house.settle()
    second = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "is your buddy" in house.said(f"{OWNER}/code", first.number)[0]
    assert house.said(HOME, second.number) == [], "greeted once in a program, however many repositories"


def test_another_owners_file_is_read_again_after_a_quarter_of_an_hour(house: House) -> None:
    world = house.world
    world.organization("elsewhere")
    settled_in(world, configuration(world, members=AGREED, extra="starter_issues: 0"), install=False)
    world.repository("elsewhere/code", files={FILE: f"_extends: {HOME}\n"})
    world.install("elsewhere", ["elsewhere/code"])
    house.settle()
    text = configuration(world, members=AGREED, extra="starter_issues: 0\nmentor_noun: buddy")
    world.push(HOME, "monalisa", {FILE: text})
    house.advance(timedelta(minutes=16))
    pull = world.open_pull_request("elsewhere/code", "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "is your buddy" in house.said("elsewhere/code", pull.number)[0]


def test_a_login_nobody_has_is_no_obstacle(house: House) -> None:
    members = AGREED + "      - {login: nobody-has-this}\n"
    settled_in(house.world, configuration(house.world, members=members, extra="starter_issues: 0"))
    house.settle()
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert len(house.said(HOME, pull.number)) == 1


def test_a_large_roster_is_looked_up_step_by_step(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "AT_MOST", -1.0)  # each step is over after one login
    members = AGREED + "      - {login: hubot}\n      - {login: graduate-three}\n"
    settled_in(house.world, configuration(house.world, members=members, extra="starter_issues: 0"))
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert not house.said(HOME, pull.number)
    for _ in range(6):  # three members and an organizer, a few seconds after each other
        house.advance(timedelta(seconds=6))
        house.settle()
    assert len(house.said(HOME, pull.number)) == 1


def test_one_owners_private_file_says_nothing_in_another_owners_repository(house: House) -> None:
    world = house.world
    members = '      - {login: octocat, mentoring: agreed, about: "A private word."}\n'
    private = configuration(world, members=members, extra="starter_issues: 0")
    settled_in(world, private, private=True)
    world.organization("elsewhere")
    world.repository("elsewhere/code", files={FILE: f"_extends: {HOME}\nprogram: Elsewhere\n"})
    house.settle()
    world.install("elsewhere", ["elsewhere/code"])
    house.settle()
    pull = world.open_pull_request("elsewhere/code", "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert house.said("elsewhere/code", pull.number) == []
    house.advance(timedelta(hours=25))
    world.collaborator(HOME, "monalisa", role="write")
    world.organization(OWNER, private_members=["newcomer-two"])
    own = world.open_pull_request(HOME, "newcomer-two", "Polish", files=["lens.py"])
    house.settle()
    assert "A private word." in house.said(HOME, own.number)[0], (
        "their failure to read it changes nothing here"
    )


def test_the_last_good_version_stays_when_the_extended_file_disappears(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=AGREED, extra="starter_issues: 0"), install=False)
    settled_in(world, f"_extends: {HOME}\nmentor_noun: buddy\n", repo=f"{OWNER}/code", install=False)
    world.install(OWNER, [HOME, f"{OWNER}/code"])
    house.settle()
    world.push(HOME, "monalisa", {FILE: None})
    house.settle()
    pull = world.open_pull_request(f"{OWNER}/code", "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "is your buddy" in house.said(f"{OWNER}/code", pull.number)[0]


def test_a_renamed_home_is_still_the_home(house: House) -> None:
    world = house.world
    settled_in(world, configuration(world, members=AGREED, extra="starter_issues: 0"), install=False)
    settled_in(world, f"_extends: {HOME}\n", repo=f"{OWNER}/code", install=False)
    world.install(OWNER, [HOME, f"{OWNER}/code"])
    house.settle()
    world.rename(HOME, f"{OWNER}/planetarium")
    house.advance(timedelta(hours=25))
    pull = world.open_pull_request(f"{OWNER}/code", "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "@octocat is your mentor" in house.said(f"{OWNER}/code", pull.number)[0]


def test_a_login_that_moved_on_to_somebody_else_has_no_rights(house: House) -> None:
    world = house.world
    members = AGREED + "      - {login: hubot, mentoring: agreed}\n"
    settled_in(world, configuration(world, members=members, extra="starter_issues: 0"))
    house.settle()
    world.rename_user("octocat", "octocat-renamed")
    world.user("octocat")
    house.advance(timedelta(hours=2))
    text = configuration(world, members=members, extra="starter_issues: 0\nmentor_noun: guide")
    world.push(HOME, "monalisa", {FILE: text})
    house.settle()
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    assert "**@hubot is your guide" in house.said(HOME, pull.number)[0]


def test_the_owners_file_is_corrected_where_it_lives(house: House) -> None:
    world = house.world
    bad = configuration(world, members=AGREED).replace("organizers:", "organisers:")
    settled_in(world, bad, repo=f"{OWNER}/.github", install=False)
    settled_in(world, "", repo=f"{OWNER}/code", install=False)
    world.install(OWNER, [f"{OWNER}/.github", f"{OWNER}/code"])
    house.settle()
    assert len(world.check_runs(f"{OWNER}/.github")) == 1
    assert world.check_runs(f"{OWNER}/code") == []
