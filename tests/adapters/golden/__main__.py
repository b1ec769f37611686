"""`.venv/bin/python -m tests.adapters.golden` writes the golden files."""

import argparse

from tests.adapters.golden import write
from tests.adapters.said import SAID

argparse.ArgumentParser(prog="python -m tests.adapters.golden", description=__doc__).parse_args()
write(SAID)
