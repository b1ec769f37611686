"""Availability: who is away, how much room people have, and when they are told that it ends."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mentoring.availability import (
    Capacity,
    capacity_of,
    daytime,
    is_away,
    is_silent,
    last_sign,
    note_at,
    read_capacity,
    zone_of,
)
from mentoring.matching import Need, match_issue, match_newcomer
from tests.mentoring.make import NOW, member, mentor, program

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BEFORE, AFTER = NOW - DAY, NOW + DAY
ROME, LA = ZoneInfo("Europe/Rome"), ZoneInfo("America/Los_Angeles")

CAPACITIES = [
    ("nobody said anything", None, 2),
    ("the ledger knows only the roster", Capacity(2, NOW), 2),
    ("the person said more", Capacity(2, BEFORE, 5, NOW), 5),
    ("the person paused", Capacity(2, BEFORE, 0, NOW), 0),
    ("the roster is newer", Capacity(2, AFTER, 5, NOW), 2),
    ("the roster is newer, and not noted yet", Capacity(3, BEFORE, 5, NOW), 2),
    ("the roster is not dated", Capacity(2, None, 5, NOW), 5),
    ("the roster was never noted", Capacity(None, None, 5, NOW), 5),
]


@pytest.mark.parametrize(
    ("word", "capacity"), [row[1:] for row in CAPACITIES], ids=[r[0] for r in CAPACITIES]
)
def test_the_newer_word_about_the_capacity_wins(word: Capacity | None, capacity: int) -> None:
    assert capacity_of(member(capacity=2), word) == capacity


@pytest.mark.parametrize(("words", "number"), [("3", 3), ("0", 0), ("50", 50), (" 7. ", 7)])
def test_a_capacity_is_read(words: str, number: int) -> None:
    assert read_capacity(words) == number


@pytest.mark.parametrize("words", ["", "-1", "51", "many", "3 4", "1.5", "9" * 5000, "\u0663", "1e1"])
def test_what_is_no_capacity_gets_a_sentence(words: str) -> None:
    with pytest.raises(ValueError, match=r"^Please write a whole number from 0 to 50, as in `/mentor cap"):
        read_capacity(words)


@pytest.mark.parametrize(
    ("since", "until", "away"),
    [
        (None, None, False),
        (BEFORE, AFTER, True),
        (BEFORE, NOW, False),
        (BEFORE, BEFORE, False),  # they came back
        (BEFORE, None, True),  # until a sign of life
    ],
)
def test_an_absence_ends_by_itself(since: datetime | None, until: datetime | None, away: bool) -> None:
    assert is_away(since, until, NOW) is away


NOTES = [
    ("a day before, by day", NOW + 7 * DAY, ROME, NOW + 6 * DAY),
    ("midnight is the day's first moment", "2026-12-24T00:00+01:00", ROME, "2026-12-23T08:00+01:00"),
    ("early in the morning", "2026-12-24T03:00+01:00", ROME, "2026-12-23T08:00+01:00"),
    ("late in the evening", "2026-12-24T22:30+01:00", ROME, "2026-12-23T20:00+01:00"),
    ("elsewhere", "2026-12-24T00:00-08:00", LA, "2026-12-23T08:00-08:00"),
    ("over the change to summer time", "2027-03-29T00:00+02:00", ROME, "2027-03-28T08:00+02:00"),
    ("two days need none", NOW + 2 * DAY, ROME, None),
    ("more than two do", NOW + 2 * DAY + HOUR, ROME, NOW + DAY + HOUR),
]


@pytest.mark.parametrize(
    ("until", "zone", "moment"), [row[1:] for row in NOTES], ids=[row[0] for row in NOTES]
)
def test_the_note_comes_the_day_before_by_day(until: object, zone: ZoneInfo, moment: object) -> None:
    until, moment = (datetime.fromisoformat(it) if isinstance(it, str) else it for it in (until, moment))
    found = note_at(NOW, until, zone)  # type: ignore[arg-type]
    assert found == moment
    if found:
        assert daytime(found, zone) == found > NOW
        here = until.astimezone(zone)  # type: ignore[union-attr]
        assert (here.date() - found.astimezone(zone).date()).days == 1


def test_everybody_has_a_time_zone() -> None:
    ours = program(timezone="Europe/Rome")
    assert zone_of(ours, member(timezone="America/Los_Angeles")) == LA
    assert zone_of(ours, member()) == ROME
    assert zone_of(ours, None) == ROME


SIGNS = [
    ("seen on GitHub", NOW - 3 * DAY, None, NOW - 3 * DAY),
    ("seen by us", None, NOW - 40 * DAY, NOW - 40 * DAY),
    ("seen by both", NOW - 3 * DAY, NOW - 40 * DAY, NOW - 3 * DAY),
    ("seen by us, lately", NOW - 20 * DAY, NOW - 2 * DAY, NOW - 2 * DAY),
    ("never seen: GitHub's list goes back 30 days", None, None, NOW - 30 * DAY),
]


@pytest.mark.parametrize(("event", "seen", "last"), [row[1:] for row in SIGNS], ids=[row[0] for row in SIGNS])
def test_the_last_sign_of_life(event: datetime | None, seen: datetime | None, last: datetime) -> None:
    assert last_sign(event, seen, NOW) == last


def test_who_has_been_silent_for_long_is_taken_to_be_away() -> None:
    assert is_silent(NOW - 30 * DAY, 30 * DAY, NOW)
    assert not is_silent(NOW - 29 * DAY, 30 * DAY, NOW)


def test_nobody_who_is_away_is_chosen_even_when_named_on_the_issue() -> None:
    gone, there = mentor(1, away=True), mentor(2, open_mentorships=1)
    need = Need(author_id=7, named_id=gone.id)
    for match in (match_newcomer(need, [gone, there]), match_issue(need, [gone, there], 10)):
        assert match.mentor == there
        assert match.considered[-1].because == ("is away",)
    assert match_newcomer(need, [gone]).mentor is None
