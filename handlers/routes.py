"""The table of routes: what each event asks for, and which of its fields the job needs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from handlers import payload
from handlers.fields import taken

# GitHub sends these to every App, whether it subscribes to them or not.
ALWAYS_SENT = frozenset({"installation", "installation_repositories", "installation_target"})


class Absent(LookupError):
    """The payload has no such field, which GitHub always sends."""


@dataclass(frozen=True)
class Event:
    """A verified webhook: its name, GitHub's GUID of the delivery, and what it carries."""

    name: str
    delivery: str
    payload: dict[str, Any]

    @property
    def action(self) -> str:
        """What happened; events without actions, such as push, have an empty one."""
        action = self.payload.get("action")
        return action if isinstance(action, str) else ""

    def get(self, path: str) -> Any:
        """The field at a path such as `issue.user.id`. Raises Absent if there is none."""
        value: Any = self.payload
        for part in payload.parts(path):
            if not isinstance(value, dict) or part not in value:
                raise Absent(path)
            value = value[part]
        return value

    def find(self, path: str) -> Any:
        """The field at a path, or None."""
        value: Any = self.payload
        for part in payload.parts(path):
            if not isinstance(value, dict):
                return None
            value = value.get(part)
        return value

    @property
    def thread(self) -> int | None:
        """The number of the issue or pull request it is about."""
        number = self.find("pull_request.number") or self.find("issue.number")
        return number if type(number) is int and 0 < number < 2**31 else None


Wants = Callable[[Event], bool]


@dataclass(frozen=True)
class Route:
    """Sends an event to a job, if `wants` says so, and where the ledger is to be asked first, if it agrees.

    of_ours: only if the thread is one of ours. of_claimants: only if the author of the pull request may have
    claimed an issue in the repository. No event asks for both, so that one look-up is enough. of_people: the field
    with somebody's id; only if they are one of ours – greeted, mentored, a mentor or a member. Where an event asks
    for that as well, it is about a pull request that ends or a review, of which there are few.
    """

    job: str
    event: str
    actions: frozenset[str]
    keep: tuple[str, ...]
    of_ours: bool
    wants: Wants
    of_claimants: bool = False
    of_people: str = ""

    def asks(self, event: Event) -> bool:
        """Whether the job is asked for.

        A payload that lacks what the question needs, or has something else in its place, is kept, so that it
        is parked where people see it.
        """
        try:
            return self.wants(event)
        except (Absent, TypeError):
            return True

    def fields(self, event: Event) -> dict[str, Any]:
        """The fields the job needs, by path; those that are missing, or not as GitHub sends them, are left out."""
        found = {path: taken(path, event.find(path)) for path in self.keep}
        return {path: value for path, value in found.items() if value is not None}


ROUTES: list[Route] = []


def asks(
    job: str,
    *,
    on: str,
    actions: Iterable[str] = (),
    keep: Sequence[str] = (),
    of_ours: bool = False,
    of_claimants: bool = False,
    of_people: str = "",
) -> Callable[[Wants], Wants]:
    """Registers the decorated question – does this event concern the job? – as a route."""

    def register(wants: Wants) -> Wants:
        ROUTES.append(
            Route(job, on, frozenset(actions), tuple(keep), of_ours, wants, of_claimants, of_people)
        )
        return wants

    return register


def routes_for(event: Event) -> list[Route]:
    """The routes that an event takes, one for each job; most events take none."""
    found: dict[str, Route] = {}
    for route in _routes_of(event.name, event.action):
        if route.asks(event):
            found.setdefault(route.job, route)
    return list(found.values())


@lru_cache(maxsize=500)
def _routes_of(name: str, action: str) -> list[Route]:
    """The routes of an event's name and action: most events have none, and nothing in them is looked at."""
    return [
        route for route in ROUTES if route.event == name and (not route.actions or action in route.actions)
    ]


def by_person(event: Event) -> bool:
    """Whether a person did it: bots and Apps, ours included, are never answered."""
    return bool(event.get("sender.type") == "User")
