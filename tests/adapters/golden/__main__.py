"""`.venv/bin/python -m tests.adapters.golden` writes the golden files."""

from tests.adapters.golden import write
from tests.adapters.said import SAID

write(SAID)
