"""Shows an issue in a terminal as somebody reads it who opens nothing that is folded away."""

from __future__ import annotations

import re

from rich.console import Group, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.text import Text

from sandbox.models import Thread
from sandbox.reader import charts

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FOLD = re.compile(r"(</?details>)")
SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
WIDE = 100  # characters


def shown(thread: Thread) -> RenderableType:
    """The issue's title and text, in a frame."""
    parts = DIAGRAM.split(folded(COMMENT.sub("", thread.body or "")))
    drawn = [_drawn(part) if n % 2 else Markdown(part.strip()) for n, part in enumerate(parts)]
    title = f"{thread.title} · {thread.repository.full_name}#{thread.number}"
    return Panel(Group(*drawn), title=title, width=WIDE, padding=(1, 2))


def folded(text: str) -> str:
    """Of what is folded away only the line on which one would click."""
    depth, seen = 0, []
    for part in FOLD.split(text):
        depth += (part == "<details>") - (part == "</details>")
        if part == "<details>" and depth == 1:
            seen.append("\n")
        elif part not in ("<details>", "</details>"):
            summary = SUMMARY.search(part)
            if not depth:
                seen.append(part)
            elif depth == 1 and summary:
                seen.append(f"*▸ {summary[1].strip()}*\n\n")
    return "".join(seen)


def _drawn(source: str) -> Text:
    chart = charts.read(source)
    return Text(f"\n{charts.text(chart)}\n" if chart else source)
