"""The supervisor of `python app.py`, with real processes: it restarts, stops and leaves no orphan."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUPERVISOR = """
import json, sys
from pathlib import Path
from adapters.processes import run_all

def failing():
    raise OSError("the first keeper fails")

def beating():
    Path(sys.argv[2], "beat").write_text("alive")

commands, grace = json.loads(sys.argv[1]), float(sys.argv[3])
sys.exit(run_all(commands, lambda line: print(line, flush=True), keepers=[failing, beating], grace=grace))
"""
WATCHED = """
import os, sys
import adapters.processes
adapters.processes._tied_by_kernel = lambda _: False
adapters.processes._leash(os.getppid(), 15, [sys.executable, "-c", sys.argv[1]])
"""
SLEEP = "time.sleep(60)"


@contextmanager
def supervisor(
    tmp_path: Path, grace: float = 15.0, **commands: Sequence[str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A supervisor of these commands; whatever noted its process id in `pids` is killed in the end."""
    with (tmp_path / "output").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, json.dumps(commands), str(tmp_path), str(grace)],
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pid in pids(tmp_path):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def noting(tmp_path: Path, then: str) -> list[str]:
    """A command that notes its process id and then does what it is told."""
    note = f"open({str(tmp_path / 'pids')!r}, 'a').write(f'{{os.getpid()}}\\n')"
    return [sys.executable, "-I", "-S", "-c", f"import os, signal, time\n{then.format(note=note)}"]


def pids(tmp_path: Path) -> list[int]:
    with suppress(FileNotFoundError):
        return [int(line) for line in (tmp_path / "pids").read_text().splitlines()]
    return []


def alive(pid: int) -> bool:
    """Whether it runs; a process that ended and was not yet collected does not."""
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def wait_until(condition: Callable[[], bool], seconds: float = 8.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_process_that_ends_is_started_again_ever_more_slowly(tmp_path: Path) -> None:
    command = noting(tmp_path, "{note}; raise SystemExit(3)")
    with supervisor(tmp_path, worker=command):
        wait_until(lambda: len(pids(tmp_path)) == 3)
    said = (tmp_path / "output").read_text()
    assert "worker ended with 3; it is started again in 0.5 s." in said
    assert "worker ended with 3; it is started again in 1 s." in said


def test_a_command_that_does_not_exist_does_not_stop_the_others(tmp_path: Path) -> None:
    with supervisor(tmp_path, web=["/no/such/command"], worker=noting(tmp_path, "{note}; " + SLEEP)):
        wait_until(lambda: len(pids(tmp_path)) == 1)
        wait_until(lambda: "web ended with 1;" in (tmp_path / "output").read_text())
        assert all(map(alive, pids(tmp_path)))


@pytest.mark.parametrize("request_to_stop", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_request_to_stop_ends_all(tmp_path: Path, request_to_stop: signal.Signals) -> None:
    command = noting(tmp_path, "{note}; " + SLEEP)
    with supervisor(tmp_path, web=command, worker=command, clock=command) as process:
        wait_until(lambda: len(pids(tmp_path)) == 3)
        process.send_signal(request_to_stop)
        assert process.wait(5) == 0
        assert not any(map(alive, pids(tmp_path)))


def test_who_does_not_end_in_time_is_killed(tmp_path: Path) -> None:
    command = noting(tmp_path, "signal.signal(signal.SIGTERM, signal.SIG_IGN); {note}; " + SLEEP)
    with supervisor(tmp_path, grace=0.3, web=command) as process:
        wait_until(lambda: len(pids(tmp_path)) == 1)
        process.terminate()
        assert process.wait(5) == 0
        assert not any(map(alive, pids(tmp_path)))


def test_a_second_request_ends_the_waiting(tmp_path: Path) -> None:
    command = noting(tmp_path, "signal.signal(signal.SIGTERM, signal.SIG_IGN); {note}; " + SLEEP)
    with supervisor(tmp_path, web=command) as process:
        wait_until(lambda: len(pids(tmp_path)) == 1)
        process.terminate()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 0
        assert not any(map(alive, pids(tmp_path)))


def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    command = noting(tmp_path, "{note}; " + SLEEP)
    with supervisor(tmp_path, web=command, worker=command) as process:
        wait_until(lambda: len(pids(tmp_path)) == 2)
        process.kill()
        wait_until(lambda: not any(map(alive, pids(tmp_path))))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds them in /proc")
def test_what_a_dead_process_left_behind_is_ended(tmp_path: Path) -> None:
    # RQ runs each job in a process group of its own, which would outlive its worker.
    command = noting(tmp_path, f"if not os.fork():\n  os.setpgid(0, 0); {{note}}; {SLEEP}\n{{note}}; {SLEEP}")
    with supervisor(tmp_path, worker=command):
        wait_until(lambda: len(pids(tmp_path)) == 2)
        worker, job = sorted(pids(tmp_path), key=lambda pid: os.getpgid(pid) != os.getsid(pid))
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: not alive(job))


def test_keepers_are_called_even_if_one_fails(tmp_path: Path) -> None:
    with supervisor(tmp_path):
        wait_until((tmp_path / "beat").exists)
        (tmp_path / "beat").unlink()
        wait_until((tmp_path / "beat").exists)
    assert "the first keeper fails" in (tmp_path / "output").read_text()


def test_the_web_server_comes_back_after_its_death_and_ends_with_the_supervisor(tmp_path: Path) -> None:
    (tmp_path / "tiny.py").write_text(
        "import os\ndef app(environ, start):\n  start('200 OK', [])\n  "
        "environ['wsgi.input'].read()\n  return [f'{os.getpid()} {os.getppid()}'.encode()]"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def answer() -> list[int]:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as response:
            return [int(word) for word in response.read().split()]
        return []

    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2"]
    # Without a limit granian waits for ever for a client that never sends the rest of its request.
    web += ["--workers-kill-timeout", "1", "--working-dir", str(tmp_path), "tiny:app"]
    with supervisor(tmp_path, web=web) as process, socket.socket() as slow_client:
        wait_until(lambda: answer() != [])
        _, main = answer()
        os.kill(main, signal.SIGKILL)
        wait_until(lambda: (answer() or [0, main])[1] not in (main, 1))
        slow_client.connect(("127.0.0.1", port))
        slow_client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf")
        process.kill()
        wait_until(lambda: answer() == [])


def test_without_help_of_the_kernel_a_process_watches_the_owner(tmp_path: Path) -> None:
    note = noting(tmp_path, "{note}; " + SLEEP)[-1]
    command = [sys.executable, "-c", WATCHED, note]
    launch = "import subprocess, sys; subprocess.run(sys.argv[1:])"
    with subprocess.Popen([sys.executable, "-c", launch, *command], cwd=ROOT) as owner:
        wait_until(lambda: len(pids(tmp_path)) == 1)
        (pid,) = pids(tmp_path)
        assert alive(pid)
        owner.kill()
        owner.wait()
        wait_until(lambda: not alive(pid))
