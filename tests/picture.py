"""`python -m tests.picture`: draws the house for the docs, in light and dark, from the rooms that there are.

The floors are the layers that import-linter keeps (pyproject.toml), what stands in a room is its module's docstring.
The numbers are those of the steps in docs/how-it-works.md.
"""

import argparse
import ast
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "images"
# The colours of the pages (pages/static/style.css).
LIGHT = {
    "paper": "#fffdf8",
    "raised": "#ffffff",
    "ink": "#24211c",
    "soft": "#5f584c",
    "line": "#b9b0a0",
    "lamp": "#8a5a00",
    "glow": "#fdf0d2",
}
DARK = {
    "paper": "#191713",
    "raised": "#22201b",
    "ink": "#ece6da",
    "soft": "#b5ab9b",
    "line": "#6f675a",
    "lamp": "#f2bd59",
    "glow": "#352b15",
}

WIDTH, HEIGHT = 1000, 760
LEFT, RIGHT, EAVES, FLOOR = 330, 960, 190, 130  # the walls, where the roof ends, how high a floor is


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


def main() -> int:
    """Draws both."""
    argparse.ArgumentParser(prog="python -m tests.picture", description=__doc__).parse_args()
    for file, text in drawn().items():
        file.write_text(text, "utf-8")
    return 0


def drawn() -> dict[Path, str]:
    """What the two files should hold now."""
    return {
        FOLDER / f"house-{name}.svg": _picture(colours)
        for name, colours in (("light", LIGHT), ("dark", DARK))
    }


def layers() -> list[list[str]]:
    """The packages, those that import the others first; on one floor those that do not know each other."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (found,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [layer.split(" | ") for layer in found]


def _purpose(room: str) -> str:
    file = ROOT / room if room.endswith(".py") else ROOT / room / "__init__.py"
    docstring = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return docstring.partition("\n\n")[0]


def _picture(colours: dict[str, str]) -> str:
    rules = (
        f".{name} {{ fill: {colour}; }} .{name}-line {{ stroke: {colour}; }}"
        for name, colour in colours.items()
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">',
            '<title id="title">The house of Lamplighter and its rooms</title>',
            "<style>",
            "text { font: 17px system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif; }",
            ".name { font: 600 20px ui-monospace, 'Cascadia Mono', 'Noto Sans Mono', monospace; }",
            ".number { font-weight: 700; text-anchor: middle; }",
            "rect, path { stroke-width: 2; }",
            ".way { fill: none; }",
            ".aside { stroke-dasharray: 6 5; }",
            *rules,
            "</style>",
            '<marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse">'
            '<path class="lamp" d="M0 0 10 5 0 10z"/></marker>',
            f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="12"/>',
            *_roof(),
            *_floors(),
            *_outside(),
            *_ways(),
            "</svg>\n",
        ]
    )


def _roof() -> Iterator[str]:
    middle = (LEFT + RIGHT) / 2
    yield f'<path class="raised line-line" d="M{LEFT - 30} {EAVES} {middle} 20 {RIGHT + 30} {EAVES}z"/>'
    yield f'<circle class="glow" cx="{middle}" cy="72" r="22"/><circle class="lamp" cx="{middle}" cy="72" r="9"/>'
    yield _text(middle, 122, "app.py", "name lamp", "middle")
    lines = textwrap.wrap(_purpose("app.py").partition(". ")[0] + ".", 50)
    for number, line in enumerate(lines):
        yield _text(middle, 146 + 21 * number, line, "soft", "middle")


def _floors() -> Iterator[str]:
    for number, rooms in enumerate(layers()):
        width = (RIGHT - LEFT) / len(rooms)
        for place, room in enumerate(rooms):
            box = Box(LEFT + place * width, EAVES + number * FLOOR, width, FLOOR)
            yield from _room(box, f"{room}/", _purpose(room))


def _room(box: Box, name: str, purpose: str, kind: str = "glow line-line") -> Iterator[str]:
    yield f'<rect class="{kind}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"/>'
    yield _text(box.x + 20, box.y + 33, name, "name ink")
    for number, line in enumerate(textwrap.wrap(purpose, min(int(box.width / 9), 60))):
        yield _text(box.x + 20, box.y + 60 + 22 * number, line, "ink")


def _outside() -> Iterator[str]:
    yield from _thing(Box(30, 190, 150, 90), "GitHub", "people, threads")
    yield from _thing(Box(30, 320, 150, 75), "sandbox/", "in its place", "paper line-line aside")
    yield from _thing(Box(30, 450, 150, 75), "queue", "only a bell")
    yield from _thing(Box(30, 580, 150, 90), "ledger", "inbox, state, outbox")
    yield _text(
        30,
        735,
        "The clock rings for what is due. In the demo and the tests the sandbox stands in for GitHub.",
        "soft",
    )


def _thing(box: Box, name: str, what: str, kind: str = "raised line-line") -> Iterator[str]:
    yield f'<rect class="{kind}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="10"/>'
    yield _text(box.x + 15, box.y + 32, name, "name ink")
    for number, line in enumerate(textwrap.wrap(what, 15)):
        yield _text(box.x + 15, box.y + 57 + 20 * number, line, "soft")


def _ways() -> Iterator[str]:
    jobs, adapters = (EAVES + FLOOR * (floor + 0.5) for floor in (1, 2))
    yield from _way(f"M105 190 V120 H{LEFT + 110}", "1", (205, 120))
    yield from _way(f"M180 487 H250 V{jobs} H{LEFT}", "2", (250, 430))
    yield from _way(f"M{RIGHT - 45} {jobs} V{EAVES + 3 * FLOOR}", "3", (RIGHT - 45, adapters))
    yield from _way(f"M{LEFT} {adapters} H290 V235 H180", "4", (290, 300))
    yield from _way("M105 580 V525", "5", (105, 553))
    yield f'<path class="way lamp-line" d="M180 625 H250 V{adapters + 40} H{LEFT}" marker-end="url(#tip)" marker-start="url(#tip)"/>'


def _way(path: str, number: str, at: tuple[float, float]) -> Iterator[str]:
    yield f'<path class="way lamp-line" d="{path}" marker-end="url(#tip)"/>'
    yield f'<circle class="lamp" cx="{at[0]}" cy="{at[1]}" r="13"/>{_text(at[0], at[1] + 6, number, "number paper")}'


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


if __name__ == "__main__":
    sys.exit(main())
