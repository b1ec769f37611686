"""Praise: of a merge, what there is to praise, and two sentences with it for the mentor to edit and say."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mentoring.actions import Text
from mentoring.facts import Measured, Reviewed
from mentoring.matching import areas_of
from mentoring.roster import Program

YOUNG = timedelta(days=90)  # so long after a mentorship began, a later merge is still praised by its mentor
SHOWN = timedelta(days=30)  # so long a draft waits
UNITS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))
ASKED_FOR_CHANGES = frozenset({"changes_requested", "dismissed"})

_TEST = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__)/|(?:^|/)test_[^/]*$|[._-](?:test|spec)\.[^/]+$", re.IGNORECASE
)
_DOCS = re.compile(r"(?:^|/)docs?/|\.(?:md|rst|adoc|txt)$", re.IGNORECASE)


@dataclass(frozen=True)
class Evidence:
    """What changed, what was hard and how long it took: numbers, and nobody's words."""

    files: int
    added: int
    removed: int
    rounds: int  # reviews of others that asked for changes
    area: str | None
    tests: bool
    docs: bool  # nothing but docs
    opened_at: datetime
    merged_at: datetime
    first: bool = False

    @property
    def took(self) -> timedelta:
        """From opened to merged, in the largest unit of which there is one."""
        took = max(self.merged_at - self.opened_at, UNITS[-1])
        unit = next(one for one in UNITS if took >= one)
        return unit * (took // unit)


def evidence(
    pull: Measured, paths: Collection[str], reviews: Iterable[Reviewed], program: Program, *, first: bool
) -> Evidence:
    """What is kept of a merged pull request. `paths`: the first hundred of its files."""
    rounds = sum(
        one.state in ASKED_FOR_CHANGES and one.by_person and one.author_id != pull.author_id
        for one in reviews
    )
    areas = areas_of(paths, pull.labels, program.areas)
    return Evidence(
        files=pull.files,
        added=pull.added,
        removed=pull.removed,
        rounds=rounds,
        area=areas[0] if areas else None,
        tests=any(_TEST.search(path) for path in paths),
        docs=bool(paths) and all(_DOCS.search(path) for path in paths),
        opened_at=pull.opened_at,
        merged_at=pull.merged_at or pull.opened_at,
        first=first,
    )


def draft(login: str, known: Evidence, program: Program) -> Text:
    """Two sentences in the program's language, for the mentor to edit and post in their own name."""
    values: Mapping[str, Any] = {
        "login": login,
        "files": known.files,
        "added": known.added,
        "removed": known.removed,
        "rounds": known.rounds,
        "area": known.area if known.area in program.areas else None,
        "tests": known.tests,
        "first": known.first,
        "took": known.took,
    }
    return Text("drafts/praise", values, program.language)
