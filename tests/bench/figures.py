"""What a run measured, kept so that the README's table and the benchmarks' page can be made from it.

A figure is `subject`, `figure` and what it is compared with in the same run. Each harness notes its own;
`python -m tests.bench.report` writes the tables.
"""

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path("var/figures")


@dataclass(frozen=True)
class Figure:
    """One line of a table: what was looked at, what came out, and beside what it stands."""

    subject: str
    figure: str
    beside: str = ""


def note(topic: str, figures: list[Figure]) -> None:
    """Keeps the figures of a topic, e.g. "storm", with the day and the machine; the last run counts."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = {
        "on": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "figures": [asdict(figure) for figure in figures],
    }
    (FOLDER / f"{topic}.json").write_text(json.dumps(kept, indent=2, ensure_ascii=False), "utf-8")


def machine() -> str:
    """What the figures were measured on, e.g. `x86_64, 2 cores, Linux, Python 3.12`."""
    cores = os.cpu_count() or 1
    python = ".".join(platform.python_version_tuple()[:2])
    return f"{platform.machine()}, {cores} cores, {platform.system()}, Python {python}"
