"""Starts the App as a user would, with its data in a folder of its own, and stops it again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from sandbox.demo.clock import CHECKOUT, Clock
from sandbox.models import App
from sandbox.registration import move, register
from sandbox.world import World

# What a person's own shell may hold must not lead the demo to another database, queue or GitHub.
OURS = ("GITHUB_", "DATABASE_URL", "REDIS_URL", "LAMPLIGHTER_", "PUBLIC_URL", "PORT")


@contextmanager
def started(world: World, data_dir: Path, webhook_secret: str, patience: float) -> Iterator[AppProcess]:
    """The App, registered in a world that is served, from its start to its end."""
    app = register(world, webhook_secret)
    process = AppProcess(app, world.base_url, data_dir)
    move(app, process.url)
    process.start(patience)
    try:
        yield process
    finally:
        process.stop()


class AppProcess:
    """`python app.py`, as described in the README."""

    def __init__(self, app: App, api_url: str, data_dir: Path, clock: Clock | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / "app.log"
        self.environment = _environment(app, api_url, data_dir, self.port)
        self.environment |= clock.environment if clock else {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, patience: float = 40.0) -> None:
        """Start it and wait until it is ready. Raises RuntimeError with its last words if it is not."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=CHECKOUT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + patience
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the App did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def command(self, *words: str) -> str:
        """Run one of the operator's commands; what it printed."""
        command = [sys.executable, "-m", "flask", "--app", "app", *words]
        done = subprocess.run(
            command, cwd=CHECKOUT, env=self.environment, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    def stop(self) -> None:
        """Ask it to end, and see to it that it does."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False


def _environment(app: App, api_url: str, data_dir: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    key = data_dir / "private-key.pem"
    key.touch(mode=0o600)
    key.write_text(app.private_key_pem)
    # Empty ones outweigh those of the `.env` of a checkout that was set up for real.
    unset = dict.fromkeys(
        ("GITHUB_PRIVATE_KEY", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "METRICS_TOKEN"), ""
    )
    return (kept | unset) | {
        "GITHUB_APP_ID": str(app.id),
        "GITHUB_PRIVATE_KEY_PATH": str(key),
        "GITHUB_WEBHOOK_SECRET": app.webhook_secret or "",
        "GITHUB_CLIENT_ID": app.client_id,
        "GITHUB_CLIENT_SECRET": app.client_secret,
        "GITHUB_API_URL": api_url,
        "LAMPLIGHTER_DATA_DIR": str(data_dir),
        "PORT": str(port),
    }


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
