"""GitHub for whoever may only read: no request changes anything, whatever is asked for."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from adapters.github import GitHub, Installation

Answer = tuple[dict[str, Any], Any]
View = Callable[[str, Mapping[str, Any], Any], Any]


class NotForWriting(Exception):
    """Something asked for a write where nothing may be written."""


def as_it_is(_path: str, _parameters: Mapping[str, Any], data: Any) -> Any:
    """The usual view."""
    return data


class OnlyReading(Installation):
    """An installation's client without the writes. `view`: shows an answer otherwise, e.g. as it was once."""

    def __init__(self, inner: Installation, view: View = as_it_is) -> None:
        super().__init__(inner._line)
        self._view = view

    def guarded(self, *_: object) -> "OnlyReading":
        return self

    def _ask(
        self,
        verb: str,
        path: str,
        parameters: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        if verb != "GET":
            raise NotForWriting(f"{verb} {path}")
        answer, data = self._read(path, parameters or {}, headers or {})
        return answer, self._view(path, parameters or {}, data)

    def _read(self, path: str, parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        return super()._ask("GET", path, parameters, headers)


class Remembering(OnlyReading):
    """What was read once is not asked for again, so that a long reading goes on where a limit stopped it.

    `go_on` is called before each request; what it raises stops the reading.
    """

    def __init__(
        self,
        inner: Installation,
        memory: "Memory",
        view: View = as_it_is,
        go_on: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(inner, view)
        self._memory = memory
        self._go_on = go_on

    def _read(self, path: str, parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        if headers:
            self._go_on()
            return super()._read(path, parameters, headers)
        name = f"{path} {json.dumps(dict(parameters), sort_keys=True)}"
        known = self._memory.get(name)
        if known is None:
            self._go_on()
            answer, data = super()._read(path, parameters, headers)
            known = {name: answer[name] for name in ("etag", "link") if name in answer}, data
            self._memory.keep(name, known)
        return known


class Memory:
    """The answers of one reading; with a file they outlive the process. `forget()` ends it."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[str, Answer] = {}
        if file is not None and file.exists():
            self._known = {name: (answer, data) for name, answer, data in _lines(file)}

    def get(self, name: str) -> Answer | None:
        return self._known.get(name)

    def keep(self, name: str, answer: Answer) -> None:
        self._known[name] = answer
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch(mode=0o600)  # private repositories' texts are in it
            with self._file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps([name, *answer]) + "\n")

    def forget(self) -> None:
        self._known = {}
        if self._file is not None:
            self._file.unlink(missing_ok=True)


def _lines(file: Path) -> list[list[Any]]:
    """Whatever was written to the end: a process that died in the middle left half a line."""
    found = []
    for line in file.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found


class ReadingGitHub(GitHub):
    """The App at GitHub, for reading. `wrap` makes each client one that only reads."""

    def __init__(self, real: GitHub, wrap: Callable[[Installation], Installation] = OnlyReading) -> None:
        super().__init__(real.settings, real._now)
        self._real = real
        self._wrap = wrap

    def installation(self, installation_id: int) -> Installation:
        if installation_id not in self._installations:
            self._installations[installation_id] = self._wrap(self._real.installation(installation_id))
        return self._installations[installation_id]

    @property
    def app(self) -> Installation:
        return OnlyReading(self._real.app)

    @property
    def slug(self) -> str:
        return self._real.slug
