"""Fetches GitHub's published descriptions with npm, for the contract tests: `make contracts`."""

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent / "published"


class Source(NamedTuple):
    """One file we want, and the package that carries it."""

    package: str
    version: str
    member: str
    target: str

    @property
    def spec(self) -> str:
        return f"{self.package}@{self.version}"


SOURCES = (
    Source("@octokit/openapi", "23.0.2", "generated/api.github.com.json", "rest.json"),
    Source("@octokit/openapi-webhooks", "12.1.0", "generated/api.github.com.json", "webhooks.json"),
    Source("@octokit/webhooks-examples", "7.6.1", "api.github.com/index.json", "examples.json"),
)
STAMP = "".join(f"{source.target} {source.spec}\n" for source in SOURCES)


class FetchError(Exception):
    """Something the person at the keyboard can repair; its text says what."""


def is_fetched(folder: Path = HERE) -> bool:
    """Whether every file is there, at the versions named above."""
    stamp = folder / "VERSIONS"
    files_there = all((folder / source.target).is_file() for source in SOURCES)
    return files_there and stamp.is_file() and stamp.read_text() == STAMP


def find_npm() -> str:
    npm = shutil.which("npm")
    if npm is None:
        raise FetchError(
            "GitHub's descriptions are published as npm packages, and there is no npm on this machine. "
            "Install Node.js, or leave it: without them only the contract tests are skipped."
        )
    return npm


def pack(npm: str, source: Source, folder: Path) -> Path:
    """Downloads one package; `npm pack` of a published package runs none of its scripts."""
    command = [npm, "pack", source.spec, "--ignore-scripts", "--silent", "--pack-destination", str(folder)]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"npm did not fetch {source.spec} within ten minutes.") from error
    tarballs = list(folder.glob("*.tgz"))
    if done.returncode or len(tarballs) != 1:
        raise FetchError(f"npm could not fetch {source.spec}:\n{done.stderr.strip() or done.stdout.strip()}")
    return tarballs[0]


def take(tarball: Path, source: Source, target: Path) -> None:
    """Unpacks the one file we want, and refuses what is not JSON."""
    with tarfile.open(tarball) as archive:
        try:
            member = archive.extractfile(f"package/{source.member}")
        except KeyError:
            member = None
        if member is None:
            raise FetchError(f"{source.spec} no longer contains {source.member}.")
        content = member.read()
    json.loads(content)
    target.write_bytes(content)


def fetch(folder: Path = HERE) -> None:
    """Brings the files up to date; the stamp comes last, so that a half-done fetch is done again."""
    npm = find_npm()
    folder.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        print(f"  {source.spec} → {folder.name}/{source.target}", flush=True)
        with tempfile.TemporaryDirectory() as temporary:
            take(pack(npm, source, Path(temporary)), source, folder / source.target)
    (folder / "VERSIONS").write_text(STAMP)


def main() -> int:
    argparse.ArgumentParser(prog="python -m tests.contracts.fetch", description=__doc__).parse_args()
    if is_fetched():
        print("GitHub's published descriptions are already here.")
        return 0
    try:
        fetch()
    except FetchError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
