"""Charts as SVG: shapes in, drawn by templates/pages/charts.html; colours are classes, so that dark and print work.

A chart says itself in words as well, and the page shows the same numbers in a table (docs/adr/0022).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 360  # of every chart, in its own units: on a phone one is about a pixel
LEFT, RIGHT = 30, 12  # for the numbers of the scale; for the last word below
TOP, BOTTOM = 10, 22
HEIGHT = 150  # between them
ROW, BAR = 38, 16  # of horizontal bars
TOPS = (10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100)  # where a scale may end, and the like ten times larger


@dataclass(frozen=True)
class Rect:
    """A piece of a bar. `series`: which colour, from 1; `words`: what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True)
class Label:
    """Text at a place; `anchor`: start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    is_strong: bool = False


@dataclass(frozen=True)
class Series:
    """What a colour stands for."""

    number: int
    word: str


@dataclass(frozen=True)
class Bar:
    """A horizontal bar: what it is, how many, how that is said, and its colour."""

    word: str
    value: int
    said: str
    series: int = 1


@dataclass(frozen=True)
class Chart:
    """A drawing, `WIDTH` wide. `name` is unique on its page; `words` say what is to be seen."""

    name: str
    title: str
    words: str
    height: float
    rects: tuple[Rect, ...]
    labels: tuple[Label, ...]
    lines: tuple[float, ...] = ()  # heights of the scale's lines
    series: tuple[Series, ...] = ()
    width: float = WIDTH
    left: float = LEFT

    @property
    def is_empty(self) -> bool:
        return not self.rects


def stacked(
    name: str,
    title: str,
    words: str,
    bars: Sequence[tuple[str, str, Sequence[int]]],
    series: Sequence[str],
) -> Chart:
    """Columns of stacked parts. `bars`: the label below (or nothing), its long form, and a number for each series."""
    most = top_of(max((sum(values) for *_, values in bars), default=0))
    room = (WIDTH - LEFT - RIGHT) / max(1, len(bars))
    rects, labels = [], []
    for place, (short, long, values) in enumerate(bars):
        x, y = LEFT + (place + 0.14) * room, float(TOP + HEIGHT)
        for number, (word, value) in enumerate(zip(series, values, strict=True), start=1):
            high = HEIGHT * value / most
            y -= high
            if value:
                said = f"{long}: {value} {word}"
                rects.append(Rect(_round(x), _round(y), _round(room * 0.72), _round(high), number, said))
        if short:
            labels.append(Label(_round(x + room * 0.36), TOP + HEIGHT + 15, short))
    steps = _steps(most)
    labels += [Label(LEFT - 5, _round(_at(step, most) + 3.5), str(step), "end") for step in steps]
    lines = tuple(_round(_at(step, most)) for step in steps)
    legend = tuple(Series(number, word) for number, word in enumerate(series, start=1))
    return Chart(name, title, words, TOP + HEIGHT + BOTTOM, tuple(rects), tuple(labels), lines, legend)


def rows(name: str, title: str, words: str, bars: Sequence[Bar], most: int) -> Chart:
    """Horizontal bars, one below the other; `most`: how many a full bar would be."""
    rects, labels = [], []
    for place, bar in enumerate(bars):
        y = place * ROW
        labels.append(Label(0, y + 12, bar.word, "start"))
        labels.append(Label(WIDTH, y + 12, bar.said, "end", is_strong=True))
        if bar.value:
            width = max(WIDTH * bar.value / most, 2)
            rects.append(Rect(0, y + 17, _round(width), BAR, bar.series, f"{bar.word}: {bar.said}"))
    height = max(1, len(bars)) * ROW
    return Chart(name, title, words, height, tuple(rects), tuple(labels), left=0)


def top_of(most: int) -> int:
    """A round, even number above the largest one, for the scale."""
    if most <= 10:
        return next(top for top in (4, 6, 8, 10) if top >= most)
    size = int(10 ** (math.floor(math.log10(most)) - 1))
    return next(top for step in TOPS if (top := step * size) >= most)


def _steps(most: int) -> list[int]:
    return [0, most // 2, most]


def _at(value: int, most: int) -> float:
    return TOP + HEIGHT - HEIGHT * value / most


def _round(number: float) -> float:
    return round(number, 2)
