"""A whole run in real processes, with GitHub at its worst: no secret in any log, in the ledger or in the queue."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from redis import Redis
from sqlalchemy import insert

from adapters.context import utc_now
from adapters.ledger import Ledger
from adapters.ledger.schema import inbox
from adapters.settings import default_database
from adapters.valkey import PrivateValkey
from sandbox.demo.clock import CHECKOUT
from sandbox.demo.house import AppProcess, started
from sandbox.registration import register
from sandbox.server import serve
from sandbox.world import World
from tests.journeys.programs import HOME, configuration, settled_in
from tests.security.traces import everything, in_queue

SECRET = "a secret of the whole story"
BROKEN = "ghs_BrokenOnPurpose0123456789abcdefghij"  # as a job's name: what raises says it
MEMBERS = "      - {login: octocat, mentoring: agreed}\n"
PASSWORD = "xyzzy-plugh"


def until(holds: Callable[[], object], what: str, patience: float = 120) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def test_a_run_with_everything_that_can_go_wrong_tells_no_secret(tmp_path: Path) -> None:
    tokens: set[str] = set()
    world = World()
    with serve(world, port=0), started(world, tmp_path, SECRET, patience=120) as house:
        (app,) = world.apps.values()
        settled_in(world, configuration(world, members=MEMBERS, extra="starter_issues: 0"))
        world.faults.lose_replies = 0.2
        world.faults.flaky_404 = 0.2
        pull = world.open_pull_request(HOME, "newcomer", "Polish", files=["lens.py"])
        until(lambda: world.thread(HOME, pull.number).comments, "nobody was welcomed")
        tokens |= set(world.tokens)
        for held in list(world.tokens.values()):  # GitHub knows our tokens no more
            held.expires_at = world.now()
        number = world.comment(
            HOME, pull.number, "newcomer", f"/mentor why\n{SECRET} {next(iter(tokens))}"
        ).id
        until(lambda: len(world.thread(HOME, pull.number).comments) >= 3, f"{number} was not answered")
        _break_a_job(tmp_path)
        until(lambda: _notes(tmp_path), "no job broke")
        for body, headers in ((b"x", {}), (b"[" * 100_000, {"X-Hub-Signature-256": f"sha256={SECRET}"})):
            requests.post(app.webhook_url or "", data=body, headers=headers, timeout=30)
        world.uninstall(next(iter(world.installations)))
        time.sleep(2)
        tokens |= set(world.tokens)
        queue = in_queue(Redis.from_url(PrivateValkey(tmp_path).url))
        ledger = Ledger(default_database(tmp_path))
        kept = everything(ledger)
        ledger.close()
        house.command("inbox")

    logs = {file.name: file.read_text("utf-8", "replace") for file in tmp_path.rglob("*.log")}
    assert "a mistake of ours, parked" in logs["app.log"] and "[hidden]" in logs["app.log"]
    found = [*logs.values(), *queue, *(row for rows in kept.values() for row in rows)]
    key_lines = [line for line in app.private_key_pem.splitlines() if len(line) > 20 and "-----" not in line]
    assert tokens and key_lines
    assert not [text[:300] for text in (*logs.values(), *queue) if BROKEN in text]
    for secret in (SECRET, *tokens, *key_lines):
        assert not [text[:300] for text in found if secret in text], secret[:12]
    assert not [text[:300] for text in found if re.search(r"eyJ[\w-]{10,}\.[\w-]{10,}\.|PRIVATE KEY", text)]


def _break_a_job(data_dir: Path) -> None:
    now = utc_now()
    row = {
        "delivery": "broken-on-purpose",
        "job": BROKEN,
        "fields": {},
        "received_at": now,
        "due_at": now,
        "attempts": 0,
    }
    ledger = Ledger(default_database(data_dir))
    with ledger.write() as connection:
        connection.execute(insert(inbox).values(row))
    ledger.close()


def _notes(data_dir: Path) -> list[str]:
    ledger = Ledger(default_database(data_dir))
    try:
        return [
            row for row in everything(ledger)["inbox"] if "broken-on-purpose" in row and "KeyError" in row
        ]
    finally:
        ledger.close()


FAILURES = [
    (
        "a database that is not there",
        {"DATABASE_URL": f"postgresql://lamp:{PASSWORD}@127.0.0.1:1/lamp"},
        ("app.py",),
    ),
    (
        "a host that is none",
        {"DATABASE_URL": f"postgresql://lamp:{PASSWORD}@no.such.host.invalid/lamp"},
        ("app.py",),
    ),
    (
        "a queue that is not there",
        {"REDIS_URL": f"redis://:{PASSWORD}@127.0.0.1:1/0"},
        ("-m", "flask", "--app", "app", "worker", "--embedded"),
    ),
    (
        "an address with the password in the wrong place",
        {"DATABASE_URL": f"postgresql://lamp:{PASSWORD}/@h/lamp", "REDIS_URL": f"redis://:{PASSWORD}/x@h"},
        ("app.py",),
    ),
]


@pytest.mark.parametrize(
    ("environ", "command"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES]
)
def test_a_start_that_fails_tells_why_and_no_secret(
    tmp_path: Path, environ: dict[str, str], command: tuple[str, ...]
) -> None:
    world = World()
    app = register(world, SECRET)
    house = AppProcess(app, "http://127.0.0.1:9", tmp_path)
    if "worker" in command:
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", "release"],
            cwd=CHECKOUT,
            env=house.environment,
            check=True,
        )
    done = subprocess.run(
        [sys.executable, *command],
        cwd=CHECKOUT,
        env=house.environment | environ,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode != 0 and said.strip()
    assert PASSWORD not in said and SECRET not in said and "PRIVATE KEY" not in said
    assert app.private_key_pem.splitlines()[2] not in said
