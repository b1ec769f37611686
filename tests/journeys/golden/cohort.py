"""A cohort of eleven days, its members, two newcomers beside them, and the report when it has ended."""

from collections.abc import Mapping
from datetime import timedelta

from tests.journeys.golden import issue
from tests.journeys.house import House
from tests.journeys.programs import FILE, HOME, OWNER

DAY = timedelta(days=1)
PROGRAM = """\
program: Djangonaut Space
organizers: [monalisa]
digest: off
cohorts:
  - name: Session 4
    starts: 2026-11-02
    ends: 2026-11-12
    goals: [regular contributors]
    members:
      - {login: octocat, mentoring: agreed}
      - {login: hubot, mentoring: agreed}
      - {login: mona}
"""
# Who opens what in the cohort, and whether it is merged: of five, three are.
PULLS = (
    ("octocat", "Name the moons", True),
    ("octocat", "Say which way is north", True),
    ("hubot", "Dim the lamp at dawn", True),
    ("hubot", "Turn the dome", False),
    ("mona", "A darker sky", False),
)


def play(house: House) -> Mapping[str, str]:
    """Plays it; the report, by the name of its file."""
    world = house.world
    world.organization(OWNER, members=["monalisa"])
    for login in ("octocat", "hubot", "mona", "newcomer", "newcomer-two"):
        world.user(login)
    world.repository(HOME, files={"README.md": "# Observatory\n", FILE: PROGRAM})
    world.collaborator(HOME, "monalisa", role="maintain")
    world.install(OWNER, [HOME])
    house.settle()
    starter = world.open_issue(HOME, "octocat", "Sort the planets", "/mentor starter").number
    for login, title, merged in PULLS:
        _pull(house, login, title, merged=merged)
    _pull(house, "newcomer", "Sort planets by distance", f"Fixes #{starter}", helper="octocat", merged=True)
    _pull(house, "newcomer", "Test the order of planets", merged=True)
    _pull(house, "newcomer-two", "Index the stars")
    house.advance(12 * DAY)
    house.settle()
    (report,) = (one for one in world.issues(HOME) if "report" in one.labels)
    return {"report.md": issue(report)}


def _pull(
    house: House, login: str, title: str, body: str = "", helper: str = "", *, merged: bool = False
) -> None:
    world = house.world
    number = world.open_pull_request(HOME, login, title, body, files=[f"{title}.py"]).number
    house.settle()
    if helper:
        world.review(HOME, number, helper, "approved", "Lovely.")
        house.settle()
    if merged:
        world.merge(HOME, number, "monalisa")
        house.settle()
