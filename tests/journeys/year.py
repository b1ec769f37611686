"""Plays a year of a program, as `year_plan` has it, on the sandbox: `python -m tests.journeys.year`.

Three cohorts, sixty graduates, six hundred newcomers; each delivery is signed, each write goes over HTTP. A day is a
step: people act at noon, the App catches up, and the clock goes on.
"""

import argparse
import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic

from adapters.valkey import PrivateValkey
from app import create_app
from sandbox.server import serve
from sandbox.world import Thread, World
from tests.journeys.house import BOT, House, open_house
from tests.journeys.programs import FILE, HOME, OWNER
from tests.journeys.year_lived import Lived
from tests.journeys.year_plan import (
    BEGINS,
    COHORTS,
    NEWCOMERS,
    SEED,
    Cohort,
    Graduate,
    Newcomer,
    Plan,
    Pull,
    plan,
)
from tests.journeys.year_sums import Line, Sum, of_cohort, of_year

HALF_A_DAY = timedelta(hours=12)
MORNING = datetime.combine(BEGINS, time(0, 5), tzinfo=UTC)
NAMED = re.compile(r"^mentor: (\S+)$")


def configuration(plan: Plan) -> str:
    """The program's file: all cohorts from the first day on."""
    cohorts = "".join(_cohort(one, plan) for one in COHORTS)
    return f"""\
program: Observatory
organizers: [monalisa]
digest: {{weekday: monday, hour: 9}}
mentor_after: 0
cohorts:
{cohorts}"""


def _cohort(cohort: Cohort, plan: Plan) -> str:
    members = "".join(f"      - {{login: {one.login}, capacity: 9}}\n" for one in plan.of(cohort))
    starts, ends = cohort.day(cohort.starts), cohort.day(cohort.ends)
    return (
        f"  - name: {cohort.name}\n    kind: {cohort.kind}\n    starts: {starts}\n    ends: {ends}\n"
        f"    members:\n{members}"
    )


@dataclass
class Year:
    """A year that is played: what is still to happen, by day, and what was opened for whom."""

    house: House
    plan: Plan
    tell: Callable[[str], None] = lambda _line: None
    agenda: dict[int, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))
    free: list[int] = field(default_factory=list)  # starter issues that nobody takes yet
    lived: Lived = field(default_factory=Lived)
    today: int = 0

    @property
    def world(self) -> World:
        return self.house.world

    def play(self) -> None:
        """From the first day to the last."""
        self._set_the_stage()
        for day in range(self.plan.days):
            self.today = day
            self._pass_half_a_day()
            for act in self.agenda.pop(self.today, []):
                act()
            self._pass_half_a_day()
            if self.today % 30 == 29:
                self.tell(f"day {self.today + 1}: {len(self.world.issues(HOME))} issues and pull requests")

    def _pass_half_a_day(self) -> None:
        self.house.settle()
        self.house.advance(HALF_A_DAY)
        self.house.settle()

    def _set_the_stage(self) -> None:
        self.world.organization(OWNER, members=["monalisa"])
        for one in (*self.plan.graduates, *self.plan.newcomers):
            self.world.user(one.login)
        files = {FILE: configuration(self.plan), "README.md": "# Observatory\n"}
        self.world.repository(HOME, files=files)
        self.world.collaborator(HOME, "monalisa", role="maintain")
        self.world.install(OWNER, [HOME])
        for graduate in self.plan.graduates:
            self._invite(graduate)
        for newcomer in self.plan.newcomers:
            for pull in newcomer.pulls:
                self._at(pull.opened, self._opens(newcomer, pull))

    def _at(self, day: int, act: Callable[[], None]) -> None:
        self.agenda[day].append(act)

    # -- graduates -------------------------------------------------------------------------------------

    def _invite(self, graduate: Graduate) -> None:
        cohort = next(one for one in COHORTS if one.name == graduate.cohort)
        if graduate.answer is not None:
            self._at(cohort.ends + 1 + graduate.after, lambda: self._answers(graduate))

    def _answers(self, graduate: Graduate) -> None:
        issue = self._invitation_of(graduate.login)
        self.world.comment(HOME, issue.number, graduate.login, f"/mentor {graduate.answer}")
        self.house.settle()  # whoever comes later on this day finds them
        for number in range(graduate.starters):
            self._at(self.today + 1 + number, lambda number=number: self._starts(graduate, number))  # type: ignore[misc]

    def _invitation_of(self, login: str) -> Thread:
        asked = re.compile(rf"@{login}\b")
        return next(
            thread
            for thread in self.world.issues(HOME)
            for comment in thread.comments
            if comment.author == BOT
            and "lamplighter:invitation " in comment.body
            and asked.search(comment.body)
        )

    def _starts(self, graduate: Graduate, number: int) -> None:
        title = f"Name the star {graduate.login} {number + 1}"
        issue = self.world.open_issue(HOME, graduate.login, title, "A small one.\n\n/mentor starter")
        self.free.append(issue.number)
        self.lived.opened.append((graduate.login, issue.number, self.today))

    # -- newcomers -------------------------------------------------------------------------------------

    def _opens(self, newcomer: Newcomer, pull: Pull) -> Callable[[], None]:
        def act() -> None:
            title = f"Polish lens {newcomer.login} {newcomer.pulls.index(pull) + 1}"
            body = self._about(newcomer, pull)
            thread = self.world.open_pull_request(HOME, newcomer.login, title, body, files=["lens.py"])
            if pull is newcomer.pulls[0]:
                self._at(self.today + 1, lambda: self._meets(newcomer, thread))
            self._at(pull.ended, lambda: self._ends(newcomer, thread, pull))

        return act

    def _about(self, newcomer: Newcomer, pull: Pull) -> str:
        if pull is not newcomer.pulls[0] or not newcomer.takes_starter or not self.free:
            return "It is small."
        number = self.free.pop(0)
        self.lived.taken[number] = pull
        return f"Fixes #{number}"

    def _meets(self, newcomer: Newcomer, thread: Thread) -> None:
        """Whoever is named on the thread a day later answers, if the plan has it; nobody else does."""
        if newcomer.is_answered and (mentor := _named(thread)):
            self.world.comment(HOME, thread.number, mentor, "Lovely. Shall we look at it together?")
            self.lived.helped.append((mentor, newcomer.login, self.today))

    def _ends(self, newcomer: Newcomer, thread: Thread, pull: Pull) -> None:
        if _named(thread):  # from the first day on, or as soon as somebody had said yes
            self.lived.introduced.add(newcomer.login)
        end = self.world.merge if pull.merged else self.world.close
        end(HOME, thread.number, "monalisa")


def _named(thread: Thread) -> str | None:
    return next((found[1] for label in sorted(thread.labels) if (found := NAMED.match(label))), None)


def open_year() -> World:
    """A world that begins with the year, and whose clock stands still unless it is moved."""
    return World(now=lambda: MORNING)


def said(house: House, *arguments: str) -> dict[Line, Sum]:
    """The numbers that `flask --app app report` prints."""
    runner = create_app(house.context).test_cli_runner()
    result = runner.invoke(args=["report", *arguments, "--format", "json"])
    assert result.exit_code == 0, result.output
    return {
        (_part(one), one["number"], one["days"]): (one["numerator"], one["denominator"])
        for one in json.loads(result.output)["numbers"]
    }


def _part(line: dict[str, str]) -> str:
    """Newcomers are told in two columns."""
    return f"newcomers {line['group']}" if line["part"] == "newcomers" else line["part"]


def differences(year: Year) -> Iterator[str]:
    """What the reports say otherwise than it was counted by hand."""
    last = BEGINS + timedelta(days=year.plan.days - 1)
    whole = said(year.house, "--since", str(BEGINS), "--until", str(last))
    yield from _differences("the year", of_year(year.plan, year.lived), whole)
    for cohort in year.plan.ended:
        counted = of_cohort(year.plan, year.lived, cohort)
        yield from _differences(cohort.name, counted, said(year.house, "--cohort", cohort.name))


def _differences(name: str, counted: dict[Line, Sum], told: dict[Line, Sum]) -> Iterator[str]:
    for line in counted:
        if told.get(line) != counted[line]:
            yield f"{name}: {' '.join(map(str, line))} is {told.get(line)}, counted by hand {counted[line]}"


def main() -> None:
    """Plays the year, prints what the reports say, and ends with 1 if that is not what was counted by hand."""
    options = argparse.ArgumentParser(prog="python -m tests.journeys.year", description=__doc__)
    options.add_argument(
        "--seed", type=int, default=SEED, help="of the year; the same seed gives the same year"
    )
    options.add_argument("--newcomers", type=int, default=NEWCOMERS)
    chosen = options.parse_args()
    begun = monotonic()
    with _house() as house:
        year = Year(house, plan(chosen.seed, chosen.newcomers), print)
        year.play()
        runner = create_app(house.context).test_cli_runner()
        print(runner.invoke(args=["report"]).output)
        wrong = [*differences(year), *house.parked(), *house.repeated()]
        print("\n".join(wrong) or "Every number is as counted by hand.")
    print(f"A year in {monotonic() - begun:.0f} s.")
    sys.exit(bool(wrong))


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
