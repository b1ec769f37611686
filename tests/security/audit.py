"""Asks a vulnerability service about every pinned package: `python -m tests.security.audit [constraints.txt]`.

pip-audit takes a service that does not answer for one that knows nothing, and ends well. Here that is a failure:
whoever has no way to the service says so with LAMPLIGHTER_AUDIT=offline, and reads that nothing was checked.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass

import requests

OFFLINE = "LAMPLIGHTER_AUDIT"
SERVICES = {"pypi": "https://pypi.org/simple/pip/", "osv": "https://api.osv.dev/v1/vulns/PYSEC-2018-28"}
COMMAND = ("-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off", "--timeout", "10")
UNREACHABLE = (
    "NO PACKAGE WAS CHECKED for known vulnerabilities: no vulnerability service can be reached from here "
    f"(asked: {', '.join(SERVICES)}).\n"
)
HOW_TO_GO_ON = f"Check again where PyPI or OSV can be reached, or set {OFFLINE}=offline to go on without.\n"


@dataclass(frozen=True)
class Audited:
    """What a service said: the packages it knows holes of, and those it does not know at all."""

    holes: tuple[str, ...]
    unknown: tuple[str, ...]
    checked: int


def judge(answers: list[Audited | None], *, may_be_offline: bool) -> tuple[int, str]:
    """The exit status and what to print. `answers`: of each service asked, None where it could not be reached."""
    reached = [one for one in answers if one is not None and one.checked]
    if not reached:
        return (0, UNREACHABLE) if may_be_offline else (1, UNREACHABLE + HOW_TO_GO_ON)
    found = reached[0]
    if found.holes:
        return 1, "Known vulnerabilities:\n" + "".join(f"  {hole}\n" for hole in found.holes)
    if found.unknown:
        return 1, f"The service does not know {', '.join(found.unknown)}: a name or a version is wrong.\n"
    return 0, f"{found.checked} packages, no known vulnerability.\n"


def read(answer: str) -> Audited | None:
    """pip-audit's JSON; None if there is none."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    holes = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for one in packages
        for hole in one.get("vulns", ())
    ]
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    return Audited(tuple(holes), tuple(unknown), len(packages) - len(unknown))


def reachable(address: str) -> bool:
    """Whether anything answers there within five seconds: pip-audit asks again and again for a minute."""
    try:
        requests.head(address, timeout=5)
    except requests.RequestException:
        return False
    return True


def ask(service: str, file: str) -> Audited | None:
    if not reachable(SERVICES[service]):
        return None
    command = [sys.executable, *COMMAND, "--format", "json", "-s", service, "-r", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return read(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.security.audit", description=__doc__)
    parser.add_argument("file", nargs="?", default="constraints.txt")
    file = parser.parse_args().file
    answers: list[Audited | None] = []
    for service in SERVICES:
        answers.append(ask(service, file))
        if answers[-1] is not None and answers[-1].checked:
            break
    status, said = judge(answers, may_be_offline=os.environ.get(OFFLINE) == "offline")
    print(said, end="", file=sys.stderr if status or said == UNREACHABLE else sys.stdout)
    return status


if __name__ == "__main__":
    sys.exit(main())
