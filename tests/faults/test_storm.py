"""The short version of `make storm`: real processes, a fast clock, GitHub's limits, and everybody greeted once."""

from pathlib import Path

from tests.faults.storm import SHORT, storm


def test_everybody_is_greeted_once_and_no_limit_is_exceeded(tmp_path: Path) -> None:
    ended = storm(SHORT, tmp_path)
    assert (ended.greeted, ended.repeated, ended.silent) == (SHORT.pulls, 0, 0)
    assert ended.exceeded == {}
    assert len(ended.waits_at_limit) == SHORT.quiet // 2
