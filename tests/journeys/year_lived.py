"""What people did in a year that is played, where the plan leaves it to the App whom they meet."""

from dataclasses import dataclass, field

from tests.journeys.year_plan import Pull


@dataclass
class Lived:
    """What people did that the plan leaves to the App: who was named to whom, and which starter issue was taken."""

    opened: list[tuple[str, int, int]] = field(default_factory=list)  # starter issues: by whom, number, day
    taken: dict[int, Pull] = field(default_factory=dict)  # by whose first pull request
    helped: list[tuple[str, str, int]] = field(default_factory=list)  # mentor, newcomer, day of the answer
    introduced: set[str] = field(default_factory=set)  # newcomers with somebody's name on their thread
