"""Reconciliation: which jobs bring a thread and the ledger together, and what counts as removed by accident."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring import reconcile as rules
from mentoring.facts import Issue
from mentoring.reconcile import Known

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=100)
DAY = timedelta(days=1)


def thread(*, is_open: bool = True, is_pull: bool = False, age: timedelta = DAY, **values: object) -> Issue:
    created = NOW - age
    given = {"by_person": True} | values
    return Issue(42, 7, 9, "newcomer", "A lens", "", is_open, is_pull, created, NOW, **given)  # type: ignore[arg-type]


def asked(issue: Issue, known: Known = Known(), *, good: bool = False) -> dict[str, str]:  # noqa: B008
    return rules.jobs(issue, known, is_good_first=good, seen_first=LONG_AGO, now=NOW)


PULL, CLOSED_PULL = thread(is_pull=True), thread(is_pull=True, is_open=False)
ISSUE, CLOSED_ISSUE = thread(), thread(is_open=False)
OPEN, OVER = Known(mentorship_open=True), Known(mentorship_open=False)
NAMED, ENDED = Known(issue_open=True), Known(issue_open=False)
DROPPED = Known(issue_open=True, issue_dropped=True)


@pytest.mark.parametrize(
    ("issue", "known", "good", "jobs"),
    [
        (PULL, Known(), False, {"welcome": "opened"}),
        (PULL, Known(author_known=True), False, {}),
        (thread(is_pull=True, by_person=False), Known(), False, {}),
        (thread(is_pull=True, age=timedelta(days=8)), Known(), False, {}),
        (CLOSED_PULL, Known(), False, {}),
        (PULL, OPEN, False, {}),
        (CLOSED_PULL, OPEN, False, {"threads": "closed", "claimed_pull": "closed"}),
        (PULL, OVER, False, {"threads": "reopened", "claimed_pull": "reopened"}),
        (CLOSED_PULL, OVER, False, {}),
        (ISSUE, Known(), False, {}),
        (ISSUE, Known(), True, {"good_first": "labeled"}),
        (CLOSED_ISSUE, Known(), True, {}),
        (ISSUE, NAMED, True, {}),
        (ISSUE, NAMED, False, {"good_first": "unlabeled"}),
        (ISSUE, DROPPED, True, {"good_first": "labeled"}),
        (ISSUE, DROPPED, False, {}),
        (CLOSED_ISSUE, NAMED, True, {"threads": "closed"}),
        (CLOSED_ISSUE, DROPPED, True, {}),
        (ISSUE, ENDED, True, {"good_first": "reopened", "threads": "reopened"}),
        (ISSUE, ENDED, False, {"threads": "reopened"}),
        (CLOSED_ISSUE, ENDED, True, {}),
        # A claim ends with its issue, and does not begin again with it.
        (ISSUE, Known(mentorship_open=False, mentorship_kind="claim", issue_open=True), True, {}),
    ],
)
def test_what_a_thread_lacks_is_asked_for(
    issue: Issue, known: Known, good: bool, jobs: dict[str, str]
) -> None:
    assert asked(issue, known, good=good) == jobs


def test_what_was_opened_before_the_app_came_is_left_in_peace() -> None:
    came = NOW - timedelta(hours=1)
    assert rules.jobs(PULL, Known(), is_good_first=False, seen_first=came, now=NOW) == {}


@given(
    zone=st.sampled_from(["UTC", "Asia/Tokyo", "America/Los_Angeles", "Europe/Rome", "Pacific/Chatham"]),
    number=st.integers(1, 2**40),
    hours=st.integers(0, 24 * 400),
)
def test_the_next_night_is_a_night_within_two_days(zone: str, number: int, hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    moment = rules.next_night(now, ZoneInfo(zone), number)
    assert timedelta() < moment - now < timedelta(hours=30)
    # An hour more or less where the clocks change in that night.
    assert 0 <= moment.astimezone(ZoneInfo(zone)).hour <= 5


def test_the_repositories_are_spread_over_the_night() -> None:
    nights = {rules.next_night(NOW, UTC, 41881906 + number) for number in range(240)}
    assert len(nights) == 240


MARKER = "<!-- lamplighter:welcome repo 42 · thread 7 · welcome -->"


@pytest.mark.parametrize(
    ("body", "damaged"),
    [
        (f"Welcome!\n\n{MARKER}", False),
        (f"Welcome, and hello from me too!\n\n{MARKER}", False),
        ("Welcome!", True),
        (f"\n{MARKER}\n", True),
        ("", True),
    ],
)
def test_words_that_people_changed_stay_changed(body: str, damaged: bool) -> None:
    assert rules.is_damaged(body, MARKER) is damaged


def test_a_label_by_a_former_login_says_the_same() -> None:
    names = ["mentor: octocat", "mentor: octo"]
    assert rules.lacks_label(thread(labels=("bug",)), names)
    assert not rules.lacks_label(thread(labels=("Mentor: Octo",)), names)
    assert not rules.lacks_label(thread(is_open=False), names)


KEPT = SimpleNamespace(merged_at=None, closed_at=None)
OVER_UNMERGED = SimpleNamespace(merged_at=None, closed_at=NOW)
MERGED = SimpleNamespace(merged_at=NOW, closed_at=NOW)


@pytest.mark.parametrize(
    ("pull", "kept", "job"),
    [
        (PULL, None, "contributed"),
        (PULL, KEPT, None),
        (PULL, OVER_UNMERGED, "contributed"),
        (CLOSED_PULL, None, "contributed"),
        (CLOSED_PULL, KEPT, "contributed"),
        (CLOSED_PULL, OVER_UNMERGED, None),
        (thread(is_pull=True, is_open=False, merged_at=NOW), None, "merged"),
        (thread(is_pull=True, is_open=False, merged_at=NOW), KEPT, "merged"),
        (thread(is_pull=True, is_open=False, merged_at=NOW), MERGED, None),
    ],
)
def test_a_pull_request_of_ours_is_noted_if_it_is_not(pull: Issue, kept: object, job: str | None) -> None:
    assert rules.contribution(pull, kept) == job
