"""Moments as people write them, and the one sentence for what is none."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.dates import AMBIGUOUS, LONGEST, NOT_UNDERSTOOD, PASSED, TOO_LONG, moment
from tests.mentoring.make import NOW  # a Sunday, at 12:00 UTC

ROME, LA = ZoneInfo("Europe/Rome"), ZoneInfo("America/Los_Angeles")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


READ = [
    ("2 weeks", NOW + timedelta(weeks=2)),
    ("for 2 weeks", NOW + timedelta(weeks=2)),
    ("2 WEEKS.", NOW + timedelta(weeks=2)),
    ("3 days", NOW + timedelta(days=3)),
    ("3d", NOW + timedelta(days=3)),
    ("in 3 days", NOW + timedelta(days=3)),
    ("366 days", NOW + timedelta(days=366)),
    ("two weeks", at("2026-12-06T00:00+01:00")),
    ("a month", at("2026-12-22T00:00+01:00")),
    ("tomorrow", at("2026-11-23T00:00+01:00")),
    ("until tomorrow", at("2026-11-23T00:00+01:00")),
    ("until 24 December", at("2026-12-24T00:00+01:00")),
    ("24 Dec", at("2026-12-24T00:00+01:00")),
    ("December 24th", at("2026-12-24T00:00+01:00")),
    ("until the 24th of December!", at("2026-12-24T00:00+01:00")),
    ("until 2026-12-24", at("2026-12-24T00:00+01:00")),
    ("24 December 2026", at("2026-12-24T00:00+01:00")),
    ("24/12/2026", at("2026-12-24T00:00+01:00")),
    ("12/24/2026", at("2026-12-24T00:00+01:00")),
    ("24.12.2026", at("2026-12-24T00:00+01:00")),
    ("3/3/2027", at("2027-03-03T00:00+01:00")),
    ("15 July", at("2027-07-15T00:00+02:00")),
    ("until next monday", at("2026-11-23T00:00+01:00")),
    ("Friday", at("2026-11-27T00:00+01:00")),
    ("next sunday", at("2026-11-29T00:00+01:00")),
    ("January", at("2027-01-01T00:00+01:00")),
    ("January 2027", at("2027-01-01T00:00+01:00")),
    ("2 months", at("2027-01-22T00:00+01:00")),
    ("next month", at("2026-12-22T00:00+01:00")),
    ("tomorrow 15:00", at("2026-11-23T15:00+01:00")),
    ("friday 5pm", at("2026-11-27T17:00+01:00")),
]
NONE = [
    ("", NOT_UNDERSTOOD),
    ("blue", NOT_UNDERSTOOD),
    ("5", NOT_UNDERSTOOD),
    ("a", NOT_UNDERSTOOD),
    ("2027", NOT_UNDERSTOOD),
    ("1700000000", NOT_UNDERSTOOD),
    ("-3 weeks", NOT_UNDERSTOOD),
    ("until -3 weeks", NOT_UNDERSTOOD),
    ("3 fortnights ago or so", NOT_UNDERSTOOD),
    ("30 February", NOT_UNDERSTOOD),
    ("2026-13-45", NOT_UNDERSTOOD),
    ("weeks", NOT_UNDERSTOOD),
    ("until", NOT_UNDERSTOOD),
    ("for ever", NOT_UNDERSTOOD),
    ("24 Dec 2026 and 3 January", NOT_UNDERSTOOD),
    ("x" * 5_000, NOT_UNDERSTOOD),
    ("1" * 5_000, NOT_UNDERSTOOD),
    ("next monday " * 400, NOT_UNDERSTOOD),
    ("4/5/2027", AMBIGUOUS),
    ("4.5.", AMBIGUOUS),
    ("yesterday", PASSED),
    ("until yesterday", PASSED),
    ("today", PASSED),
    ("now", PASSED),
    ("0 days", PASSED),
    ("2 weeks ago", PASSED),
    ("20 November", PASSED),
    ("24 December 1990", PASSED),
    ("99999 weeks", TOO_LONG),
    ("367 days", TOO_LONG),
    ("2 years", TOO_LONG),
    ("24 December 2031", TOO_LONG),
]


@pytest.mark.parametrize(("text", "expected"), READ, ids=[row[0] for row in READ])
def test_a_moment_is_understood(text: str, expected: datetime) -> None:
    assert moment(text, NOW, ROME) == expected


@pytest.mark.parametrize(("text", "sentence"), NONE, ids=[row[0][:30] for row in NONE])
def test_what_is_no_moment_gets_one_sentence(text: str, sentence: str) -> None:
    started = time.monotonic()
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        moment(text, NOW, ROME)
    assert time.monotonic() - started < 5


def test_a_day_is_the_persons_own() -> None:
    late = datetime(2026, 11, 23, 5, tzinfo=UTC)  # still Sunday evening in Los Angeles
    assert moment("tomorrow", late, LA) == at("2026-11-23T00:00-08:00")
    assert moment("tomorrow", late, ROME) == at("2026-11-24T00:00+01:00")


@pytest.mark.parametrize(
    ("text", "language"), [("24. Dezember", "de"), ("24 de diciembre", "es-MX"), ("24 décembre", "fr")]
)
def test_the_programs_language_is_read_too(text: str, language: str) -> None:
    assert moment(text, NOW, ROME, language) == at("2026-12-24T00:00+01:00")
    assert moment("24 December", NOW, ROME, language) == at("2026-12-24T00:00+01:00")


def test_a_language_that_nobody_knows_leaves_english() -> None:
    assert moment("tomorrow", NOW, ROME, "tlh") == at("2026-11-23T00:00+01:00")


PIECES = st.sampled_from(
    ["until", "2", "weeks", "next", "monday", "24", "Dec", "-", ":", "/", "am", "UTC", "ago", "+", "\u0661"]
)


@given(st.lists(PIECES, max_size=6).map(" ".join) | st.text(max_size=40))
def test_nothing_surprises(text: str) -> None:
    try:
        found = moment(text, NOW, ROME)
    except ValueError as error:
        assert str(error) in {NOT_UNDERSTOOD, AMBIGUOUS, PASSED, TOO_LONG}
    else:
        assert NOW < found <= NOW + LONGEST and found.tzinfo
