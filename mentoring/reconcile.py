"""Reconciliation: what a thread shows and what the ledger has of it, and which jobs bring the two together.

They are the jobs a webhook would have asked for, for webhooks that never came.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from mentoring.facts import Issue

# A greeting promises an answer within days: on an older pull request, people have found their way or left.
YOUNG = timedelta(days=7)

NIGHT = time(1)  # when it begins, by the program's clock
SPREAD = 240  # minutes over which the repositories are spread
STRIDE = 97  # neighbours by number come at different times


def next_night(now: datetime, zone: tzinfo, repository_id: int) -> datetime:
    """When a repository is read again: the next night at a minute of its own."""
    minutes = timedelta(minutes=repository_id * STRIDE % SPREAD)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, NIGHT, zone).astimezone(UTC) + minutes


@dataclass(frozen=True)
class Known:
    """What the ledger has of a thread; None where it has nothing."""

    mentorship_open: bool | None = None
    mentorship_kind: str = ""
    issue_open: bool | None = None  # of a good first issue that was given a mentor, or waits for one
    issue_dropped: bool = False
    author_known: bool = False  # greeted, or known to have been here before


def jobs(
    issue: Issue, known: Known, *, is_good_first: bool, seen_first: datetime, now: datetime
) -> dict[str, str]:
    """The jobs to ask for, each with the action that a webhook would have told.

    `seen_first`: when the App first saw the repository; what was opened before is left in peace.
    """
    found = _pull(issue, known, max(seen_first, now - YOUNG)) if issue.is_pull else {}
    if not issue.is_pull and issue.is_open:
        found |= _issue(known, is_good_first=is_good_first)
    if _differs(issue, known):
        action = "reopened" if issue.is_open else "closed"
        found["threads"] = action
        if issue.is_pull:
            found["claimed_pull"] = action
    return found


def _pull(issue: Issue, known: Known, border: datetime) -> dict[str, str]:
    unheard = known.mentorship_open is None and not known.author_known
    if unheard and issue.is_open and issue.by_person and issue.created_at >= border:
        return {"welcome": "opened"}
    return {}


def _issue(known: Known, *, is_good_first: bool) -> dict[str, str]:
    carries = known.issue_open is not None and not known.issue_dropped
    if is_good_first and (not carries or not known.issue_open):
        return {"good_first": "labeled" if not carries else "reopened"}
    if not is_good_first and carries and known.issue_open:
        return {"good_first": "unlabeled"}
    return {}


def _differs(issue: Issue, known: Known) -> bool:
    """Whether the thread ended, or began again, without our hearing of it. A claim does not begin again."""
    begins_again = known.mentorship_kind != "claim" and known.mentorship_open is False
    if issue.is_open:
        return begins_again or (known.issue_open is False and not known.issue_dropped)
    return bool(known.mentorship_open) or (bool(known.issue_open) and not known.issue_dropped)


def contribution(pull: Issue, known: Any) -> str | None:
    """The job that notes a pull request of one of ours, if it is not noted as GitHub shows it."""
    if pull.merged_at is not None:
        return None if known is not None and known.merged_at is not None else "merged"
    is_as_known = known is not None and (known.closed_at is None) == pull.is_open
    return None if is_as_known else "contributed"


def lacks_label(issue: Issue, labels: Sequence[str]) -> bool:
    """Whether an open thread has none of these labels, which say the same: a mentor's, by each of their logins."""
    there = {label.lower() for label in issue.labels}
    return issue.is_open and not there & {label.lower() for label in labels}


def is_damaged(body: str, marker: str) -> bool:
    """Whether a comment of ours lost its marker, or everything else. Words that people changed stay changed."""
    return marker not in body or not body.replace(marker, "").strip()
