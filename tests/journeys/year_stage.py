"""Where a year is played: the program's file, the people, and an agenda of what is still to happen, by day."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from sandbox.world import World
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, OWNER
from tests.journeys.year_lived import Lived
from tests.journeys.year_plan import BEGINS, COHORTS, Cohort, Plan

TO_THE_DIGEST = timedelta(hours=9)  # from the first minutes of a day, at which reports and invitations come
TO_NOON = timedelta(hours=3)
TO_MIDNIGHT = timedelta(hours=12)
MORNING = datetime.combine(BEGINS, time(0, 5), tzinfo=UTC)


def configuration(plan: Plan) -> str:
    """The program's file: all cohorts from the first day on."""
    cohorts = "".join(_cohort(one, plan) for one in COHORTS)
    return f"""\
program: Observatory
organizers: [monalisa]
digest: {{weekday: monday, hour: 9}}
mentor_after: 3
exit_question: true
leaderboard: true
cohorts:
{cohorts}"""


def _cohort(cohort: Cohort, plan: Plan) -> str:
    members = "".join(f"      - {{login: {one.login}, capacity: 9}}\n" for one in plan.of(cohort))
    starts, ends = cohort.day(cohort.starts), cohort.day(cohort.ends)
    return (
        f"  - name: {cohort.name}\n    kind: {cohort.kind}\n    starts: {starts}\n    ends: {ends}\n"
        f"    members:\n{members}"
    )


def open_year() -> World:
    """A world that begins with the year, and whose clock stands still unless it is moved."""
    return World(now=lambda: MORNING)


@dataclass
class Year:
    """A year that is played: people act at noon, the App catches up, and the clock goes on."""

    house: House
    plan: Plan
    tell: Callable[[str], None] = lambda _line: None
    agenda: dict[int, list[Callable[[], object]]] = field(default_factory=lambda: defaultdict(list))
    free: list[int] = field(default_factory=list)  # starter issues that nobody takes yet
    wall: int = 0  # the issue on which people tell of wins and ask for certificates
    lived: Lived = field(default_factory=Lived)
    today: int = 0

    @property
    def world(self) -> World:
        return self.house.world

    def at(self, day: int, act: Callable[[], object]) -> None:
        """Lets somebody do something at noon of a day."""
        self.agenda[day].append(act)

    def play(self, *begin: Callable[["Year"], None]) -> None:
        """From the first day to the last. `begin`: who puts what people do on the agenda."""
        self._set_the_stage()
        for one in begin:
            one(self)
        for day in range(self.plan.days):
            self.today = day
            self._pass(TO_THE_DIGEST, TO_NOON)
            for act in self.agenda.pop(day, []):
                act()
            self._pass(TO_MIDNIGHT)
            if day % 30 == 29:
                self.tell(f"day {day + 1}: {len(self.world.issues(HOME))} issues and pull requests")

    def _pass(self, *steps: timedelta) -> None:
        self.house.settle()
        for step in steps:
            self.house.advance(step)
            self.house.settle()

    def _set_the_stage(self) -> None:
        self.world.organization(OWNER, members=["monalisa"])
        for login in [one.login for one in self.plan.graduates] + [one.login for one in self.plan.newcomers]:
            self.world.user(login)
        files = {FILE: configuration(self.plan), "README.md": "# Observatory\n"}
        self.world.repository(HOME, files=files)
        self.world.collaborator(HOME, "monalisa", role="maintain")
        self.world.install(OWNER, [HOME])
        self.wall = self.world.open_issue(HOME, "monalisa", "What went well", "Tell us!").number
