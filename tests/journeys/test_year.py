"""The year that `python -m tests.journeys.year` plays, in small: the reports say what was counted by hand."""

import re
from pathlib import Path

import pytest

from sandbox.server import serve
from tests.contracts import recorder
from tests.journeys import year_golden as golden
from tests.journeys.house import open_house
from tests.journeys.year import played
from tests.journeys.year_compared import compared
from tests.journeys.year_plan import first_weeks
from tests.journeys.year_stage import open_year
from tests.journeys.year_told import said

# From the printed plan: the one who said yes did so on day 32, when newcomer-9, 10 and 11 waited and newcomer-12 came;
# newcomer-15 and newcomer-23 took the two starter issues. newcomer-25 said yes on day 50, and is named from then on:
# whom they help is helped by nobody of the cohort.
WITH_A_PENCIL = {
    ("graduates", "asked", None): (4, 4),
    ("graduates", "accepted", None): (1, 4),
    ("graduates", "starters", None): (2, None),
    ("graduates", "taken", None): (2, 2),
    ("graduates", "starters_merged", None): (1, 2),
    ("graduates", "helped", None): (11, None),
    ("newcomers with a mentor", "came", None): (17, None),
    ("newcomers with a mentor", "merged", None): (10, 17),
    ("newcomers with a mentor", "again", None): (2, 17),
    ("newcomers without", "came", None): (8, None),
    ("newcomers without", "merged", None): (3, 8),
    ("newcomers without", "again", None): (1, 8),
}


BY_HAND = ("plan", "lived", "sums", "lineage", "counts")
OF_THE_APP = re.compile(
    r"^(?:from|import) (?!collections|dataclasses|datetime|random|tests\.journeys\.year_)", re.M
)


@pytest.mark.parametrize("name", BY_HAND)
def test_who_counts_by_hand_asks_nobody_else(name: str) -> None:
    source = (Path(__file__).parent / f"year_{name}.py").read_text()
    assert OF_THE_APP.findall(source) == []
    assert set(re.findall(r"tests\.journeys\.year_(\w+)", source)) <= set(BY_HAND)


@pytest.mark.parametrize("released_url", ["sqlite"], indirect=True)
def test_the_first_weeks_of_a_year(tmp_path: Path, redis_url: str, released_url: str) -> None:
    world = open_year()
    with serve(world), open_house(tmp_path, redis_url, released_url, world=world) as house:
        year = played(house, first_weeks())
        assert "\n".join(str(one) for one in compared(year) if not one.is_right) == ""
        assert house.parked() == []
        assert house.repeated() == []
        told = said(house, "--cohort", "Winter")
        assert "\n".join(golden.changes("weeks", golden.texts(year))) == ""
    assert recorder.request_problems(world.requests) == []
    assert {line: told.get(line) for line in WITH_A_PENCIL} == WITH_A_PENCIL
