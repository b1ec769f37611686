"""Reconciliation: a repository's changes are read again at night, and accidents are mended once."""

from datetime import timedelta

import pytest

from adapters.ledger import mentorships, places
from jobs import reconcile
from tests.journeys.house import BOT, House
from tests.journeys.programs import HOME, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot, mentoring: agreed}\n"
# Nobody is reminded of anything here.
PATIENT = """\
starter_issues: 0
digest: off
follow_up: {answer_within: 300d, hand_over_after: 310d, organizer_after: 320d, newcomer_check_in: 330d}
"""
GOOD = "good first issue"
DAY = timedelta(days=1)


@pytest.fixture
def program(house: House) -> House:
    settled_in(house.world, configuration(house.world, members=AGREED, extra=PATIENT))
    house.settle()
    return house


def night(house: House) -> list[str]:
    """The next night's reconciliation, and what it asked of GitHub."""
    house.advance(2 * DAY)
    house.world.wait_delivered()
    before = len(house.world.requests)
    house.sweep("reconcile")
    asked = house.world.requests[before:]
    return [f"{one.method} {one.path}" for one in asked if not one.path.endswith("access_tokens")]


def test_whatever_happened_unheard_is_made_up_for(program: House) -> None:
    """GitHub tells nothing of it, not even in its log."""
    world = program.world
    closed = world.open_pull_request(HOME, "newcomer-two", "Lenses", files=["lens.py"])
    named = world.open_issue(HOME, "regular", "A map", labels=[GOOD])
    program.settle()
    world.faults.lose_deliveries = 1.0
    old = world.open_pull_request(HOME, "regular", "Old", files=["lens.py"])
    program.advance(8 * DAY)
    young = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    issue = world.open_issue(HOME, "regular", "A dome")
    world.label(HOME, issue.number, "monalisa", GOOD)
    world.close(HOME, closed.number, "monalisa")
    world.unlabel(HOME, named.number, "monalisa", GOOD)
    world.comment(HOME, old.number, "regular", "/mentor help")
    night(program)
    assert len(program.said(HOME, young.number)) == 1
    assert program.said(HOME, old.number) == []
    assert any(label.startswith("mentor: ") for label in issue.labels)
    assert not any(label.startswith("mentor: ") for label in named.labels)
    with program.context.ledger.read() as connection:
        row = mentorships.get(connection, closed.repository.id, closed.number)
    assert row is not None and row.closed_at is not None
    assert not [one for one in night(program) if not one.startswith("GET")]


def test_a_quiet_repository_costs_one_request_and_one_that_github_does_not_count(program: House) -> None:
    night(program)
    asked = night(program)
    assert [one.rpartition("/")[2] for one in asked] == ["lamplighter.yml", "issues"]
    statuses = [one.status for one in program.world.requests if one.path.endswith("lamplighter.yml")]
    assert statuses[-1] == 304


def test_an_accident_is_mended_once_and_what_is_meant_stays(program: House) -> None:
    world = program.world
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    issue = world.open_issue(HOME, "regular", "A map", labels=[GOOD])
    program.settle()
    (name,) = [label for label in issue.labels if label.startswith("mentor: ")]
    (welcome,) = [one for one in pull.comments if one.author == BOT]
    (note,) = [one for one in issue.comments if one.author == BOT]
    said = welcome.body
    world.unlabel(HOME, issue.number, "monalisa", name)
    world.edit_comment(HOME, welcome.id, "monalisa", "oops")
    world.delete_comment(HOME, note.id, "monalisa")
    night(program)
    assert name in issue.labels
    assert program.said(HOME, pull.number) == [said]
    assert program.said(HOME, issue.number) == []  # deleted: nobody wants it
    world.unlabel(HOME, issue.number, "monalisa", name)
    world.edit_comment(HOME, welcome.id, "monalisa", "We say it in our own words.")
    night(program)
    night(program)
    assert name not in issue.labels
    assert [c.body for c in pull.comments if c.author == BOT] == ["We say it in our own words."]
    world.edit_comment(HOME, welcome.id, "monalisa", said)  # the house wants a marker in every word of ours


def test_a_reconciliation_that_is_stopped_goes_on_from_its_last_page(
    program: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = program.world
    world.faults.lose_deliveries = 1.0
    for number in range(130):
        world.open_issue(HOME, "regular", f"Lens {number}", labels=[GOOD] if number % 40 == 0 else [])
        program.advance(timedelta(seconds=1))
    monkeypatch.setattr(reconcile, "AT_MOST", -1.0)  # each step is over after a page
    before = len(world.requests)
    night(program)
    for _ in range(3):
        program.advance(timedelta(seconds=6))
        program.settle()
    lists = [
        one.query for one in world.requests[before:] if "since=" in one.query and one.path.endswith("/issues")
    ]
    assert len(lists) >= 2
    assert len(lists) == len(set(lists))  # each step begins later than the one before
    threads = [program.world.thread(HOME, 1 + number) for number in range(0, 130, 40)]
    assert all(any(label.startswith("mentor: ") for label in one.labels) for one in threads)
    with program.context.ledger.read() as connection:
        row = places.repository(connection, threads[0].repository.id)
    assert row is not None and row.reconcile_at > program.context.now()
