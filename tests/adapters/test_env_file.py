"""Credentials in `.env`: all or nothing, for its owner alone, and nothing else is touched."""

import os
import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values

from adapters.env_file import keep, lines

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE+/=\nabc\n-----END RSA PRIVATE KEY-----\n"  # pragma: allowlist secret


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_a_new_file_is_for_its_owner_alone(file: Path) -> None:
    previous = os.umask(0)  # not even where everything may be read by everybody
    try:
        keep(file, {"A": "1", "KEY": KEY})
    finally:
        os.umask(previous)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().count("\n") == 2  # a key on one line, as every reader of such files understands
    assert dotenv_values(file)["KEY"] == KEY.strip().replace("\n", "\\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "A='1'\n"),
        ("A=\n", "A='1'\n"),
        ("# A=5\nB=2\n", "# A=5\nB=2\nA='1'\n"),
        ("B=2", "B=2\nA='1'\n"),
        ("A=5\nB=2\nA=6\n", "A='1'\nB=2\n"),
        ("export A=5\n", "A='1'\n"),
        ("A='5\n6'\nB=2\n", "A='1'\nB=2\n"),
        ("B=2\n\n\nA=5\n", "B=2\n\n\nA='1'\n"),
        ("AB=3\nBA=4\n", "AB=3\nBA=4\nA='1'\n"),
        ("what is this?\nA=5\n", "what is this?\nA='1'\n"),
    ],
)
def test_every_other_line_is_as_it_was(file: Path, before: str, after: str) -> None:
    file.write_text(before)
    keep(file, {"A": "1"})
    assert file.read_text() == after


def test_what_a_link_leads_to_is_replaced_and_the_link_stays(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "settings"
    elsewhere.parent.mkdir()
    elsewhere.write_text("B=2\n")
    file.symlink_to(elsewhere)
    keep(file, {"A": "1"})
    assert file.is_symlink() and elsewhere.read_text() == "B=2\nA='1'\n"


def test_where_nothing_can_be_written_all_is_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("B=2\n")

    def full(_descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep(file, {"A": "1"})
    assert [one.name for one in file.parent.iterdir()] == [".env"] and file.read_text() == "B=2\n"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        keep(tmp_path / "nowhere" / ".env", {"A": "1"})


def test_a_value_that_would_end_its_own_quotes_is_refused(file: Path) -> None:
    with pytest.raises(ValueError, match="quote"):
        lines({"A": "it's"})
