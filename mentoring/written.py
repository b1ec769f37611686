"""Written: how the values of the configuration are written, as JSON Schema tells it to editors.

Never narrower than the reader, which is what counts: it takes scalars as their text, while an editor sees numbers
and booleans. Where no pattern can tell a rule, the schema allows more. The patterns mean the same in JavaScript
and in Python.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import WithJsonSchema

TIMEZONE = "timezone"  # stands for the list, which is written once
TEXT = ["string", "number", "boolean"]  # what an editor takes for a number is text for us

_SPACE = " \\t\\n\\r\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
_LINE_END = "\\n\\r"  # where one of Unicode's others stands in a file, the reader folds it into a space
_S, _NO_S = f"[{_SPACE}]", f"[^{_SPACE}]"
_LETTER = "[^\\u0000-@\\[-`{-\\u007f]"  # more than letters, beyond ASCII


def node(regex: str, sentence: str, kinds: Sequence[str] = ("string",)) -> dict[str, Any]:
    """`sentence`: what editors that know it show instead of the pattern."""
    kind = kinds[0] if len(kinds) == 1 else list(kinds)
    return {"type": kind, "pattern": regex, "patternErrorMessage": sentence}


def pattern(regex: str, sentence: str, kinds: Sequence[str] = ("string",), **more: Any) -> WithJsonSchema:
    """The same, as the type of a key."""
    return WithJsonSchema(node(regex, sentence, kinds) | more)


def line(longest: int) -> WithJsonSchema:
    """Text on one line; what is around it does not count."""
    inside = f"(?:[^{_LINE_END}]{{0,{longest - 2}}}{_NO_S})?"
    return pattern(
        f"^{_S}*{_NO_S}{inside}{_S}*$", f"Write 1 to {longest} characters on one line.", kinds=TEXT
    )


def about(longest: int) -> WithJsonSchema:
    """Text of any lines, in which white space counts once."""
    each = f"(?:{_NO_S}|{_S}+(?={_NO_S}))"
    return pattern(f"^{_S}*{each}{{0,{longest}}}{_S}*$", f"Write at most {longest} characters.", kinds=TEXT)


def own_text(longest: int) -> WithJsonSchema:
    """Text of any lines, with placeholders in braces, and no brace that is none."""
    inside = r"(?:[^{}]|\{\{|\}\}|\{[^{}\n]{0,100}\})"
    return pattern(f"^{inside}{{1,}}$", f"Write at most {longest} characters.", kinds=TEXT, maxLength=longest)


def whole(lowest: int, highest: int) -> WithJsonSchema:
    """A whole number, both ends included."""
    numbers = "|".join(str(number) for number in range(lowest, highest + 1))
    more = {"minimum": lowest, "maximum": highest, "maxLength": 9}
    sentence = f"Write a whole number from {lowest} to {highest}."
    return pattern(f"^0*(?:{numbers})$", sentence, kinds=("integer", "string"), **more)


def words(choices: Sequence[str]) -> WithJsonSchema:
    """One of these, in any case."""
    anyhow = "|".join(map(_any_case, choices))
    return WithJsonSchema(
        {"type": "string", "anyOf": [{"enum": list(choices)}, {"pattern": f"^(?:{anyhow})$"}]}
    )


def duration(*, off: bool = False, zero: bool = True) -> WithJsonSchema:
    """`off`: or that word. `zero`: or no time at all."""
    short = [*"smhdw", "sec", "min"]
    units = [
        *short,
        *(f"{unit}{s}" for unit in ("second", "minute", "hour", "day", "week") for s in ("", "s")),
    ]
    count = "[0-9]{1,9}" if zero else "(?=[0-9]{1,9}(?![0-9]))0*[1-9][0-9]*"
    units.sort(key=len, reverse=True)
    regex = f"{_S}*{count}{_S}*(?:{'|'.join(map(_any_case, units))}){_S}*"
    return pattern(
        f"^(?:{regex}|off)$" if off else f"^{regex}$",
        "Write a duration such as 45s, 10m, 12h, 2d, 3w or 3 weeks.",
    )


def mentor_label(room: int) -> WithJsonSchema:
    """A label with one `{login}`. `room`: characters on either side of it."""
    around = f"[^{_LINE_END}]{{0,{room}}}"
    label = node(
        f"^{_S}*{around}\\{{login\\}}{around}{_S}*$",
        f"Write {{login}} exactly once, with at most {room} characters around it.",
    )
    return WithJsonSchema(label | {"not": {"pattern": "\\{login\\}[\\s\\S]*\\{login\\}"}})


def path(most: int) -> dict[str, Any]:
    """Beside being a line: at most so many `**`."""
    return {"not": {"type": "string", "pattern": f"(?:\\*\\*[\\s\\S]*?){{{most + 1}}}"}}


def _any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter}]" for letter in word)


LOGIN = pattern(
    "^(?=[A-Za-z0-9_-]{1,39}$)[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:_[A-Za-z0-9]+)?$",
    "Write a GitHub login, without @.",
    kinds=TEXT,
)
OF_REPOSITORY = node(
    "^[A-Za-z0-9][A-Za-z0-9_-]{0,38}/(?!\\.{1,2}$)[A-Za-z0-9_.-]{1,100}$", "Write owner/repository."
)
REPOSITORY = WithJsonSchema(OF_REPOSITORY)
LANGUAGE = pattern("^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$", "Write a language code such as en.")
NOUN = pattern(
    f"^{_S}*{_LETTER}+(?:[ '’-]{_LETTER}+)*{_S}*$",
    "Write words of letters, such as buddy.",
    kinds=("string", "boolean"),
)
AREA = pattern("^[^`]*$", "Write a name without backticks.", kinds=TEXT)
AREA_NAMES = {"pattern": f"^(?=[\\s\\S]*{_NO_S})[^`{_LINE_END}]{{1,50}}[{_LINE_END}]{{0,2}}$"}
CHANNEL = pattern(
    f'^{_any_case("https")}://[^<>"`\\\\{_SPACE}]+$',
    "Write an address that starts with https://.",
    maxLength=500,
)
DAY = pattern(
    "^20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$",
    "Write a date as year-month-day, such as 2026-11-02.",
)
INVITE = WithJsonSchema({"enum": ["auto", True, False, "true", "false"]})
YES_OR_NO = WithJsonSchema({"enum": [True, False, "true", "false"]})
TIME_ZONE = WithJsonSchema({"type": "string", "format": TIMEZONE})
