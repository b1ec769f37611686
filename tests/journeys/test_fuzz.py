"""A few hundred broken webhooks, in process; `make fuzz` sends a hundred thousand at the real processes."""

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.ledger import inbox
from tests.contracts.published import Published
from tests.faults.fuzz import unexpected
from tests.fuzz.home import settle_in
from tests.fuzz.plans import Source, odd_values, plan
from tests.fuzz.wire import Wire
from tests.journeys.house import House

ON_BOTH = True  # PostgreSQL takes neither null characters nor numbers and names that are too long
FORESEEN = ("Lacking: ", "Refused: ")  # GitHub never sends such a thing, or would not have it


def test_broken_webhooks_break_nothing(
    house: House, published: Published, caplog: pytest.LogCaptureFixture
) -> None:
    source = Source(list(published.examples()), settle_in(house.world, 2), odd_values(200, start=1))
    house.settle()
    wire = Wire(house.webhook_url)

    @settings(
        max_examples=100,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def send(draw: Random) -> None:
        for one in plan(source, draw):
            wire.send(one)

    send()
    wire.close()
    assert wire.tally.wrong == []
    assert wire.tally.answers[202] > wire.tally.answers.total() / 2  # else little is tried behind the door
    house.settle()
    with house.context.ledger.read() as connection:
        undone = [row for row in inbox.troubles(connection, 1000) if not row.parked_at and row.attempts]
    assert undone == []  # what goes on later by design counts no attempt
    assert [reason for reason in house.parked() if not reason.startswith(FORESEEN)] == []
    house.expect_parked(*house.parked())
    assert [one.getMessage() for one in caplog.records if one.levelname in {"ERROR", "CRITICAL"}] == []
    assert unexpected(house.world) == []
