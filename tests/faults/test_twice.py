"""Two of everything at once, on the same data: nothing is said twice, and nobody is told of a locked database."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.processes import AlreadyRunning, only_one
from sandbox.demo.house import free_port
from tests.faults import crashes
from tests.faults.crashes import Plan, Run
from tests.faults.machines import ROOT, Machines, embedded, environment

HELD = 4.0  # seconds for which somebody else holds the database, as a bad backup would; half of the limit, for busy machines


@contextmanager
def house(folder: Path, *kinds: str) -> Iterator[tuple[Run, Machines]]:
    """`python app.py`, and scenes that are to be played."""
    with crashes.open_world() as (world, url), embedded(world.find_app(), url, folder) as machines:
        run = Run(world, machines, Plan(kinds=kinds), print)
        yield run, machines
        run.ledger.close()


def test_two_of_everything_do_everything_once(tmp_path: Path) -> None:
    with house(tmp_path, "cohort", "digest", "reminder", "free_again") as (run, _machines):
        variables = environment(run.world.find_app(), run.world.base_url, tmp_path, PORT=str(free_port()))
        second = _run_app_again(variables)
        assert second.returncode == 1
        (sentence,) = second.stderr.splitlines()
        assert sentence.startswith(f"Lamplighter runs already with the data in {tmp_path / 'data'} (process ")
        flask = [sys.executable, "-m", "flask", "--app", "app"]
        more = [
            subprocess.Popen([*flask, name, "--embedded"], cwd=ROOT, env=variables)
            for name in ("clock", "worker")
        ]
        try:
            run.calm()
        finally:
            for process in more:
                process.terminate()
                process.wait(20)
        assert run.report.troubles == []
        markers = [scene.markers() for scene in run.scenes]
    assert [name for found in markers for name, times in found.items() if times > 1] == []
    assert all(markers)


def _run_app_again(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "app.py"]
    return subprocess.run(
        command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_data_are_free_again_when_their_process_was_killed(tmp_path: Path) -> None:
    code = "import sys, time, pathlib; from adapters.processes import only_one\n"
    code += "only_one(pathlib.Path(sys.argv[1])); print(flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(AlreadyRunning, match=f"process {other.pid}"):
            only_one(tmp_path)
        other.kill()
        other.wait()
        only_one(tmp_path)


def test_nobody_is_told_that_the_database_is_locked(tmp_path: Path) -> None:
    with house(tmp_path, "first_pulls", "claim", "commands") as (run, machines):
        writer = threading.Thread(target=_hold, args=(machines.database_url,), daemon=True)
        writer.start()
        run.calm()
        writer.join(3 * HELD)
        assert run.report.troubles == []
        with run.world.lock:
            answers = {one.status for one in run.world.deliveries}
        assert "is locked" not in "".join(str(scene.ending()) for scene in run.scenes)
    assert answers == {"OK"}


def _hold(url: str) -> None:
    """Holds the write lock for seconds while webhooks come in."""
    with sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=30) as connection:
        time.sleep(0.5)
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(HELD)
        connection.execute("COMMIT")
