"""The front door beside others: accepted deliveries per second and p99 on a realistic mix, and of each kind.

Every side gets the same load, one after the other in several rounds, since machines are noisy: the medians count,
and only beside what was measured in the same run.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.load import CONNECTIONS, Load, load
from tests.bench.mix import KINDS, Delivery, mix, only
from tests.bench.servers import all_sides, fetch_probot

ROUNDS = 3
SECONDS = 4.0
KIND_SECONDS = 2.0
NAMES = {
    "bare": "a bare Flask app that only checks the signature, same server",
    "function": "a bare function without a framework that only checks the signature, same server",
    "empty": "an empty Probot 14 app",
    "storing": "a Probot 14 app that stores the same rows",
}
AIMS = {"bare": 0.6, "function": 0.6, "empty": 1.5, "storing": 2.0}


def figures() -> list[Figure]:
    """Everything about acceptance; without npm there is no Probot, which is said in one line."""
    missing = fetch_probot()
    deliveries = mix()
    with tempfile.TemporaryDirectory() as folder, all_sides(Path(folder), not missing) as sides:
        found = rounds(sides, deliveries)
        lines = [_ours(found["ours"]), *(_beside(name, found) for name in NAMES if name in found)]
        if missing:
            lines.append(Figure("an empty Probot 14 app", "not measured", missing))
        return [*lines, *_kinds(sides["ours"])]


def rounds(
    sides: dict[str, str], deliveries: list[Delivery], seconds: float = SECONDS
) -> dict[str, list[Load]]:
    """What came of each side in each round."""
    found: dict[str, list[Load]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, url in sides.items():
            found[name].append(load(url, deliveries, seconds))
    return found


def _ours(loads: list[Load]) -> Figure:
    beside = f"{CONNECTIONS} connections; durable before the 202"
    return Figure("deliveries of the realistic mix accepted", _speed(loads), beside)


def _beside(name: str, found: dict[str, list[Load]]) -> Figure:
    ratios = [our.rate / their.rate for our, their in zip(found["ours"], found[name], strict=True)]
    ratio, low, high = statistics.median(ratios), min(ratios), max(ratios)
    beside = f"ours is {ratio:.2f} of it ({low:.2f} to {high:.2f}; aim: {AIMS[name]})"
    return Figure(f"  {NAMES[name]}", _speed(found[name]), beside)


def _speed(loads: list[Load]) -> str:
    rate, p99 = statistics.median(one.rate for one in loads), statistics.median(one.p99() for one in loads)
    return f"{rate:.0f}/s, p99 {p99:.0f} ms"


def _kinds(url: str) -> list[Figure]:
    """Each kind alone, as often as its server takes it."""
    lines = []
    for kind in KINDS:
        found = load(url, only(kind.name), KIND_SECONDS)
        lines.append(
            Figure(
                f"  {kind.name}",
                f"{found.rate:.0f}/s, p99 {found.p99():.0f} ms",
                f"{kind.share / 100:g} % of the mix",
            )
        )
    return lines


def main() -> int:
    for figure in figures():
        print(f"{figure.subject}: {figure.figure} ({figure.beside})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
