"""Copy: a house that has lived for a while moves to another kind of database, and nobody notices."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import make_url

from tests.conftest import DATABASES, Template, database
from tests.journeys.house import House, open_house
from tests.journeys.losses import decided, saved
from tests.journeys.programs import HOME, configuration, settled_in
from tests.journeys.test_rebuild import AGREED, busy, run

ON_BOTH = True
SWEEPS = "sweeps"  # a journey stops them at each start


def rows(house: House) -> dict[str, list[str]]:
    return {name: sorted(map(repr, found)) for name, found in saved(house).items() if name != SWEEPS}


def test_a_house_moves_and_goes_on(house: House, redis_url: str, tmp_path: Path, template: Template) -> None:
    world, home = house.world, house.context.settings.database_url
    settled_in(world, configuration(world, members=AGREED, extra="digest: off"))
    house.settle()
    for login in ("nova", "nils", "nadia", "sam"):
        world.user(login)
    busy(house)
    before, known, writes = rows(house), decided(house), len(world.writes())
    assert sum(map(len, before.values())) > 100
    (tmp_path / "moved").mkdir()
    (other,) = set(DATABASES) - {make_url(home).get_backend_name()}
    with database(other, tmp_path / "moved", template) as url:
        words = ("copy", "--from", home.replace("+psycopg", ""), "--to", url.replace("+psycopg", ""))
        refused = run(house, *words)
        assert refused.exit_code == 1 and "The source is in use: stop web, worker and clock" in refused.output
        house.context.ledger.close()
        done = run(house, *words)
        assert done.exit_code == 0, done.output
        assert f"{sum(map(len, saved(house).values()))} rows copied and compared." in done.output
        with open_house(tmp_path / "moved", redis_url, url, world=world) as moved:
            assert rows(moved) == before and decided(moved) == known
            moved.settle()
            assert len(world.writes()) == writes  # nothing is said again
            again = world.open_pull_request(HOME, "newcomer", "Another one", files=["lens.py"]).number
            first = world.open_pull_request(HOME, "sam", "Mend the hinge", files=["hinge.py"]).number
            moved.settle()
            assert moved.said(HOME, again) == []
            assert "@sam" in moved.said(HOME, first)[0]
            moved.advance(timedelta(days=3))  # what was promised in the old house is kept in the new one
            moved.settle()
            assert len(world.writes()) > writes
            assert moved.parked() == [] and moved.repeated() == []
