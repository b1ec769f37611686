"""Writes the golden files: `.venv/bin/python -m tests.adapters.golden`; then read what changed."""

from dataclasses import replace
from pathlib import Path

from adapters.texts import render
from mentoring.actions import Text

GOLDEN = Path(__file__).parent
LANGUAGES = ("en", "es")


def kept(name: str, language: str) -> Path:
    """Where a text in a language is kept."""
    return (GOLDEN if language == "en" else GOLDEN / language) / f"{name}.md"


def finished(text: Text, language: str = "en") -> str:
    """The text as it is kept: zero-width spaces, which nobody sees, as ␣."""
    return render(replace(text, language=language)).replace("\u200b", "␣") + "\n"


def write(said: dict[str, Text]) -> None:
    """Writes a file for each text in each language, and takes away those of texts that are no more."""
    for file in GOLDEN.rglob("*.md"):
        file.unlink()
    for language in LANGUAGES:
        for name, text in said.items():
            file = kept(name, language)
            file.parent.mkdir(exist_ok=True)
            file.write_text(finished(text, language), "utf-8")
