"""The machine's own Chromium (Debian's package `chromium`), instead of one that Playwright would download."""

import shutil
from typing import Any

NO_BROWSER = "The pages are not tried in a browser: there is no chromium on this machine (Debian's package `chromium`)."


def launch_options() -> dict[str, Any] | None:
    """How Playwright starts it; None where there is none."""
    found = shutil.which("chromium")
    # Chromium's own sandbox wants rights that neither root nor a container has.
    return {"executable_path": found, "args": ["--no-sandbox", "--disable-dev-shm-usage"]} if found else None
