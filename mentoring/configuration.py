"""From the text of `.github/lamplighter.yml` to a program, or to sentences which say what to change where."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from pydantic import BaseModel, ValidationError

from mentoring.roster import (
    ODD_NAME,
    ODD_TEAM,
    Area,
    Ask,
    Cohort,
    Digest,
    FollowUp,
    Member,
    Misfits,
    Program,
    Team,
    Texts,
    hinted,
    is_language,
    is_plain,
    is_repository,
)
from mentoring.wording import Phrase, phrase, phrases
from mentoring.yaml12 import Document, Mark, Path, Unreadable, merge, quoted, read

FILE = ".github/lamplighter.yml"
EXTENDS = "_extends"
MOST_PROBLEMS = 50

_SECTIONS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Program,
    ("follow_up",): FollowUp,
    ("digest",): Digest,
    ("asks",): Ask,
    ("texts",): Texts,
    ("cohorts",): Cohort,
    ("cohorts", "members"): Member,
}
TEAMS = ("cohorts", "teams")
_WANTED = {
    "tuple_type": phrase("write a list, such as [one, two]"),
    "string_type": phrase("write text here, not a list or keys"),
    "model_type": phrase("write keys and values here"),
    "mapping_type": phrase("write keys and values here"),
    "dict_type": phrase("write keys and values here"),
}


@dataclass(frozen=True)
class Problem:
    """One thing to change. Line and column count from 1; the message is a sentence without a full stop."""

    line: int
    column: int
    message: str
    source: str = ""

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> Phrase:
        """The whole of it, with its place."""
        place = {"line": self.line, "column": self.column, "message": self.message}
        if not self.source:
            return phrase("line %(line)s, column %(column)s: %(message)s", **place)
        return phrase(
            "%(source)s, line %(line)s, column %(column)s: %(message)s", source=self.source, **place
        )


@dataclass(frozen=True)
class Parsed:
    """A program, or the problems that stand in its way; and which sources its name and its cohorts came from.

    `marks`: where each value stands, by its path, such as `("cohorts", 0, "members", 2, "login")`.
    `is_whole`: all files that it is made of were read. `spare`: the program in our words alone, where nothing but
    its own texts cannot be used; it serves in the place of a file that an older version took. `language`: the one it
    asks for, whatever else is wrong; None: nobody can tell.
    """

    program: Program | None
    problems: tuple[Problem, ...] = ()
    program_from: str | None = None
    cohorts_from: str | None = None
    marks: Mapping[Path, Mark] = field(default_factory=dict, compare=False)
    is_whole: bool = True
    spare: Program | None = field(default=None, compare=False)
    language: str | None = field(default=None, compare=False)


def parse(text: str) -> Parsed:
    """Read one file by itself. Never raises for what the text says."""
    return parse_layers([("", text)])


def parse_layers(layers: Sequence[tuple[str, str]]) -> Parsed:
    """Read files that build on each other: pairs of a source and its text, the nearest to the repository first.

    At least one. Never raises for what the texts say.
    """
    documents, unreadable = _read_all(layers)
    if unreadable:
        return Parsed(None, tuple(unreadable))
    found = [*_extends_problem(documents[0]), *_unknown_and_empty(reduce(merge, documents))]
    document = _without_extends(reduce(merge, documents))
    program, errors = _validated(document)
    sources = [source for source, _ in layers]
    problems = _reported([*found, *errors], document, sources)
    return Parsed(
        program=None if problems else program,
        problems=problems,
        program_from=_source_of("program", document),
        cohorts_from=_source_of("cohorts", document),
        marks=document.values,
        spare=_in_our_words(document) if problems else None,
        language=_language(document),
    )


def _language(document: Document) -> str | None:
    wanted = document.data.get("language", Program.model_fields["language"].default)
    return wanted if isinstance(wanted, str) and is_language(wanted) else None


def _in_our_words(document: Document) -> Program | None:
    data = {key: value for key, value in document.data.items() if key != "texts"}
    if len(data) == len(document.data):
        return None
    spared = Document(data, {path: mark for path, mark in document.keys.items() if path[0] != "texts"}, {})
    return None if any(_unknown_and_empty(spared)) else _validated(spared)[0]


def parse_alone(text: str, source: str = "") -> Parsed:
    """Read a file without the one it may build on: what that might bring in counts as right."""
    if extends_of(text) is None:
        return parse_layers([(source, text)])
    document = read(text, source)
    elsewhere = Document({"program": EXTENDS}, {}, {("program",): Mark(source, 1, 1)})
    whole = _without_extends(merge(document, elsewhere))
    program, errors = _validated(whole)
    if "areas" not in whole.data:
        errors = [one for one in errors if one.kind != "misfit" or "areas" not in one.path]
    problems = _reported([*_unknown_and_empty(document), *errors], whole, [source])
    return Parsed(None if problems else program, problems, marks=whole.values, is_whole=False)


def extends_of(text: str) -> str | None:
    """The `owner/repository` this file builds on; None without one, or when it cannot be read."""
    try:
        wanted = read(text).data.get(EXTENDS)
    except Unreadable:
        return None
    return wanted if isinstance(wanted, str) and is_repository(wanted) else None


def _read_all(layers: Iterable[tuple[str, str]]) -> tuple[list[Document], list[Problem]]:
    documents, problems = [], []
    for source, text in layers:
        try:
            documents.append(read(text, source))
        except Unreadable as error:
            problems.append(_problem(error.mark, error.sentence))
    return documents, problems


def _without_extends(document: Document) -> Document:
    data = {key: value for key, value in document.data.items() if key != EXTENDS}
    return Document(data, document.keys, document.values)


def _source_of(key: str, document: Document) -> str | None:
    return document.keys[(key,)].source if key in document.data else None


@dataclass(frozen=True)
class _Error:
    """What is wrong, not yet put into words: wording is worth its time only for what is reported."""

    kind: str
    path: Path
    value: Any = None
    sentence: str = ""


def _extends_problem(document: Document) -> Iterator[_Error]:
    wanted = document.data.get(EXTENDS)
    if wanted is not None and not (isinstance(wanted, str) and is_repository(wanted)):
        yield _Error("value_error", (EXTENDS,), wanted, phrase("write owner/repository"))


def _unknown_and_empty(document: Document) -> Iterator[_Error]:
    """A key nobody knows is a mistake even where nothing stands behind it; the model never gets to see it."""
    for path in document.keys:
        if _section(path) and path[-1] not in _known_keys(path) and _is_absent(path, document):
            yield _Error("extra_forbidden", path)
        elif (
            path[0] == "areas"
            and len(path) == 2
            and _is_absent(path, document)
            and not is_plain(str(path[1]))
        ):
            yield _Error("misfit", path, None, ODD_NAME)
        elif _is_team(path) and _is_absent(path, document) and not is_plain(str(path[-1])):
            yield _Error("misfit", path, None, ODD_TEAM)


def _is_team(path: Path) -> bool:
    return tuple(step for step in path[:-1] if isinstance(step, str)) == TEAMS


def _is_absent(path: Path, document: Document) -> bool:
    there: Any = document.data
    for step in path[:-1]:
        there = there[step]
    return path[-1] not in there


def _validated(document: Document) -> tuple[Program | None, list[_Error]]:
    try:
        return Program.model_validate(document.data), []
    except ValidationError as invalid:
        return None, [error for found in invalid.errors(include_url=False) for error in _errors(found)]


def _errors(found: Any) -> Iterator[_Error]:
    cause = found.get("ctx", {}).get("error")
    if isinstance(cause, Misfits):
        yield from (
            _Error("misfit", (*found["loc"], *path), None, sentence) for path, sentence in cause.found
        )
    elif cause:
        yield _Error("value_error", found["loc"], found["input"], str(cause))
    elif found["type"] == "literal_error":
        yield _Error("value_error", found["loc"], found["input"], _choices(found["ctx"]["expected"]))
    else:
        sentence = _WANTED.get(found["type"], phrase("this cannot be used here"))
        yield _Error(found["type"], found["loc"], found["input"], sentence)


def _choices(expected: str) -> Phrase:
    """`expected`: as pydantic lists what a key may be, such as `'a', 'b' or 'c'`."""
    some, _, last = expected.replace("'", "").rpartition(" or ")
    return (
        phrase("write %(some)s or %(last)s", some=some, last=last)
        if some
        else phrase("write %(last)s", last=last)
    )


def _reported(errors: list[_Error], document: Document, sources: list[str]) -> tuple[Problem, ...]:
    """The problems in the order of the files, the nearest file first; of very many only the first."""

    def position(marked: tuple[Mark, _Error]) -> tuple[int, int, int]:
        mark = marked[0]
        return sources.index(mark.source), mark.line, mark.column

    marked = sorted(((_mark(error, document), error) for error in errors), key=position)
    problems = [_problem(mark, _message(error)) for mark, error in marked[:MOST_PROBLEMS]]
    if len(marked) > MOST_PROBLEMS:
        more = len(marked) - MOST_PROBLEMS
        problems.append(
            _problem(
                marked[MOST_PROBLEMS][0],
                phrases(
                    "from here on there is %(count)s more problem",
                    "from here on there are %(count)s more problems",
                    more,
                ),
            )
        )
    return tuple(problems)


def _problem(mark: Mark, message: str) -> Problem:
    return Problem(mark.line, mark.column, message, mark.source)


def _mark(error: _Error, document: Document) -> Mark:
    on_its_key = error.kind in ("extra_forbidden", "missing") and error.path in document.keys
    return document.keys[error.path] if on_its_key else document.mark_of(error.path)


def _message(error: _Error) -> str:
    key = next((step for step in reversed(error.path) if isinstance(step, str)), "")
    if error.kind == "missing":
        return phrase("the key `%(key)s` is missing", key=key)
    if error.kind == "extra_forbidden":
        return hinted(phrase("unknown key %(key)s", key=quoted(key)), key, _known_keys(error.path))
    if error.value is None and error.kind != "misfit":
        return phrase("%(key)s: this entry is empty", key=quoted(key))
    said = {"key": quoted(key), "sentence": error.sentence}
    # What is written there, where it is short enough to be recognized.
    if isinstance(error.value, str) and 0 < len(error.value.strip()) <= 40:
        return phrase("%(key)s: %(sentence)s (it says %(value)s)", **said, value=quoted(error.value))
    return phrase("%(key)s: %(sentence)s", **said)


def _known_keys(path: Path) -> list[str]:
    model = _section(path) or Program
    names = [info.alias or name for name, info in model.model_fields.items()]
    return [*names, EXTENDS] if model is Program else names


def _section(path: Path) -> type[BaseModel] | None:
    """What the key at this path is one of; None for the name of an area or a team, and for what nobody knows."""
    if path[0] == "areas" and len(path) > 1:
        return Area if len(path) == 3 else None
    steps = tuple(step for step in path[:-1] if isinstance(step, str))
    return Team if steps[:2] == TEAMS and len(steps) == 3 else _SECTIONS.get(steps)
