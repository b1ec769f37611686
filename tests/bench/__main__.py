"""`make bench`: every figure in one table, each with what it is compared with in the same run.

`python -m tests.bench door` runs one topic alone. How each is measured: docs/benchmarks.md.
"""

import argparse
import importlib
import importlib.util
import sys
import time

from tests.bench import show
from tests.bench.figures import Figure, machine, note

# Each topic is a module of this name, with a function `figures()`.
TOPICS = ("door", "newcomers", "processes", "workers", "fairness", "scale", "mentors")


def main() -> int:
    """Runs the topics that were asked for, or all; notes and prints what they found."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "topics", nargs="*", metavar="topic", help=f"one of {', '.join(TOPICS)}; all of them if none"
    )
    wanted = parser.parse_args().topics or [topic for topic in TOPICS if _exists(topic)]
    if unknown := sorted(set(wanted) - set(TOPICS)):
        parser.error(f"there is no topic {unknown[0]}")
    found: list[Figure] = []
    for topic in wanted:
        found += _run(topic)
    print(f"\nOn {machine()}:")
    show(
        (figure.subject, f"{figure.figure}  ({figure.beside})" if figure.beside else figure.figure)
        for figure in found
    )
    return 0


def _exists(topic: str) -> bool:
    return importlib.util.find_spec(f"tests.bench.{topic}") is not None


def _run(topic: str) -> list[Figure]:
    print(f"{topic} …", file=sys.stderr, flush=True)
    begun = time.monotonic()
    figures: list[Figure] = importlib.import_module(f"tests.bench.{topic}").figures()
    note(topic, figures)
    print(f"{topic}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
