"""Keeps what the App needs to act in `.env`: readable by its owner alone, all or nothing, every other line as it was."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dotenv.parser import parse_stream

MODE = 0o600


def keep(path: Path, values: Mapping[str, str]) -> None:
    """Writes the values into the file, each on the line where its name stood, or at the end.

    Raises OSError if it cannot be written: then it is as it was. A link is followed; the file it leads to is replaced.
    """
    path = path.resolve()
    text = "".join(_lines(path, dict(values)))
    descriptor, name = tempfile.mkstemp(prefix=".env-", dir=path.parent)  # with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), MODE)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)  # noqa: PTH105 - says what it does
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def lines(values: Mapping[str, str]) -> list[str]:
    """The values as they stand in such a file; in single quotes neither a shell nor dotenv changes anything."""
    return [f"{name}='{_escaped(value)}'\n" for name, value in values.items()]


def _escaped(value: str) -> str:
    one_line = value.strip().replace("\n", "\\n")  # as the settings read a key
    if "'" in one_line:
        raise ValueError("a value with a quote in it")
    return one_line


def _lines(path: Path, values: dict[str, str]) -> list[str]:
    found, new = [], dict(zip(values, lines(values), strict=True))
    if path.exists():
        with path.open(encoding="utf-8") as stream:
            for binding in parse_stream(stream):
                original = binding.original.string
                if binding.key not in values:
                    found.append(original)
                elif binding.key in new:
                    found.append(_blank_before(original) + new.pop(binding.key))
    if found and not found[-1].endswith("\n"):
        found.append("\n")
    return [*found, *new.values()]


def _blank_before(original: str) -> str:
    """dotenv counts empty lines and comments as a part of nothing, but line ends before a name as a part of it."""
    return original[: len(original) - len(original.lstrip("\n"))]
