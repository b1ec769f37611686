"""Lineage: who was helped here is asked, once, to help the next one, at first beside whoever helped them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from mentoring.actions import LATER, Comment, Text, Thread, effect
from mentoring.matching import Candidate
from mentoring.roster import Program

HELPED_HERE = ""  # in the place of a cohort, of which none can be called so: of who grew up here
CAPACITY = 2  # newcomers at a time, as for a member of whom the roster says no number
ALREADY = frozenset({"yes", "no", "later"})  # whoever has said one of these has answered


@dataclass(frozen=True)
class Help:
    """A thread on which somebody new here had a mentor."""

    helpers: tuple[int, ...]  # the mentor first, then whoever covered
    merged: bool
    answered: bool  # by any person
    since: datetime
    areas: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether somebody was there: a name on a thread where nobody ever answered is no help."""
        return bool(self.helpers) and (self.merged or self.answered)


def helper_of(helps: Iterable[Help], here: Iterable[int] | None = None) -> int | None:
    """Who helped somebody most often; of several, the last one. `here`: only one of these people."""
    counted = [one for one in helps if one.counts]
    among = None if here is None else set(here)
    times: Counter[int] = Counter()
    last: dict[int, datetime] = {}
    for one in counted:
        for helper in one.helpers:
            times[helper] += 1
            last[helper] = max(one.since, last.get(helper, one.since))
    found = [one for one in times if among is None or one in among]
    return max(found, key=lambda one: (times[one], last[one], -one), default=None)


def is_due(
    program: Program, merged: int, helps: Iterable[Help], *, was_asked: bool, said: str | None
) -> bool:
    """Whether somebody is to be asked: helped here, with enough merged, never asked, and without a word so far.

    `said`: their own word about mentoring in this program, if they ever said one.
    """
    if not program.mentor_after or merged < program.mentor_after or was_asked or said in ALREADY:
        return False
    return any(one.counts for one in helps)


def areas_of(program: Program, helps: Iterable[Help]) -> tuple[str, ...]:
    """The areas of the threads on which somebody was helped, as far as the program still has them."""
    return tuple(dict.fromkeys(name for one in helps for name in one.areas if name in program.areas))


def generation_after(helper: int | None) -> int:
    """The generation of somebody whose helper is of this one; None: nobody knows."""
    return (helper or 0) + 1


def key_of(thread: Thread, person_id: int, helper_id: int | None) -> str:
    """The effect key of the ask. It names both, so that it is taken back if either asks to be forgotten."""
    by = () if helper_id is None else ("helped by", f"person {helper_id}")
    return effect(thread.name, "lineage", f"person {person_id}", *by)


def ask(
    program: Program, thread: Thread, key: str, newcomer: str, merged: int, helper: str | None
) -> Comment:
    """The personal ask, on the pull request whose merge was the last that it took."""
    values = {
        "newcomer": newcomer,
        "helper": helper,
        "merged": merged,
        "noun": program.mentor_noun,
        "program": program.name,
        "capacity": CAPACITY,
    }
    return Comment(thread, "lineage", key, Text("comments/lineage", values), LATER)


def remind(program: Program, thread: Thread, key: str, newcomer: str, asked_for: datetime | None) -> Comment:
    """The one reminder after silence, or one for each moment they asked for. `key`: of the ask."""
    key = effect(key, "reminder")
    if asked_for is not None:
        key = effect(key, f"{asked_for.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")
    values = {"newcomer": newcomer, "noun": program.mentor_noun, "asked_for": asked_for is not None}
    return Comment(thread, "lineage_reminder", key, Text("comments/lineage_reminder", values), LATER)


def beside(
    mentor_id: int, helper_id: int | None, mentors: Iterable[Candidate], newcomer_id: int
) -> Candidate | None:
    """Who stands by somebody on their first newcomer: whoever helped them, unless they are away.

    Being full is no obstacle: it is the mentor who answers.
    """
    if helper_id is None or helper_id in (mentor_id, newcomer_id):
        return None
    return next((one for one in mentors if one.id == helper_id and not one.away), None)
