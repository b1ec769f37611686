"""What `make check` finds: known holes in packages, and secrets that were committed by mistake."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.security.audit import HOW_TO_GO_ON, UNREACHABLE, Audited, judge, read

ROOT = Path(__file__).parents[2]
HOOK = Path(sys.executable).with_name("detect-secrets-hook")

GOOD, HOLE, UNKNOWN = Audited((), (), 99), Audited(("a 1: CVE-1",), (), 99), Audited((), ("a",), 98)
NOTHING = Audited((), ("a", "b"), 0)
JUDGED = [
    ("all is well", [GOOD], False, 0, "99 packages, no known vulnerability.\n"),
    ("the second service answers", [NOTHING, GOOD], False, 0, "99 packages, no known vulnerability.\n"),
    ("a hole", [HOLE], True, 1, "Known vulnerabilities:\n  a 1: CVE-1\n"),
    ("a hole, told by the second", [None, HOLE], False, 1, "Known vulnerabilities:\n  a 1: CVE-1\n"),
    (
        "a package nobody knows",
        [UNKNOWN],
        True,
        1,
        "The service does not know a: a name or a version is wrong.\n",
    ),
    ("no service", [None, None], False, 1, UNREACHABLE + HOW_TO_GO_ON),
    ("a service that knows nothing", [NOTHING, None], False, 1, UNREACHABLE + HOW_TO_GO_ON),
    ("no service, as expected", [NOTHING, None], True, 0, UNREACHABLE),
]


@pytest.mark.parametrize(
    ("answers", "offline", "status", "said"), [row[1:] for row in JUDGED], ids=[r[0] for r in JUDGED]
)
def test_what_the_audit_makes_of_the_answers(
    answers: list[Audited | None], offline: bool, status: int, said: str
) -> None:
    assert judge(answers, may_be_offline=offline) == (status, said)


def test_the_audit_reads_what_pip_audit_writes() -> None:
    """As pip-audit 2.10 prints it."""
    hole = {"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}
    given = [
        {"name": "a", "version": "1.0", "vulns": [hole]},
        {"name": "b", "version": "1.0", "vulns": []},
        {"name": "c", "skip_reason": "Dependency not found on PyPI and could not be audited: c (1.0)"},
    ]
    answer = json.dumps({"dependencies": given, "fixes": []})
    assert read(answer) == Audited(("a 1.0: PYSEC-1, mended in 2.0",), ("c",), 2)
    assert read("") is None and read("Traceback") is None and read("{}") is None


# --- secrets --------------------------------------------------------------------------------------

PLANTED = {
    "a GitHub token": 'TOKEN = "ghs_9fK2mQ7xW4vB1nT8zR5cY3jL6hD0pGsA1eUi"',  # pragma: allowlist secret
    "a private key": "-----BEGIN RSA PRIVATE KEY-----",  # pragma: allowlist secret
    "a password": 'DATABASE_URL = "postgresql://lamp:tR5cY3jL6h@db/lamp"',  # pragma: allowlist secret
    "a webhook secret": 'webhook_secret = "9fK2mQ7xW4vB1nT8zR5c"',  # pragma: allowlist secret
}


@pytest.mark.parametrize("line", PLANTED.values(), ids=PLANTED)
def test_a_secret_that_is_committed_is_found(tmp_path: Path, line: str) -> None:
    shutil.copy(ROOT / ".secrets.baseline", tmp_path)
    (tmp_path / "planted.py").write_text(f"{line}\n", "utf-8")
    command = [str(HOOK), "--no-verify", "--baseline", ".secrets.baseline", "planted.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "planted.py:1" in done.stdout, done.stdout + done.stderr


def test_the_baseline_excuses_no_line_and_scans_ask_nobody() -> None:
    baseline = json.loads((ROOT / ".secrets.baseline").read_text("utf-8"))
    assert baseline["results"] == {}
    # Verifying would send what was found to whoever it may belong to.
    assert "--no-verify" in (ROOT / "Makefile").read_text("utf-8")
