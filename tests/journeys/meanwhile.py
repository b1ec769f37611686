"""Meanwhile: something that happens at the very moment at which the App asks GitHub for something."""

from collections.abc import Callable

from adapters.ledger import erasing, forgetting
from sandbox.records import Access
from tests.journeys.house import House


def meanwhile(house: House, query: str, then: Callable[[], None]) -> list[Access]:
    """Lets it happen once, while the first request with these words in its query is answered; those requests."""
    heard: list[Access] = []

    class Log(list[Access]):
        def append(self, one: Access) -> None:
            super().append(one)
            if query in one.query:
                heard.append(one)
                if len(heard) == 1:
                    then()

    house.world.requests = Log(house.world.requests)
    return heard


def forgets(house: House, login: str) -> None:
    """What `/mentor forget me` does to the ledger, at once."""
    person_id = house.world.user(login).id
    with house.context.ledger.write() as connection:
        forgetting.forget(connection, person_id, [login], house.context.now())
        erasing.erase(connection, person_id, [login])
