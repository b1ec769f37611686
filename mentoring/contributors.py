"""All-contributors: the line for its bot and the entry for its file, to be copied by people and never posted by us.

Specification: allcontributors.org, "Specification" and "Bot usage".
"""

import json
from collections.abc import Iterable, Sequence

from mentoring.wins import KINDS

PUBLIC = "https://github.com"
LEAST = "code"  # of whom no other contribution is known


def types(kinds: Iterable[str]) -> tuple[str, ...]:
    """What the specification calls these kinds of wins, each once, in the order of KINDS."""
    found = {kind.type for one in kinds if (kind := KINDS.get(one)) and kind.type}
    order = [kind.type for kind in KINDS.values() if kind.type in found]
    return tuple(one for one in order if one) or (LEAST,)


def line(login: str, types: Sequence[str]) -> str:
    """What somebody writes in a comment to have the bot add a person. Posted by us it would do so, unasked."""
    return f"@all-contributors please add @{login} for {', '.join(types)}"


def entry(html_url: str, person_id: int, login: str, types: Sequence[str]) -> str:
    """A person's entry in `.all-contributorsrc`, as JSON. `html_url`: of GitHub, or of the server that is used."""
    pictures = "https://avatars.githubusercontent.com" if html_url == PUBLIC else f"{html_url}/avatars"
    person = {
        "login": login,
        "name": login,  # the only name we know of them
        "avatar_url": f"{pictures}/u/{person_id}?v=4",
        "profile": f"{html_url}/{login}",
        "contributions": list(types),
    }
    return json.dumps(person, indent=2)
