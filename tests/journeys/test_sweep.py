"""The sweep: what GitHub could not hand over is found in its log, comes again, and is handled once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from adapters.ledger import places, schema, sweeps
from jobs import sweep
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, OWNER, configuration, settled_in

AGREED = "      - {login: octocat, mentoring: agreed}\n      - {login: hubot, mentoring: agreed}\n"
FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def program(house: House) -> House:
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    house.settle()
    return house


def asked_again(house: House) -> int:
    """How often GitHub was asked to deliver something again."""
    return sum(one.path.endswith("/attempts") for one in house.world.requests)


def sweeps_of(house: House, times: int) -> None:
    for _ in range(times):
        house.sweep("sweep")
        house.advance(FIVE_MINUTES)


def refuse(house: House) -> Callable[[], None]:
    """The host is not there; returns how to mend it."""
    house.world.faults.lose_deliveries = 1.0
    return lambda: house.world.faults.set(lose_deliveries=0.0)


def wrong_secret(house: House) -> Callable[[], None]:
    """Somebody changed the secret on the App's page: the front door answers 401."""
    (app,) = house.world.apps.values()
    right, app.webhook_secret = app.webhook_secret, "another secret"

    def mend() -> None:
        app.webhook_secret = right

    return mend


@pytest.mark.parametrize("fail", [refuse, wrong_secret])
def test_what_was_lost_in_an_outage_is_recovered_and_handled_once(
    program: House, fail: Callable[[House], Callable[[], None]]
) -> None:
    """Two hours down, the sweep running all the while; then the first delivery that arrives opens the door."""
    world = program.world
    mend = fail(program)
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    issue = world.open_issue(HOME, "regular", "A map", labels=["good first issue"])
    world.lock_thread(HOME, issue.number, "monalisa")  # nobody wants to hear of that
    world.push(HOME, "monalisa", {"README.md": "# New"})
    program.settle()
    sweeps_of(program, 12)
    assert program.said(HOME, pull.number) == []
    assert 0 < asked_again(program) <= 12 * sweep.PROBES
    program.advance(timedelta(hours=1))
    mend()
    sweeps_of(program, 3)
    assert len(program.said(HOME, pull.number)) == 1
    assert len([one for one in issue.labels if one.startswith("mentor: ")]) == 1
    recovered = {it.event for it in world.deliveries if it.redelivery}
    assert recovered == {"pull_request", "issues"}  # the push is made up for by reading the file again
    assert not any(it.redelivery and it.action == "locked" for it in world.deliveries)
    asked = asked_again(program)
    sweeps_of(program, 2)
    assert asked_again(program) == asked


def test_a_redelivery_after_a_failure_of_ours_is_handled_and_after_a_success_it_is_not(
    program: House,
) -> None:
    world, ledger = program.world, program.context.ledger
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    world.wait_delivered()
    delivery = next(it for it in world.deliveries if it.event == "pull_request")
    with ledger.write() as connection:
        parked = {"parked_at": program.context.now(), "note": "a mistake of ours"}
        connection.execute(update(schema.inbox).where(schema.inbox.c.job == "welcome").values(parked))
    program.settle()
    assert program.said(HOME, pull.number) == []
    world.redeliver(delivery.id)
    program.settle()
    assert len(program.said(HOME, pull.number)) == 1
    before = len(world.writes())
    world.redeliver(delivery.id)
    program.settle()
    # Its author is one of ours by now, so that what they opened is read once, to be noted; nothing is written.
    assert len(world.writes()) == before
    assert delivery.guid == world.deliveries[-1].guid and world.deliveries[-1].redelivery


def test_a_burst_is_recovered_in_small_steps_and_a_reading_goes_on_where_it_stopped(
    program: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = program.world
    monkeypatch.setattr(sweep, "PER_PAGE", 10)
    issue = world.open_issue(HOME, "newcomer", "A map")
    program.settle()
    sweeps_of(program, 1)
    mend = refuse(program)
    for number in range(50):
        world.comment(HOME, issue.number, "regular", f"{number} lenses")
    world.wait_delivered()
    mend()
    world.comment(HOME, issue.number, "regular", "It goes on")
    program.settle()
    monkeypatch.setattr(sweep, "AT_MOST", -1.0)  # each step is over at once
    program.sweep("sweep")
    with program.context.ledger.read() as connection:
        state = sweeps.reading(connection, sweep.NAME)
        assert state and state.cursor and sweeps.counts(connection)["waiting"] < 50
    monkeypatch.setattr(sweep, "AT_MOST", 20.0)
    for _ in range(4):
        before = asked_again(program)
        program.advance(sweep.PAUSE)
        program.settle()
        assert asked_again(program) - before <= sweep.AT_ONCE
    assert asked_again(program) == 50
    with program.context.ledger.read() as connection:
        assert connection.execute(select(func.count()).where(schema.inbox.c.job == "sweep")).scalar() == 1
    sweeps_of(program, 1)
    with program.context.ledger.read() as connection:
        assert sweeps.counts(connection) == {"waiting": 0, "recovered": 50, "given up": 0}


def test_what_the_app_never_heard_before_its_first_start_is_recovered(house: House) -> None:
    """The App is installed while nothing runs yet. Nobody has to install it again."""
    mend = refuse(house)
    settled_in(house.world, configuration(house.world, members=AGREED, extra="starter_issues: 0"))
    pull = house.world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    house.settle()
    house.advance(timedelta(days=2))
    mend()
    sweeps_of(house, 3)
    assert len(house.said(HOME, pull.number)) == 1


def test_a_late_webhook_does_not_make_a_private_name_public(program: House) -> None:
    """The webhook that is delivered late says that the repository is public. It is not, any more."""
    world = program.world
    mend = refuse(program)
    world.open_issue(HOME, "newcomer", "A map", labels=["good first issue"])
    world.wait_delivered()
    mend()
    world.privatize(HOME)
    world.rename(HOME, f"{OWNER}/secret")
    program.settle()
    sweeps_of(program, 2)
    with program.context.ledger.read() as connection:
        (row,) = connection.execute(select(schema.repositories)).all()
        assert places.repository_named(connection, HOME) is None
    assert (row.private, row.full_name) == (True, f"{OWNER}/secret")
    assert any(it.redelivery for it in world.deliveries)


def test_a_lost_push_brings_the_new_version_into_force(program: House) -> None:
    world = program.world
    mend = refuse(program)
    text = configuration(world, members=AGREED, extra="starter_issues: 0\nmentor_noun: buddy")
    world.push(HOME, "monalisa", {FILE: text})
    program.settle()
    program.advance(timedelta(hours=2))
    mend()
    sweeps_of(program, 1)
    program.sweep("reconcile")
    pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
    program.settle()
    assert "buddy" in program.said(HOME, pull.number)[0]
