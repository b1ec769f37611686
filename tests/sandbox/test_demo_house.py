"""The demo: its App is led nowhere else by a checkout's `.env`, goes by the demo's clock, and its digest can be read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from adapters.settings import VARIABLES
from sandbox.demo.clock import CHECKOUT
from sandbox.demo.house import AppProcess
from sandbox.demo.reading import folded
from sandbox.registration import register
from sandbox.world import World


def test_every_variable_is_the_demos_own(tmp_path: Path) -> None:
    """The process's environment outweighs `.env`, an empty variable too."""
    process = AppProcess(register(World(), "a secret"), "http://127.0.0.1:9", tmp_path)
    assert {variable.name for variable in VARIABLES} <= set(process.environment)


def test_what_is_folded_away_is_one_line_in_the_terminal() -> None:
    text = "above\n\n<details>\n<summary>3 more</summary>\n\nhidden\n<details>\n<summary>in it</summary>\n</details>\n</details>\n\nbelow"
    assert " ".join(folded(text).split()) == "above *▸ 3 more* below"


MOVE = """
import datetime, pathlib, subprocess, sys, time
from sandbox.demo.clock import Clock
clock = Clock(pathlib.Path(sys.argv[1]))
now = datetime.datetime.now(datetime.UTC)
assert abs(now.timestamp() - time.time()) < 60
clock.move(now + datetime.timedelta(days=7))
print((datetime.datetime.now(datetime.UTC) - now).days)
print(subprocess.run([sys.executable, "-c", "import time; print(time.time())"], env=clock.environment,
    capture_output=True, text=True, check=True).stdout.strip())
print(now.timestamp())
"""


def test_weeks_pass_for_everybody_who_goes_by_the_clock(tmp_path: Path) -> None:
    """In a process of its own: its clock stays where it was moved to."""
    command = [sys.executable, "-c", MOVE, str(tmp_path / "clock")]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    days, child, begun = done.stdout.split()
    assert days == "7"
    assert (float(child) - float(begun)) // 86400 == 7
