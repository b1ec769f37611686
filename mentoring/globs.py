"""Whether a path of a repository is meant by a pattern such as `django/db/**`, in a time nobody can drive up."""

import re
from collections.abc import Collection, Sequence
from fnmatch import translate
from functools import lru_cache

ANY_DEPTH = "**"


def matches(path: str, patterns: Collection[str]) -> bool:
    """Whether one of the patterns means the path. `*` and `?` stay within a name, `**` stands for any number of them.

    Upper and lower case differ, and a leading dot is like any other character.
    """
    names = path.split("/")
    return any(_matches(names, _parts(pattern)) for pattern in patterns)


def _matches(names: Sequence[str], parts: Sequence[re.Pattern[str] | None]) -> bool:
    """Name by name, with every place in the pattern where one may be by then: no way is tried twice.

    A single regular expression for `**/a/**/a/**/b` takes hours on a long path without `b`.
    """
    last = parts[-1]
    if last is not None and not last.match(names[-1]):
        return False  # most patterns end here
    places = _with_skips({0}, parts)
    for name in names:
        after = set()
        for place in places:
            part = parts[place] if place < len(parts) else _NOTHING
            if part is None:
                after |= {place, place + 1}
            elif part.match(name):
                after.add(place + 1)
        places = _with_skips(after, parts)
        if not places:
            return False
    return len(parts) in places


def _with_skips(places: set[int], parts: Sequence[re.Pattern[str] | None]) -> set[int]:
    """`**` may also stand for nothing, but not at the end: a folder is not what is in it."""
    found = set(places)
    for place in sorted(places):
        while place < len(parts) - 1 and parts[place] is None:
            place += 1
            found.add(place)
    return found


_NOTHING = re.compile(r"(?!)")


@lru_cache(maxsize=4096)
def _parts(pattern: str) -> tuple[re.Pattern[str] | None, ...]:
    parts = re.sub(r"(?:(?<=/)|^)\*\*/(?:\*\*/)+", "**/", pattern).replace("**/**", "**").split("/")
    # `fnmatch` makes expressions that never go back over a `*`.
    return tuple(None if part == ANY_DEPTH else re.compile(translate(part)) for part in parts)
