"""Follow-up: nobody waits in silence – each step of the ladder, by webhooks and a moved clock."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters.ledger import mentorships, schema
from sandbox.models import Thread
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, configuration, settled_in

DAY = timedelta(days=1)
MENTORS = """\
      - {login: octocat, mentoring: agreed}
      - {login: hubot, mentoring: agreed, areas: [database]}
"""


def settled(house: House, extra: str = "", members: str = MENTORS) -> None:
    # The digest is another matter, and would come every Monday.
    text = configuration(house.world, members=members, extra=f"starter_issues: 0\ndigest: off\n{extra}")
    settled_in(house.world, text.replace("    ends:", "    captain: regular\n    ends:"))
    house.settle()


def opened(house: House, author: str = "newcomer") -> Thread:
    pull = house.world.open_pull_request(HOME, author, "Polish the lens", files=["lens.py"])
    house.settle()
    return pull


def later(house: House, days: float) -> None:
    """The time passes day by day, as it does."""
    while days > 0:
        house.advance(min(days, 1) * DAY)
        house.settle()
        days -= 1


def kinds(house: House, number: int) -> list[str]:
    """The kinds of our comments on a thread, in order."""
    return [said.rpartition("<!-- lamplighter:")[2].split()[0] for said in house.said(HOME, number)]


def mentor_of(house: House, number: int) -> str:
    (label,) = [one for one in house.world.thread(HOME, number).labels if one.startswith("mentor: ")]
    return label.removeprefix("mentor: ")


Act = Callable[[House, int], object]


def nothing(house: House, number: int) -> None:
    """Nobody does anything."""


def says(login: str, text: str = "Here I am.") -> Act:
    return lambda house, number: house.world.comment(HOME, number, login, text)


def reviews(login: str, state: str) -> Act:
    return lambda house, number: house.world.review(HOME, number, login, state, "Nearly there.")


def closes(house: House, number: int) -> None:
    house.world.close(HOME, number, "monalisa")


@pytest.mark.parametrize(
    ("act", "days", "expected"),
    [
        pytest.param(nothing, 1.9, ["welcome"], id="before the promise"),
        pytest.param(nothing, 2.1, ["welcome", "reminder"], id="the promise passes"),
        pytest.param(nothing, 4.9, ["welcome", "reminder"], id="reminded once"),
        pytest.param(nothing, 5.1, ["welcome", "reminder", "introduction"], id="a second mentor joins"),
        pytest.param(
            nothing, 10, ["welcome", "reminder", "introduction", "organizers"], id="organizers, once"
        ),
        pytest.param(says("octocat"), 9, ["welcome"], id="the mentor answers"),
        pytest.param(says("monalisa"), 9, ["welcome"], id="somebody else answers"),
        pytest.param(says("dependabot[bot]"), 2.1, ["welcome", "reminder"], id="a bot is no answer"),
        pytest.param(
            says("octocat", "/mentor help"), 2.1, ["welcome", "help", "reminder"], id="nor a command"
        ),
        pytest.param(reviews("octocat", "changes_requested"), 9, ["welcome"], id="a review"),
        pytest.param(reviews("octocat", "approved"), 16, ["welcome"], id="the maintainers' turn"),
        pytest.param(says("octocat"), 15, ["welcome", "check_in"], id="a silent newcomer is asked"),
        pytest.param(says("octocat"), 30, ["welcome", "check_in"], id="once"),
        pytest.param(closes, 8, ["welcome"], id="a closed thread"),
    ],
)
def test_each_step_comes_once_and_only_while_somebody_waits(
    house: House, act: Act, days: float, expected: list[str]
) -> None:
    house.world.user("dependabot[bot]")
    settled(house)
    pull = opened(house)
    act(house, pull.number)
    house.settle()
    later(house, days)
    assert kinds(house, pull.number) == expected


def test_after_an_outage_only_the_highest_step_is_taken(house: House) -> None:
    settled(house)
    pull = opened(house)
    house.advance(8 * DAY)
    house.settle()
    assert kinds(house, pull.number) == ["welcome", "organizers"]


def test_a_second_mentor_joins_and_the_first_keeps_the_relation(house: House) -> None:
    settled(house)
    pull = opened(house)
    first = mentor_of(house, pull.number)
    later(house, 5.1)
    thread = house.world.thread(HOME, pull.number)
    second = "hubot" if first == "octocat" else "octocat"
    assert {"mentor: octocat", "mentor: hubot"} <= set(thread.labels)
    introduced = house.said(HOME, pull.number)[-1]
    assert f"@newcomer, meet @{second}, who helps you together with **{first}**" in introduced
    house.world.comment(HOME, pull.number, first, "Sorry, I was buried. Looks good so far!")
    house.settle()
    assert house.world.thread(HOME, pull.number).labels == [f"mentor: {first}"]


def test_each_waiting_period_has_its_own_reminder_in_the_place_of_the_last(house: House) -> None:
    settled(house)
    pull = opened(house)
    later(house, 2.1)
    house.world.comment(HOME, pull.number, "octocat", "Try the other end.")
    house.world.comment(HOME, pull.number, "newcomer", "Done. And now?")
    house.settle()
    later(house, 2.1)
    assert kinds(house, pull.number) == ["welcome", "reminder"]
    assert house.said(HOME, pull.number)[-1].count("@octocat") == 1


def test_the_organizers_hear_with_the_facts(house: House) -> None:
    settled(house)
    pull = opened(house)
    later(house, 7.1)
    told = house.said(HOME, pull.number)[-1]
    assert "@regular, @monalisa: **newcomer** has been waiting here since" in told


TEAMS = """\
      - {login: octocat, mentoring: agreed, team: Saturn}
    teams:
      Saturn: {navigator: newcomer-two, captain: octocat}
"""


def test_who_looks_after_the_team_is_the_first_stop_instead_of_the_cohorts_captain(house: House) -> None:
    settled(house, members=TEAMS)
    pull = opened(house)
    later(house, 7.1)
    told = house.said(HOME, pull.number)[-1]
    assert "@newcomer-two, @monalisa: **newcomer** has been waiting here since" in told


def test_what_does_not_fit_into_two_reminders_a_day_is_rolled_into_one(house: House) -> None:
    members = "      - {login: octocat, mentoring: agreed, capacity: 5, timezone: Europe/Rome}\n"
    settled(house, members=members)
    pulls = [opened(house, author) for author in ("newcomer", "newcomer-two", "graduate-three")]
    later(house, 2.6)
    reminders = [said for pull in pulls for said in house.said(HOME, pull.number) if ":reminder" in said]
    assert len(reminders) == 1
    assert "You are waited for elsewhere, too" in reminders[0]


def test_nobody_is_reminded_at_night(house: House) -> None:
    members = "      - {login: octocat, mentoring: agreed, timezone: Europe/Rome}\n"
    settled(house, members=members)
    pull = opened(house)
    # A little after the promise has passed, at three in the morning in Rome.
    due = house.context.now() + 2 * DAY
    night = due.replace(hour=2, minute=0) + DAY
    house.advance(night - house.context.now())
    house.settle()
    assert kinds(house, pull.number) == ["welcome"]
    house.advance(timedelta(hours=6))
    house.settle()
    assert kinds(house, pull.number) == ["welcome", "reminder"]


def test_a_label_pauses_the_newcomers_clock(house: House) -> None:
    settled(house)
    pull = opened(house)
    house.world.comment(HOME, pull.number, "octocat", "We have to wait for the release.")
    house.world.label(HOME, pull.number, "monalisa", "Blocked")
    house.settle()
    later(house, 20)
    assert kinds(house, pull.number) == ["welcome"]
    house.world.unlabel(HOME, pull.number, "monalisa", "Blocked")
    later(house, 16)
    assert kinds(house, pull.number) == ["welcome", "check_in"]


def test_a_push_hands_the_turn_back_and_a_draft_takes_it(house: House) -> None:
    settled(house)
    pull = opened(house)
    turns = []
    for act in (
        lambda: house.world.comment(HOME, pull.number, "octocat", "Please rename it."),
        lambda: house.world.synchronize(HOME, pull.number, "newcomer", files=["lens.py", "tube.py"]),
        lambda: house.world.ready(HOME, pull.number, "newcomer", ready=False),
        lambda: house.world.ready(HOME, pull.number, "newcomer"),
    ):
        house.advance(timedelta(hours=1))
        act()
        house.settle()
        with house.context.ledger.read() as connection:
            row = mentorships.get(connection, house.world.find_repository(HOME).id, pull.number)
        assert row is not None
        turns.append(row.turn)
    assert turns == ["newcomer", "mentor", "newcomer", "mentor"]


def test_facts_are_read_again_before_anybody_is_reminded(house: House) -> None:
    settled(house)
    pull = opened(house)
    house.world.faults.hold_deliveries = True
    house.world.comment(HOME, pull.number, "octocat", "I like it.")
    house.advance(3 * DAY)
    house.settle()
    assert kinds(house, pull.number) == ["welcome"]


def test_whoever_waits_for_nobody_is_found_somebody_once_there_is_somebody(house: House) -> None:
    settled(house, members="      - {login: octocat, mentoring: agreed, capacity: 1}\n")
    first, second = opened(house), opened(house, "newcomer-two")
    later(house, 9)
    assert kinds(house, second.number) == ["organizers"]
    edits = len(house.world.writes(HOME))
    later(house, 3)
    assert len(house.world.writes(HOME)) == edits  # it is looked, and nothing is said
    closes(house, first.number)
    house.settle()
    later(house, 1.1)
    assert mentor_of(house, second.number) == "octocat"
    assert "meet @octocat" in house.said(HOME, second.number)[-1]


def test_a_mentor_who_was_away_without_a_cover_is_reminded_when_back(house: House) -> None:
    settled(house, members="      - {login: octocat, mentoring: agreed}\n")
    pull = opened(house)
    house.world.comment(HOME, pull.number, "octocat", "/mentor away 1 day")
    house.settle()
    later(house, 1.5)
    assert kinds(house, pull.number) == ["welcome"]
    later(house, 1)
    assert kinds(house, pull.number) == ["welcome", "reminder"]


def test_whoever_covers_stays_while_the_first_is_away(house: House) -> None:
    settled(house)
    pull = opened(house)
    first = mentor_of(house, pull.number)
    house.world.comment(HOME, pull.number, first, "/mentor away 3 weeks")
    house.settle()
    later(house, 0.1)
    labels = set(house.world.thread(HOME, pull.number).labels)
    assert labels == {"mentor: octocat", "mentor: hubot"}
    house.world.comment(HOME, pull.number, first, "I am at the sea, see you in three weeks!")
    house.settle()
    assert set(house.world.thread(HOME, pull.number).labels) == labels


def test_the_welcome_says_that_the_organizers_know_only_if_they_do(house: House) -> None:
    text = configuration(house.world, members=MENTORS, extra="starter_issues: 0\ndigest: off\n")
    settled_in(house.world, text.replace("organizers: [monalisa]", "organizers: []"))
    house.settle()
    pull = opened(house)
    later(house, 8)
    assert kinds(house, pull.number) == ["welcome", "reminder", "introduction"]
    assert "organizers know" not in house.said(HOME, pull.number)[0]


def test_an_archived_repository_is_left_alone(house: House) -> None:
    settled(house)
    pull = opened(house)
    house.world.archive(HOME)
    with house.context.ledger.write() as connection:
        place = house.world.find_repository(HOME).id
        connection.execute(
            schema.repositories.update().where(schema.repositories.c.id == place).values(archived=True)
        )
    later(house, 9)
    assert kinds(house, pull.number) == ["welcome"]
    house.world.unarchive(HOME)
    opened(house, "newcomer-two")
    later(house, 1.1)
    assert kinds(house, pull.number) == ["welcome", "organizers"]


def test_follow_up_goes_on_where_the_app_comes_back(house: House) -> None:
    settled(house)
    pull = opened(house)
    (installation,) = house.world.installations.values()
    house.world.remove_repositories(installation.id, [HOME])
    house.settle()
    later(house, 3)
    assert kinds(house, pull.number) == ["welcome"]
    house.world.add_repositories(installation.id, [HOME])
    house.settle()
    assert kinds(house, pull.number) == ["welcome", "reminder"]


def test_what_stands_in_the_way_elsewhere_holds_up_nobody_here(house: House) -> None:
    settled(house, members="      - {login: octocat, mentoring: agreed, capacity: 5}\n")
    elsewhere = "planetarium/dome"
    house.world.organization("planetarium")
    house.world.repository(elsewhere, files={FILE: f"_extends: {HOME}\n", "README.md": "x"})
    other = house.world.install("planetarium", [elsewhere])
    house.settle()
    pull = opened(house)
    house.world.open_pull_request(elsewhere, "newcomer-two", "Polish the dome", files=["dome.py"])
    house.settle()
    house.world.faults.hold_deliveries = True  # nobody tells us
    house.world.suspend(other.id)
    later(house, 2.1)
    assert kinds(house, pull.number) == ["welcome", "reminder"]


def test_nobody_is_reminded_of_a_newcomer_whose_account_is_gone(house: House) -> None:
    settled(house)
    pull = opened(house)
    house.world.delete_user("newcomer")
    later(house, 9)
    assert kinds(house, pull.number) == ["welcome"]
