"""Durations as people write and read them: `45s`, `12h`, `3 weeks`."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, TypeAlias

from mentoring.wording import phrase

LONGEST = timedelta(days=366)

Unit: TypeAlias = Literal["week", "day", "hour", "minute", "second"]
_UNITS: Mapping[Unit, timedelta] = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}
_SHORT: Mapping[str, Unit] = {
    "s": "second",
    "sec": "second",
    "m": "minute",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "w": "week",
}
_WRITTEN = re.compile(r"\s*([0-9]{1,9})\s*([A-Za-z]+)\s*")
# Above this a smaller unit says less than it seems to: nobody reads "183845 seconds".
_READABLE = 999


def parse_duration(text: str) -> timedelta:
    """Read `45s`, `10m`, `12h`, `2d`, `3w` or the words: `3 weeks`.

    Raises ValueError, whose text is one sentence without a full stop, when it is no duration or more than 366 days.
    """
    match = _WRITTEN.fullmatch(text)
    unit = _unit(match[2].lower()) if match else None
    if match is None or unit is None:
        raise ValueError(phrase("write a duration such as 45s, 10m, 12h, 2d, 3w or 3 weeks"))
    if int(match[1]) * unit.total_seconds() > LONGEST.total_seconds():
        raise ValueError(phrase("write a duration of at most 366 days"))
    return int(match[1]) * unit


def _unit(word: str) -> timedelta | None:
    wanted = _SHORT.get(word, word.removesuffix("s"))
    return next((unit for name, unit in _UNITS.items() if name == wanted), None)


def say_duration(duration: timedelta) -> str:
    """Say it in words: `2 days`. Exact where that stays readable, else rounded down to a large unit."""
    count, name = count_duration(duration)
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def count_duration(duration: timedelta) -> tuple[int, Unit]:
    """How many of which unit, such as (2, "day"), to say it in any language."""
    seconds = max(0, int(duration.total_seconds()))
    for name, unit in _UNITS.items():
        count, rest = divmod(seconds, int(unit.total_seconds()))
        if rest == 0 and 0 < count <= _READABLE:
            return count, name
    larger: tuple[Unit, ...] = ("day", "hour", "minute")
    for name in larger:
        count = seconds // int(_UNITS[name].total_seconds())
        if count > 1:
            return count, name
    return seconds, "second"
