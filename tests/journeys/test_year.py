"""The year that `python -m tests.journeys.year` plays, in small: the reports say what was counted by hand."""

from pathlib import Path

import pytest

from sandbox.server import serve
from tests.contracts import recorder
from tests.journeys.house import open_house
from tests.journeys.year import Year, differences, open_year, said
from tests.journeys.year_plan import plan

SMALL = plan(newcomers=24, graduates=4, days=70)
# From the printed plan: the one who said yes did so on day 32, when newcomer-9, 10 and 11 waited and newcomer-12 came;
# newcomer-15 and newcomer-23 took the two starter issues.
WITH_A_PENCIL = {
    ("graduates", "asked", None): (4, 4),
    ("graduates", "accepted", None): (1, 4),
    ("graduates", "starters", None): (2, None),
    ("graduates", "taken", None): (2, 2),
    ("graduates", "starters_merged", None): (1, 2),
    ("graduates", "helped", None): (11, None),
    ("newcomers with a mentor", "came", None): (16, None),
    ("newcomers with a mentor", "merged", None): (9, 16),
    ("newcomers with a mentor", "again", None): (1, 16),
    ("newcomers without", "came", None): (8, None),
    ("newcomers without", "merged", None): (3, 8),
    ("newcomers without", "again", None): (1, 8),
}


@pytest.mark.parametrize("released_url", ["sqlite"], indirect=True)
def test_the_first_weeks_of_a_year(tmp_path: Path, redis_url: str, released_url: str) -> None:
    world = open_year()
    with serve(world), open_house(tmp_path, redis_url, released_url, world=world) as house:
        year = Year(house, SMALL)
        year.play()
        assert list(differences(year)) == []
        assert house.parked() == []
        assert house.repeated() == []
        told = said(house, "--cohort", "Winter")
    assert recorder.request_problems(world.requests) == []
    assert {line: told.get(line) for line in WITH_A_PENCIL} == WITH_A_PENCIL
