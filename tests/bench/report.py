"""`python -m tests.bench.report`: writes the tables of figures into README.md and docs/benchmarks.md.

They are made of docs/figures.json, which first takes in what the last runs noted in var/figures.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.bench import figures

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "figures.json"
README, BENCHMARKS = ROOT / "README.md", ROOT / "docs" / "benchmarks.md"
# Each table: its file, and the topics in it with their headings, in this order.
RELIABILITY = {
    "crashes": "Killed at any moment",
    "storm": "A storm of first pull requests",
    "many": "Many at once",
    "fuzz": "Broken webhooks",
    "rebuild": "The database lost",
    "release": "A release under load",
}
SPEED = {
    "door": "Accepting deliveries",
    "newcomers": "What a newcomer costs",
    "workers": "More workers",
    "processes": "Processes",
    "fairness": "Fairness",
    "scale": "Scale",
    "mentors": "The page of mentors",
}
TABLES = {"reliability": (README, RELIABILITY), "benchmarks": (BENCHMARKS, SPEED)}

Kept = dict[str, dict[str, Any]]


def main() -> int:
    """Takes in the new figures and writes the tables."""
    argparse.ArgumentParser(prog="python -m tests.bench.report", description=__doc__).parse_args()
    kept = load() | noted(ROOT / figures.FOLDER)
    KEPT.write_text(json.dumps(kept, indent=2, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    for name, (file, topics) in TABLES.items():
        file.write_text(replaced(file.read_text("utf-8"), name, table(kept, topics)), "utf-8")
    return 0


def load() -> Kept:
    """The figures that the tables were last made of."""
    return json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}


def noted(folder: Path) -> Kept:
    """What the last runs noted, by topic; only topics that have a table."""
    known = set(RELIABILITY) | set(SPEED)
    files = sorted(folder.glob("*.json")) if folder.exists() else []
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files if file.stem in known}


def table(kept: Kept, topics: dict[str, str]) -> str:
    """A table of Markdown: a heading for each topic with date and machine, and a line for each figure."""
    lines = ["| | figure | beside |", "|---|---|---|"]
    for topic, heading in topics.items():
        if topic in kept:
            run = kept[topic]
            lines.append(f"| **{heading}** | {run['on']} | {_cell(run['machine'])} |")
            lines += [_line(figure) for figure in run["figures"]]
    return "\n".join(lines)


def _line(figure: dict[str, str]) -> str:
    subject = figure["subject"]
    indent = "– " if subject.startswith(" ") else ""
    return f"| {indent}{_cell(subject.strip())} | {_cell(figure['figure'])} | {_cell(figure['beside'])} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def replaced(text: str, name: str, new: str) -> str:
    """The text with what stands between the table's two markers replaced. Raises ValueError without them."""
    begin, end = f"<!-- figures:{name} -->", f"<!-- /figures:{name} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the markers of the table {name} are not there, or more than once")
    return re.sub(
        f"{re.escape(begin)}.*?{re.escape(end)}",
        lambda _: f"{begin}\n\n{new}\n\n{end}",
        text,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    sys.exit(main())
