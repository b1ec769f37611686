"""What people did and saw in a year that is played, where the plan leaves it to the App whom they meet."""

from collections import defaultdict
from dataclasses import dataclass, field

from tests.journeys.year_plan import Newcomer, Pull


@dataclass
class Lived:
    """What is to be read on GitHub alone: who was named to whom, which starter issue was taken, who was asked."""

    opened: list[tuple[str, int, int]] = field(default_factory=list)  # starter issues: by whom, number, day
    taken: dict[int, Pull] = field(default_factory=dict)  # by whose first pull request
    helped: list[tuple[str, str, int]] = field(default_factory=list)  # mentor, newcomer, day of the answer
    named: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # to a newcomer: whose names
    pulls: list[tuple[Newcomer, Pull, int]] = field(default_factory=list)  # with the number on GitHub
    asked: dict[str, str | None] = field(default_factory=dict)  # newcomers to mentor: by whose help
    linked: dict[str, int] = field(default_factory=dict)  # newcomers to the exit question: on which day
    certified: dict[str, tuple[int, int]] = field(default_factory=dict)  # mentors: helped, up to the merge

    @property
    def introduced(self) -> set[str]:
        """The newcomers with somebody's name on their thread."""
        return {login for login, names in self.named.items() if names}
