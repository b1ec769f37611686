"""Durations: what people may write and what they read back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.durations import LONGEST, parse_duration, say_duration

WRITTEN = [
    ("45s", timedelta(seconds=45)),
    ("10m", timedelta(minutes=10)),
    ("10 min", timedelta(minutes=10)),
    ("12h", timedelta(hours=12)),
    ("2d", timedelta(days=2)),
    ("3w", timedelta(weeks=3)),
    ("3 weeks", timedelta(weeks=3)),
    ("1 Week", timedelta(weeks=1)),
    ("  2 days ", timedelta(days=2)),
    ("0m", timedelta(0)),
    ("366d", timedelta(days=366)),
]
HOW = "write a duration such as 45s, 10m, 12h, 2d, 3w or 3 weeks"
REFUSED = [
    ("", HOW),
    ("3", HOW),
    ("d", HOW),
    ("-2d", HOW),
    ("1.5h", HOW),
    ("2 months", HOW),
    ("2d 3h", HOW),
    ("٣d", HOW),
    ("1234567890s", HOW),
    ("367d", "write a duration of at most 366 days"),
    ("999999999w", "write a duration of at most 366 days"),
]
SAID = [
    (timedelta(days=2), "2 days"),
    (timedelta(days=1), "1 day"),
    (timedelta(days=7), "1 week"),
    (timedelta(days=14), "2 weeks"),
    (timedelta(days=10), "10 days"),
    (timedelta(days=366), "366 days"),
    (timedelta(hours=36), "36 hours"),
    (timedelta(minutes=90), "90 minutes"),
    (timedelta(seconds=45), "45 seconds"),
    (timedelta(seconds=1), "1 second"),
    (timedelta(0), "0 seconds"),
    (timedelta(days=2, hours=3, minutes=4, seconds=5), "2 days"),
    (timedelta(hours=5, seconds=1), "5 hours"),
    (timedelta(seconds=-5), "0 seconds"),
]


@pytest.mark.parametrize(("text", "duration"), WRITTEN)
def test_durations_are_read(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_is_no_duration_is_refused_with_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_duration(text)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(("duration", "words"), SAID)
def test_durations_are_said(duration: timedelta, words: str) -> None:
    assert say_duration(duration) == words


@given(st.integers(0, 52), st.sampled_from("smhdw"))
def test_what_is_said_can_be_written(count: int, unit: str) -> None:
    duration = parse_duration(f"{count}{unit}")
    assert duration <= LONGEST
    assert parse_duration(say_duration(duration)) == duration
