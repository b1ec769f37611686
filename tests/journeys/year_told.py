"""What Lamplighter says at the end of a year: reports, digests, leaderboards, generations."""

import json
import re

from adapters.ledger import lineage, people
from app import create_app
from sandbox.world import Thread
from tests.journeys.house import House
from tests.journeys.programs import HOME
from tests.journeys.year_counts import Place, Week
from tests.journeys.year_sums import Line, Sum

PLACE = re.compile(r"^\| (\d+) \| (\d+) \| (\*\*.+) \|$", re.MULTILINE)
WEEK = re.compile(r"^\| (\d+ \w{3}) \| (\d+) \| (\d+) \|$", re.MULTILINE)
NAME = re.compile(r"\*\*([\w-]+)\*\*")
MENTORS = re.compile(r"^- (\w+) (?:people help|person helps) as mentor", re.MULTILINE)
GROWN = re.compile(r"^- (\w+) (?:people|person) who (?:were|was) helped here", re.MULTILINE)
STEPS = re.compile(r"The longest chain has (\d+) steps")
FREE = re.compile(r"^(\w+) good first issues? waits? for somebody", re.MULTILINE)


def report(house: House, *arguments: str) -> str:
    """What `flask --app app report` prints."""
    result = create_app(house.context).test_cli_runner().invoke(args=["report", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def said(house: House, *arguments: str) -> dict[Line, Sum]:
    """Its numbers."""
    return {
        (_part(one), one["number"], one["days"]): (one["numerator"], one["denominator"])
        for one in json.loads(report(house, *arguments, "--format", "json"))["numbers"]
    }


def _part(line: dict[str, str]) -> str:
    """Newcomers are told in two columns."""
    return f"newcomers {line['group']}" if line["part"] == "newcomers" else line["part"]


def posted(house: House, label: str) -> list[Thread]:
    """The digests, or the reports, in their order."""
    return [one for one in house.world.issues(HOME) if label in one.labels]


def leaderboard(issue: Thread) -> list[Place]:
    """The places on a report's leaderboard."""
    found = PLACE.findall(issue.body or "")
    return [(int(rank), int(points), frozenset(NAME.findall(who))) for rank, points, who in found]


def week(issue: Thread) -> Week:
    """The numbers of a digest."""
    body = issue.body or ""
    weeks = tuple((day, int(came), int(merged)) for day, came, merged in WEEK.findall(body))
    return Week(weeks, *(_number(one, body) for one in (MENTORS, GROWN, STEPS, FREE)))


def _number(pattern: re.Pattern[str], body: str) -> int:
    found = pattern.search(body)
    return 0 if found is None else 1 if found[1] == "One" else int(found[1])


def line_of(house: House, login: str) -> tuple[int | None, list[str]]:
    """A mentor's generation, and who helped whom before them, the oldest first."""
    home = house.world.find_repository(HOME).id
    with house.context.ledger.read() as connection:
        person = house.world.user(login).id
        ids = lineage.chain(connection, home, person)
        names = people.names(connection, ids)
        return lineage.generation(connection, home, person), [names[one] for one in ids]
