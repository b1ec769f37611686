"""The benchmarks: what a newcomer's welcome costs, how fast deliveries are accepted and answered, how fair it is."""

from collections.abc import Iterable

SECRET = "a secret between GitHub and us"


def show(rows: Iterable[tuple[str, str]]) -> None:
    """Prints a table."""
    rows = list(rows)
    width = max(len(name) for name, _ in rows)
    for name, figure in rows:
        print(f"{name:<{width}}  {figure}")
