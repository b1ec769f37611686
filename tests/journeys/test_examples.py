"""GitHub's published examples of webhooks, all of them, signed and posted."""

from adapters.ledger import inbox
from tests.contracts.published import Published
from tests.journeys.house import House

# Some examples were recorded by a repository's webhook, not by an App's: these have no installation.
NO_INSTALLATION = "Lacking: the payload lacks installation.id"


def test_every_published_example_is_accepted_and_none_is_parked(house: House, published: Published) -> None:
    examples = list(published.examples())
    assert len(examples) == 329
    assert {house.post(event, payload) for event, payload in examples} == {202}
    house.settle()
    house.expect_parked(NO_INSTALLATION)
    with house.context.ledger.read() as connection:
        assert inbox.counts(connection)["waiting"] == 0
