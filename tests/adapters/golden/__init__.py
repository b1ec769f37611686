"""Writes the golden files: `.venv/bin/python -m tests.adapters.golden`; then read what changed."""

from pathlib import Path

from adapters.texts import render
from mentoring.actions import Text

GOLDEN = Path(__file__).parent


def finished(text: Text) -> str:
    """The text as it is kept: zero-width spaces, which nobody sees, as ␣."""
    return render(text).replace("\u200b", "␣") + "\n"


def write(said: dict[str, Text]) -> None:
    """Writes a file for each text, and takes away those of texts that are no more."""
    for file in GOLDEN.glob("*.md"):
        file.unlink()
    for name, text in said.items():
        (GOLDEN / f"{name}.md").write_text(finished(text), "utf-8")
