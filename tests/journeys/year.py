"""Plays a year of a program, as `year_plan` has it, on the sandbox: `python -m tests.journeys.year`.

Three cohorts, sixty graduates, six hundred newcomers; each delivery is signed, each write goes over HTTP. A day is a
step: people act at noon, the App catches up, and the clock goes on.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, process_time

from adapters.valkey import PrivateValkey
from sandbox.server import serve
from tests.journeys import year_golden as golden
from tests.journeys.house import House, open_house
from tests.journeys.programs import HOME
from tests.journeys.year_certificates import certificates
from tests.journeys.year_compared import Compared, compared
from tests.journeys.year_graduates import graduates
from tests.journeys.year_newcomers import look, newcomers, read_on
from tests.journeys.year_plan import NEWCOMERS, SEED, Plan, first_weeks, plan
from tests.journeys.year_stage import Year, open_year


def played(house: House, of: Plan, tell: Callable[[str], None] = lambda _line: None) -> Year:
    """The year, from its first day to its last."""
    year = Year(house, of, tell)
    year.play(graduates, newcomers, certificates)
    for newcomer, pull, number in year.lived.pulls:  # what is still to be seen on the last day
        thread = year.world.thread(HOME, number)
        if pull.ended >= of.days:
            look(year, newcomer, thread)
        elif pull.ended == of.days - 1:
            read_on(year, newcomer, pull, thread)
    return year


def summary(found: Sequence[Compared]) -> Iterator[str]:
    """How many numbers are as they were counted, part by part, and which are not."""
    parts, right = Counter(one.part for one in found), Counter(one.part for one in found if one.is_right)
    yield f"{'':40} numbers   equal   different"
    for part, many in parts.items():
        yield f"{part:40} {many:7} {right[part]:7} {many - right[part]:11}"
    yield ""
    wrong = [str(one) for one in found if not one.is_right]
    yield from wrong or [f"All {len(found)} are as counted by hand."]


def main() -> None:
    """Plays the year, compares it with what was counted by hand and with the files kept; ends with 1 if it differs."""
    chosen = _options()
    of = first_weeks() if chosen.weeks else plan(chosen.seed, chosen.newcomers)
    name = "weeks" if chosen.weeks else "year" if of == plan() else None  # of the folder with its last words
    begun = monotonic()
    with _house() as house:
        year = played(house, of, lambda line: print(line, flush=True))
        found, texts = list(compared(year)), golden.texts(year)
        wrong = [*house.parked(), *house.repeated()]
    if name and chosen.keep:
        golden.keep(name, texts)
    if name and golden.is_kept(name):
        wrong += golden.changes(name, texts)
    print("\n".join(["", texts["report.md"].splitlines()[0], "", *summary(found), *wrong]))
    print(
        f"{len(house.world.requests)} requests to GitHub in {monotonic() - begun:.0f} s ({process_time():.0f} s of work)."
    )
    sys.exit(bool(wrong) or not all(one.is_right for one in found))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m tests.journeys.year", description=__doc__)
    options.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same year")
    options.add_argument("--newcomers", type=int, default=NEWCOMERS, help="how many there are")
    options.add_argument("--weeks", action="store_true", help="only the small year that the tests play")
    options.add_argument(
        "--keep", action="store_true", help="keep what it ends with in tests/journeys/golden"
    )
    return options.parse_args()


@contextmanager
def _house() -> Iterator[House]:
    world = open_year()
    with (
        tempfile.TemporaryDirectory() as folder,
        PrivateValkey(Path(folder) / "queue") as queue,
        serve(world),
        open_house(Path(folder) / "data", queue.url, world=world) as house,
    ):
        yield house


if __name__ == "__main__":
    main()
