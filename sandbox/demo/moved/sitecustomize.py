"""Python imports this first where PYTHONPATH names this folder: a process of the demo, whose clock can be moved."""

import os
from pathlib import Path

if file := os.environ.get("SANDBOX_CLOCK"):
    from sandbox.demo.clock import follow

    follow(Path(file))
