"""`make bench`: requests per effect, accepted deliveries per second, the time from webhook to comment, fairness.

Machines differ and are noisy, so each speed stands beside something measured in the same run.
"""

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pages.terminal import WEB
from sandbox.demo.house import AppProcess, free_port
from sandbox.demo.scenes import OWNER, REPO
from sandbox.server import serve
from sandbox.world import World
from tests.bench import show
from tests.bench.fairness import fairness
from tests.bench.load import load
from tests.journeys.house import EVENTS, PERMISSIONS, SECRET

WELCOMES = 60
SECONDS = 5.0
GITHUB_SECONDS = 0.1  # what GitHub takes to answer, in the measurement of the way to the comment
MENTORS = 20


def main() -> int:
    """Runs every benchmark on the real processes and prints one table."""
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder, _house(Path(folder)) as (world, house):
        rows += costs(world, house)
        rows += latency(world, house)
        rows += acceptance(world, house)
    show([*rows, *fairness()])
    return 0


@contextmanager
def _house(data_dir: Path) -> Iterator[tuple[World, AppProcess]]:
    world = World()
    with serve(world) as server:
        app = world.register_app(
            slug="lamplighter",
            webhook_secret=SECRET,
            webhook_url="http://127.0.0.1:1/webhooks",
            permissions=PERMISSIONS,
            events=EVENTS,
        )
        house = AppProcess(app, server.url, data_dir)
        app.webhook_url = f"{house.url}/webhooks"
        house.start()
        try:
            _settle_in(world, house)
            yield world, house
        finally:
            house.stop()


def _settle_in(world: World, house: AppProcess) -> None:
    """A program with mentors who agreed, and everything cached that will be."""
    members = "".join(
        f"      - {{login: mentor-{n}, mentoring: agreed, capacity: 50}}\n" for n in range(MENTORS)
    )
    text = (
        "program: Bench\nstarter_issues: 0\nareas:\n  code: {paths: ['src/**']}\ncohorts:\n"
        f"  - name: One\n    starts: 2026-01-01\n    ends: 2026-02-01\n    members:\n{members}"
    )
    world.organization(OWNER)
    for number in range(MENTORS):
        world.user(f"mentor-{number}")
    world.repository(REPO, files={".github/lamplighter.yml": text})
    world.install(OWNER, [REPO])
    _until_quiet(world, house)
    for number in range(MENTORS):  # so that every mentor's label exists
        _first_pull(world, f"warm-up-{number}")
        world.open_issue(REPO, f"warm-up-{number}", "Warm up", labels=["good first issue"])
    _until_quiet(world, house)


def _first_pull(world: World, login: str) -> int:
    world.user(login)
    return int(world.open_pull_request(REPO, login, "First", files=["src/a.py"]).number)


def _until_quiet(world: World, house: AppProcess) -> None:
    while True:
        world.wait_delivered()
        before = len(world.requests)
        quiet = all(house.command(box).startswith("0 waiting") for box in ("inbox", "outbox"))
        if quiet and len(world.requests) == before:
            return
        time.sleep(0.2)


def costs(world: World, house: AppProcess) -> list[tuple[str, str]]:
    """Requests to GitHub, token aside, with the label existing and the configuration cached."""

    def cost(act: Callable[[], object]) -> int:
        before = len(world.requests)
        act()
        _until_quiet(world, house)
        return sum(not one.path.endswith("/access_tokens") for one in world.requests[before:])

    welcome = cost(lambda: _first_pull(world, "counted"))
    good_first = cost(lambda: world.open_issue(REPO, "counted", "Easy", labels=["good first issue"]))
    return [
        ("requests to GitHub for a welcome (at most 5)", str(welcome)),
        ("requests to GitHub for a good first issue (at most 3)", str(good_first)),
    ]


def latency(world: World, house: AppProcess) -> list[tuple[str, str]]:
    """From the webhook to the visible comment, with an idle worker and GitHub answering in GITHUB_SECONDS."""
    world.faults.slow = GITHUB_SECONDS
    times = []
    for number in range(WELCOMES):
        begun = time.perf_counter()
        pull = _first_pull(world, f"timed-{number}")
        while not world.thread(REPO, pull).comments:
            time.sleep(0.002)
        times.append(time.perf_counter() - begun)
        while len(world.thread(REPO, pull).labels) < 1:
            time.sleep(0.002)
        time.sleep(0.3)
    world.faults.slow = 0.0
    # The list of the author's work and the changed files come first; the third request shows when it arrives.
    floor = 2 * GITHUB_SECONDS
    median, worst = statistics.median(times), statistics.quantiles(times, n=100)[98]
    return [
        (
            f"webhook to comment, GitHub answering in {GITHUB_SECONDS * 1000:.0f} ms",
            f"median {median * 1000:.0f} ms, p99 {worst * 1000:.0f} ms"
            f" (the two reads before it: {floor * 1000:.0f} ms)",
        )
    ]


def acceptance(world: World, house: AppProcess) -> list[tuple[str, str]]:
    """Deliveries per second: dropped, kept as a row, and only checked by a bare app on the same server."""
    push = _padded(
        {"ref": "refs/heads/topic", "repository": {"id": 1, "default_branch": "main"}, "commits": []}
    )
    place = world.repositories[world.find_repository(REPO).id]
    where = {"repository": {"id": place.id}, "installation": {"id": next(iter(world.installations))}}
    kept = _padded(
        {"action": "labeled", "issue": {"number": 1, "labels": []}, "label": {"name": "x"}} | where
    )
    with _bare() as bare:
        checked, _ = load(bare, "push", push, SECONDS)
    dropped, dropped_times = load(f"{house.url}/webhooks", "push", push, SECONDS)
    durable, durable_times = load(f"{house.url}/webhooks", "issues", kept, SECONDS)
    return [
        ("a bare app that only checks the signature, same server", f"{checked:.0f}/s"),
        ("deliveries nobody wants", _rate(dropped, dropped_times, checked)),
        ("deliveries kept as a row and rung for", _rate(durable, durable_times, checked)),
    ]


def _rate(rate: float, times: list[float], bare: float) -> str:
    p99 = statistics.quantiles(times, n=100)[98]
    return f"{rate:.0f}/s, p99 {p99 * 1000:.0f} ms ({rate / bare:.2f} of the bare app)"


def _padded(payload: dict[str, object]) -> bytes:
    """22 KB, as large as GitHub's payloads are."""
    payload = {"installation": {"id": 1}, "sender": {"type": "User"}} | payload
    return json.dumps(payload | {"padding": "x" * (22_000 - len(json.dumps(payload)))}).encode()


@contextmanager
def _bare() -> Iterator[str]:
    """The bare app, on the same server with the same settings."""
    port = free_port()
    target = [word.replace("app:serve", "tests.bench.bare:create_app") for word in WEB]
    process = subprocess.Popen([*target, "--host", "127.0.0.1", "--port", str(port)], start_new_session=True)
    try:
        while not _answers(port):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/webhooks"
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    sys.exit(main())
