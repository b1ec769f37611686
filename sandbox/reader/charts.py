"""Draws the one kind of Mermaid chart that the App makes, as GitHub does: bars and a line over a few names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

NUMBERS = r"\s*\[([\d\s,.]*)\]"
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 700, 240, 34, 26, 12


@dataclass(frozen=True)
class Chart:
    """The names along the bottom, a bar and a point of the line for each, and the highest number there is room for."""

    names: tuple[str, ...]
    bars: tuple[float, ...]
    line: tuple[float, ...]
    top: float


def read(source: str) -> Chart | None:
    """What an `xychart-beta` says; None for any other diagram, and where numbers are missing."""
    names, top = re.search(r"x-axis\s*\[(.*)\]", source), re.search(r"y-axis\b.*-->\s*([\d.]+)", source)
    if "xychart-beta" not in source or not names or not top or not float(top[1]):
        return None
    chart = Chart(
        tuple(re.findall(r'"([^"]*)"', names[1])),
        _numbers("bar", source),
        _numbers("line", source),
        float(top[1]),
    )
    return chart if len(chart.names) == len(chart.bars) == len(chart.line) else None


def _numbers(word: str, source: str) -> tuple[float, ...]:
    found = re.search(rf"^\s*{word}{NUMBERS}", source, re.MULTILINE)
    return tuple(float(one) for one in re.findall(r"\d+(?:\.\d+)?", found[1])) if found else ()


def svg(chart: Chart) -> str:
    """The chart as a picture for a page; its colours are the style sheet's."""
    step = (WIDTH - LEFT) / len(chart.names)
    middles = [LEFT + step * (n + 0.5) for n in range(len(chart.names))]
    told = ", ".join(
        f"{name}: {bar:g} and {point:g}"
        for name, bar, point in zip(chart.names, chart.bars, chart.line, strict=True)
    )
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(told)}">',
        *_axis(chart),
        *(_bar(chart, middle, value, step) for middle, value in zip(middles, chart.bars, strict=True)),
        *(_name(middle, name) for middle, name in zip(middles, chart.names, strict=True)),
        _line(chart, middles),
        "</svg>",
    ]
    return "".join(parts)


def text(chart: Chart) -> str:
    """The chart for a terminal: a row for each name, with its bar, and the line's number beside it."""
    longest = max(map(len, chart.names))
    wide = max(1.0, chart.top)
    rows = [
        f"{name:>{longest}}  {'█' * max(1 if bar else 0, round(bar / wide * 32))} {bar:g}  ● {point:g}"
        for name, bar, point in zip(chart.names, chart.bars, chart.line, strict=True)
    ]
    return "\n".join(rows)


def _height(chart: Chart, value: float) -> float:
    """How far from the top of the picture a number is."""
    return HEIGHT - BOTTOM - value / chart.top * (HEIGHT - BOTTOM - TOP)


def _axis(chart: Chart) -> list[str]:
    marks = [chart.top * n / 4 for n in range(5)]
    return [
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH}" y1="{_height(chart, mark):.1f}" y2="{_height(chart, mark):.1f}"/>'
        f'<text x="{LEFT - 8}" y="{_height(chart, mark) + 4:.1f}" text-anchor="end">{mark:g}</text>'
        for mark in marks
    ]


def _bar(chart: Chart, middle: float, value: float, step: float) -> str:
    wide, top = min(step * 0.6, 90), _height(chart, value)
    return (
        f'<rect class="bar" x="{middle - wide / 2:.1f}" y="{top:.1f}" '
        f'width="{wide:.1f}" height="{HEIGHT - BOTTOM - top:.1f}" rx="3"/>'
    )


def _name(middle: float, name: str) -> str:
    return f'<text x="{middle:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(name)}</text>'


def _line(chart: Chart, middles: list[float]) -> str:
    points = [(x, _height(chart, value)) for x, value in zip(middles, chart.line, strict=True)]
    dots = "".join(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in points)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="line" points="{path}"/>{dots}'
