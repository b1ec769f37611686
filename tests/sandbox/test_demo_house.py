"""The demo's App: in a checkout that was set up for real, nothing of its `.env` may lead the demo elsewhere."""

from __future__ import annotations

from pathlib import Path

from adapters.settings import VARIABLES
from sandbox.demo.house import AppProcess
from sandbox.registration import register
from sandbox.world import World


def test_every_variable_is_the_demos_own(tmp_path: Path) -> None:
    """The process's environment outweighs `.env`, an empty variable too."""
    process = AppProcess(register(World(), "a secret"), "http://127.0.0.1:9", tmp_path)
    assert {variable.name for variable in VARIABLES} <= set(process.environment)
