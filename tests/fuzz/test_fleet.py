"""What counts as a surprise in the logs of a run: a check that finds nothing must be able to find something."""

from pathlib import Path

import pytest

from tests.fuzz.fleet import _surprises

TRACE = "Traceback (most recent call last):\n  File ...\nValueError: x\n"


@pytest.mark.parametrize(
    ("log", "surprises"),
    [
        ('{"event": "delivery g, turns: parked: the payload lacks sender.id", "level": "warning"}\n', 0),
        ('{"event": "a mistake of ours, parked", "level": "error", "exception": "Traceback"}\n', 0),
        ('{"event": "comment: a mistake of ours", "level": "error"}\n', 0),
        ('{"event": "a delivery could not be taken", "level": "error"}\n', 1),
        ('{"event": "the clock missed a beat", "level": "critical"}\n', 1),
        ("2026-11-22 20:00:00,123 ERROR rq.worker: exception raised\n" + TRACE, 2),
        ("2026-11-22 20:00:00,123 ERROR jobs.work: delivery g: a mistake of ours, parked\n" + TRACE, 0),
        ("2026-11-22 20:00:00,123 INFO jobs.work: fine\n", 0),
        (TRACE, 1),
    ],
)
def test_errors_that_stand_with_no_row_are_found(tmp_path: Path, log: str, surprises: int) -> None:
    file = tmp_path / "worker-0.log"
    file.write_text(log)
    assert len(list(_surprises(file))) == surprises
