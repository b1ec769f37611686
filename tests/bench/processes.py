"""Memory and start-up of each process: web, worker, clock and Valkey, idle, as the Procfile starts them."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests
from redis import Redis

from adapters.ledger import Ledger
from adapters.ledger.release import release
from adapters.valkey import PrivateValkey
from pages.terminal import WEB
from sandbox.demo.house import OURS, free_port
from tests.bench import SECRET
from tests.bench.figures import Figure
from tests.bench.servers import ROOT, _key

PATIENCE = 60.0
IDLE = 2.0  # seconds before the memory is read


def figures() -> list[Figure]:
    """Start-up: of the web until /readyz is ok, of the worker until it is registered, of the clock its first log."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun = time.perf_counter()
        with PrivateValkey(folder / "queue") as queue:
            queue_seconds = time.perf_counter() - begun
            found = _measured(folder, queue)
            valkey = _memory(queue._process.pid) if queue._process else 0.0
        return [*found, _figure("Valkey, until it answers", valkey, queue_seconds)]


def _measured(folder: Path, queue: PrivateValkey) -> list[Figure]:
    url = f"sqlite:///{folder / 'lamplighter.db'}"
    ledger = Ledger(url)
    release(ledger)
    ledger.close()
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | {
        "GITHUB_APP_ID": "1001",
        "GITHUB_PRIVATE_KEY_PATH": str(_key(folder)),
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "GITHUB_API_URL": "http://127.0.0.1:1",
        "LAMPLIGHTER_DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "REDIS_URL": queue.url,
    }
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    redis = Redis.from_url(queue.url)
    sides: list[tuple[str, list[str], Callable[[int], bool]]] = [
        ("web, until /readyz is ok", [*WEB, "--port", str(port)], lambda _: _is_ready(port)),
        (
            "worker, until it hears bells",
            [*flask, "worker", "--embedded"],
            lambda _: bool(redis.scard("rq:workers")),
        ),
        ("clock, until its first look", [*flask, "clock", "--embedded"], _has_ledger_open),
    ]
    return [_one(subject, command, ready, environment) for subject, command, ready in sides]


def _one(
    subject: str, command: list[str], is_ready: Callable[[int], bool], environment: dict[str, str]
) -> Figure:
    begun = time.perf_counter()
    with _running(command, environment) as process:
        while not is_ready(process.pid):
            assert process.poll() is None, f"{subject}: it ended with {process.poll()}"
            assert time.perf_counter() - begun < PATIENCE, f"{subject}: it takes too long"
            time.sleep(0.01)
        seconds = time.perf_counter() - begun
        time.sleep(IDLE)
        return _figure(subject, _memory(process.pid), seconds)


def _figure(subject: str, memory: float, seconds: float) -> Figure:
    return Figure(
        f"memory and start-up: {subject}", f"{memory:.0f} MB, {seconds:.1f} s", "all its processes, idle"
    )


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=sys.stderr
    )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def _is_ready(port: int) -> bool:
    with suppress(requests.RequestException):
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    return False


def _has_ledger_open(process_id: int) -> bool:
    """Whether a process has looked into the ledger and keeps it open."""
    with suppress(OSError):
        files = (str(file.readlink()) for file in Path(f"/proc/{process_id}/fd").iterdir())
        return any(file.endswith("lamplighter.db") for file in files)
    return False


def _memory(process_id: int) -> float:
    """Of a process and its children, in MB, pages they share counted once (PSS); Linux tells it."""
    total = 0.0
    for one in _family(process_id):
        with suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return total


def _family(process_id: int) -> Iterator[int]:
    yield process_id
    with suppress(OSError):
        for task in Path(f"/proc/{process_id}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


if __name__ == "__main__":
    for figure in figures():
        print(f"{figure.subject}: {figure.figure} ({figure.beside})")
    sys.exit(0)
