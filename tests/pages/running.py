"""The whole App, started without credentials, as the README says it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import requests

from sandbox.demo.house import free_port
from sandbox.server import Server
from tests.pages.test_setup import VARIABLES

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0  # seconds; a quiet machine needs a few
BY_PYTHON = (sys.executable, str(ROOT / "app.py"))


class Running:
    """`python app.py`, or another command that runs it, in a folder of its own, with what it said."""

    def __init__(self, folder: Path, github: Server, command: Sequence[str] = BY_PYTHON) -> None:
        self.port, self.said = free_port(), folder / "said"
        unset = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        given = {"GITHUB_API_URL": github.url, "PORT": str(self.port)}
        if command is BY_PYTHON:
            given["PYTHONPATH"] = str(ROOT)  # its processes begin in the folder
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=folder, env=unset | given, stdout=output, stderr=output
            )

    def wait_for(self, condition: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, f"{what} did not happen:\n{self.said.read_text()}"
            time.sleep(0.05)
        return found

    def ask(self, path: str, method: str = "get") -> requests.Response | None:
        try:
            return requests.request(method, f"http://127.0.0.1:{self.port}{path}", timeout=10)
        except requests.ConnectionError:
            return None

    def link(self) -> str:
        found = self.wait_for(lambda: re.search(r"http\S+/setup\?token=\S+", self.said.read_text()), "a link")
        return str(found[0])

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
