"""Python imports this first where PYTHONPATH names this folder: a real process, in which steps can be fatal."""

import os

if os.environ.get("LAMPLIGHTER_ORDERS"):
    from tests.faults import fate

    fate.install()
