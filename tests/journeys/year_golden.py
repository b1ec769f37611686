"""What a year ends with, kept as files so that a change shows in review: tests/journeys/golden/."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from tests.journeys.year_stage import Year
from tests.journeys.year_told import posted, report

FOLDER = Path(__file__).parent / "golden"


def texts(year: Year) -> dict[str, str]:
    """The report on the year, those on its cohorts, the last digest: file names with what is in them."""
    house = year.house
    found = {"report.md": report(house), "digest.md": posted(house, "digest")[-1].body or ""}
    for one in posted(house, "report"):
        name = one.title.removeprefix("Observatory: ").lower().replace(",", "").replace(" ", "-")
        found[f"{name}.md"] = one.body or ""
    return {name: _anywhere(year, text).rstrip("\n") + "\n" for name, text in found.items()}


def _anywhere(year: Year, text: str) -> str:
    """Without the ports of this machine."""
    ours = year.house.context.settings.public_url
    return text.replace(ours, "https://lamplighter.example").replace(
        year.world.base_url, "https://github.com"
    )


def keep(name: str, found: dict[str, str]) -> None:
    """Writes them as they are now; what is no longer said goes."""
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for one, text in found.items():
        (folder / one).write_text(text)


def is_kept(name: str) -> bool:
    """Whether there is anything to compare with."""
    return (FOLDER / name).is_dir()


def changes(name: str, found: dict[str, str]) -> list[str]:
    """What is said otherwise than the files have it, as lines of a diff."""
    kept = {path.name: path.read_text() for path in (FOLDER / name).glob("*.md")}
    return [
        line for one in sorted(kept | found) for line in _diff(one, kept.get(one, ""), found.get(one, ""))
    ]


def _diff(name: str, kept: str, found: str) -> Iterator[str]:
    before, now = kept.splitlines(), found.splitlines()
    yield from difflib.unified_diff(before, now, f"kept {name}", f"said {name}", lineterm="", n=0)
