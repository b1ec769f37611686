"""`check-config`: the same sentences without GitHub, for people, editors and CI."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pages.check_config import check_config_command

ROOT = Path(__file__).parent.parent
GOOD = "program: X\nareas: {sky: {labels: [sky], team: Sky team}}\n"


def checked(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(check_config_command, list(arguments), input=given)


def test_a_file_that_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "lamplighter.yml"
    file.write_text(GOOD, "utf-8")
    found = checked(str(file))
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr.splitlines() == [
        f"{file}: it can be used.",
        "Not looked for, since that takes GitHub: whether its logins, labels and paths exist.",
    ]


WRITTEN = {
    b"program: X\norganisers: [a]\n": (
        1,
        ["<stdin>:2:1: unknown key `organisers`; did you mean `organizers`?"],
    ),
    b"program: X\nareas: {sky: {team: Sky}}\n": (
        0,
        ["<stdin>:2:14: warning: `sky` has neither paths nor labels, so nothing belongs to it"],
    ),
    b"": (1, ["<stdin>:1:1: the key `program` is missing"]),
    "program: Café\n".encode("latin-1"): (
        1,
        ["<stdin>:1:13: this is not UTF-8 text; save the file as UTF-8"],
    ),
    "program: X\n".encode("utf-16"): (1, ["<stdin>:1:1: this is not UTF-8 text; save the file as UTF-8"]),
    "\ufeff".encode() + GOOD.encode(): (0, []),
    b"a: &a [x]\nb: *a\n": (
        1,
        ["<stdin>:1:4: anchors (&) and aliases (*) are not read; write it out"],
    ),
    b"#" * 10_000_000: (1, ["<stdin>:1:1: the file is larger than 64 KiB"]),
    b"\x00" * 100: (1, ["<stdin>:1:1: a character that cannot be printed (U+0000)"]),
    b"program: X\n\x1b[31m: 1\n": (1, ["<stdin>:2:1: a character that cannot be printed (U+001B)"]),
}


@pytest.mark.parametrize("given", WRITTEN, ids=lambda given: ascii(given[:20]))
def test_what_comes_in(given: bytes) -> None:
    found = checked("-", given=given)
    assert (found.exit_code, found.stdout.splitlines()) == WRITTEN[given]


def test_a_file_that_builds_on_another_is_checked_with_or_without_it(tmp_path: Path) -> None:
    near, far = tmp_path / "near.yml", tmp_path / "far.yml"
    members = "members: [{login: octocat, areas: [sky]}]"
    near.write_text(
        f"_extends: octo/far\ncohorts: [{{name: A, starts: 2026-01-01, ends: 2026-01-02, {members}}}]\n"
    )
    alone = checked(str(near))
    assert (alone.exit_code, alone.stdout) == (0, "")
    assert "Not read: `_extends: octo/far`, on which it builds." in alone.stderr
    far.write_text("program: X\nareas: {ski: {labels: [ski]}}\nwrong: 1\n")
    together = checked(str(near), "--extends", str(far))
    assert together.exit_code == 1
    assert together.stdout.splitlines() == [
        f"{near}:2:94: `areas`: no area is called `sky`; did you mean `ski`?",
        f"{far}:3:1: unknown key `wrong`",
    ]
    assert "Not read" not in together.stderr


def test_a_file_that_is_not_there_is_another_matter() -> None:
    assert checked("nowhere.yml").exit_code == 2
    assert checked().exit_code == 2


def test_it_needs_neither_credentials_nor_a_database(tmp_path: Path) -> None:
    (tmp_path / "lamplighter.yml").write_text("progam: X\n")
    environment = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "LAMPLIGHTER_DATA_DIR": str(tmp_path / "nowhere" / "data"),
    }
    command = [
        sys.executable,
        "-m",
        "flask",
        "--app",
        "app",
        "check-config",
        str(tmp_path / "lamplighter.yml"),
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines() == [
        f"{tmp_path}/lamplighter.yml:1:1: the key `program` is missing",
        f"{tmp_path}/lamplighter.yml:1:1: unknown key `progam`; did you mean `program`?",
    ]
    assert not (tmp_path / "nowhere").exists()
