"""Good first issues: each open one carries a mentor's name, for as long as it is one."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from adapters.ledger import backfills, inbox, schema
from adapters.ledger.engine import Ledger
from jobs import work
from mentoring import good_first as rules
from tests.journeys.house import House
from tests.journeys.programs import HOME, OWNER, configuration, invitations, settled_in

GOOD = "good first issue"
AGREED = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot, mentoring: agreed, areas: [database]}\n"


@pytest.fixture
def program(house: House) -> House:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    return house


def labels(house: House, number: int) -> list[str]:
    return sorted(house.world.thread(HOME, number).labels)


@pytest.mark.parametrize("label", [GOOD, "Good First Issue"])
def test_an_issue_that_gets_the_label_gets_a_mentor(program: House, label: str) -> None:
    issue = program.world.open_issue(HOME, "newcomer", "A map")
    program.world.edit_label(HOME, "monalisa", GOOD, new_name=label)
    program.world.label(HOME, issue.number, "monalisa", label)
    program.settle()
    assert labels(program, issue.number) == sorted([label, "mentor: octocat"])
    (said,) = program.said(HOME, issue.number)
    assert f"`Fixes #{issue.number}`" in said


def test_from_the_start_and_by_the_area_of_its_labels(program: House) -> None:
    issue = program.world.open_issue(HOME, "monalisa", "Index", labels=["database", GOOD])
    program.settle()
    assert "mentor: hubot" in labels(program, issue.number)
    assert len(program.said(HOME, issue.number)) == 1


def test_by_a_bot_too(program: House) -> None:
    program.world.user("triage[bot]")
    issue = program.world.open_issue(HOME, "triage[bot]", "Found", labels=[GOOD])
    program.settle()
    assert "mentor: octocat" in labels(program, issue.number)


def test_other_labels_cost_nothing(program: House) -> None:
    issue = program.world.open_issue(HOME, "monalisa", "A map")
    program.settle()
    before = len(program.world.requests)
    program.world.label(HOME, issue.number, "monalisa", "question")
    program.settle()
    assert len(program.world.requests) == before


def test_losing_the_label_takes_the_name_off(program: House) -> None:
    issue = program.world.open_issue(HOME, "monalisa", "A map", labels=[GOOD])
    program.settle()
    program.world.unlabel(HOME, issue.number, "monalisa", GOOD)
    program.settle()
    assert labels(program, issue.number) == []
    (said,) = program.said(HOME, issue.number)
    assert "no longer marked as a good first issue" in said
    program.world.label(HOME, issue.number, "monalisa", GOOD)
    program.settle()
    assert labels(program, issue.number) == [GOOD, "mentor: octocat"]
    (said,) = program.said(HOME, issue.number)
    assert f"`Fixes #{issue.number}`" in said
    program.world.unlabel(HOME, issue.number, "monalisa", GOOD)
    program.settle()
    (said,) = program.said(HOME, issue.number)
    assert "no longer marked as a good first issue" in said


def test_losing_the_label_for_a_moment(program: House, monkeypatch: pytest.MonkeyPatch) -> None:
    issue = program.world.open_issue(HOME, "monalisa", "A map", labels=[GOOD])
    program.settle()
    program.world.unlabel(HOME, issue.number, "monalisa", GOOD)
    program.world.wait_delivered(10)
    with monkeypatch.context() as slow:  # the name is still on when the label comes back
        slow.setattr(work, "deliver_and_ring", lambda *_: None)
        program._work()
    assert "mentor: octocat" in labels(program, issue.number)
    program.world.label(HOME, issue.number, "monalisa", GOOD)
    program.settle()
    assert labels(program, issue.number) == [GOOD, "mentor: octocat"]
    (said,) = program.said(HOME, issue.number)
    assert f"`Fixes #{issue.number}`" in said


def test_getting_the_label_again_when_nobody_is_free(program: House, monkeypatch: pytest.MonkeyPatch) -> None:
    issue = program.world.open_issue(HOME, "monalisa", "A map", labels=[GOOD])
    program.settle()
    program.world.unlabel(HOME, issue.number, "monalisa", GOOD)
    program.settle()
    monkeypatch.setattr(rules, "MOST_OPEN", 0)
    program.world.label(HOME, issue.number, "monalisa", GOOD)
    program.settle()
    assert labels(program, issue.number) == [GOOD]
    (said,) = program.said(HOME, issue.number)
    assert "Nobody is free" in said


def test_somebody_who_may_not_open_starter_issues_asks_for_one(program: House) -> None:
    issue = program.world.open_issue(HOME, "newcomer", "A map", "Text\n\n/mentor starter")
    program.settle()
    program.world.label(HOME, issue.number, "monalisa", GOOD)
    program.settle()
    assert labels(program, issue.number) == [GOOD, "mentor: octocat"]


def test_closed_and_reopened_keeps_the_mentor(program: House) -> None:
    issue = program.world.open_issue(HOME, "monalisa", "A map", labels=[GOOD])
    program.settle()
    program.world.close(HOME, issue.number, "monalisa")
    program.settle()
    program.world.reopen(HOME, issue.number, "monalisa")
    program.settle()
    assert labels(program, issue.number) == [GOOD, "mentor: octocat"]
    assert len(program.said(HOME, issue.number)) == 1


def test_a_transferred_issue_is_let_go(program: House) -> None:
    program.world.repository(f"{OWNER}/elsewhere")
    issue = program.world.open_issue(HOME, "monalisa", "A map", labels=[GOOD])
    program.settle()
    program.world.transfer_issue(HOME, issue.number, f"{OWNER}/elsewhere", "monalisa")
    program.settle()
    assert program.parked() == []


def test_issues_from_before_the_installation_get_only_the_label_about_one_a_minute(house: House) -> None:
    settled_in(
        house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"), install=False
    )
    numbers = [house.world.open_issue(HOME, "monalisa", f"Old {n}", labels=[GOOD]).number for n in range(3)]
    house.advance(timedelta(days=30))
    house.world.install(OWNER, [HOME])
    by_minute = []
    for _ in range(4):
        house.settle()
        by_minute.append(named(house, numbers))
        house.advance(timedelta(seconds=61))
    assert by_minute == [numbers[2:], numbers[1:], numbers, numbers]
    assert [house.said(HOME, number) for number in numbers] == [[], [], []]
    house.world.unlabel(HOME, numbers[0], "monalisa", GOOD)
    house.settle()
    assert labels(house, numbers[0]) == []
    assert house.said(HOME, numbers[0]) == []
    house.world.label(HOME, numbers[0], "monalisa", GOOD)
    house.settle()
    assert labels(house, numbers[0]) == [GOOD, "mentor: octocat"]
    assert len(house.said(HOME, numbers[0])) == 1


def named(house: House, numbers: list[int]) -> list[int]:
    return [n for n in numbers if any(label.startswith("mentor: ") for label in labels(house, n))]


def test_three_who_accept_at_once_are_still_named_one_a_minute(house: House) -> None:
    members = "".join(f"      - {{login: {login}}}\n" for login in ("octocat", "hubot", "graduate-three"))
    settled_in(house.world, configuration(house.world, members=members), install=False)
    numbers = [house.world.open_issue(HOME, "monalisa", f"Old {n}", labels=[GOOD]).number for n in range(5)]
    house.advance(timedelta(days=30))
    house.world.install(OWNER, [HOME])
    house.settle()
    (asked,) = invitations(house.world)
    for login in ("octocat", "hubot", "graduate-three"):
        house.world.comment(HOME, asked.number, login, "/mentor accept")
    counts = []
    for _ in range(4):
        house.settle()
        counts.append(len(named(house, numbers)))
        with house.context.ledger.read() as connection:
            assert waiting_backfills(connection) == 1
        house.advance(timedelta(seconds=61))
    assert counts == [1, 2, 3, 4]


def waiting_backfills(connection: Connection) -> int:
    rows = schema.inbox.c
    waiting = (rows.job == "backfill", rows.done_at.is_(None))
    return connection.execute(select(func.count()).where(*waiting)).scalar_one()


def test_backfill_goes_on_where_nobody_is_free_for_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_OPEN", 1)
    members = "      - {login: octocat, mentoring: agreed}\n"
    settled_in(
        house.world, configuration(house.world, members=members, extra="starter_issues: 0"), install=False
    )
    opened = [
        house.world.open_issue(HOME, who, "Old", labels=[GOOD]) for who in ("octocat", "hubot", "hubot")
    ]
    own, left, first = (issue.number for issue in opened)
    house.advance(timedelta(days=30))
    house.world.install(OWNER, [HOME])
    for _ in range(3):
        house.settle()
        house.advance(timedelta(seconds=61))
    assert named(house, [own, left, first]) == [own, first]
    with house.context.ledger.read() as connection:
        assert waiting_backfills(connection) == 0


def test_backfill_names_a_mentor_where_the_command_was_nobodys_to_give(house: House) -> None:
    text = configuration(house.world, members=AGREED, extra="starter_issues: 0")
    settled_in(house.world, text, install=False)
    issue = house.world.open_issue(HOME, "newcomer", "Old", "/mentor starter", labels=[GOOD])
    house.advance(timedelta(days=30))
    house.world.install(OWNER, [HOME])
    house.settle()
    assert labels(house, issue.number) == [GOOD, "mentor: octocat"]


def test_issues_wait_for_the_first_mentor(house: House) -> None:
    settled_in(house.world, configuration(house.world, members="      - {login: octocat}\n"))
    issue = house.world.open_issue(HOME, "monalisa", "A map", labels=[GOOD])
    house.settle()
    assert labels(house, issue.number) == [GOOD]
    house.advance(timedelta(hours=1))
    (asked,) = invitations(house.world)
    house.world.comment(HOME, asked.number, "octocat", "/mentor accept")
    house.settle()
    assert labels(house, issue.number) == [GOOD, "mentor: octocat"]
    assert len(house.said(HOME, issue.number)) == 1


def test_who_asks_while_backfill_is_at_work_is_heard_a_minute_later(ledger: Ledger) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with ledger.write() as connection:
        (first,) = backfills.ask(connection, 1, 42, "one", now)
        assert backfills.ask(connection, 1, 42, "two", now) == []
        assert inbox.claim(connection, first, now)
        for delivery in ("three", "four"):
            assert backfills.ask(connection, 1, 42, delivery, now) == []
        assert waiting_backfills(connection) == 2
        assert backfills.later_waits(connection, 42, first)
        minute = now + timedelta(minutes=1)
        assert inbox.to_ring(connection, minute - timedelta(seconds=1)) == []
        (second,) = set(inbox.to_ring(connection, minute)) - {first}
        assert not backfills.later_waits(connection, 42, second)
