"""Says a difference between GitHub and the ledger in a plain line."""

from collections.abc import Mapping
from typing import Any

from adapters.ledger.rebuilding import Difference

Names = Mapping[int, str]

# What a row is, by its table.
_WHAT = {
    "mentorships": "the mentorship of {newcomer_id} with {mentor_id}",
    "starters": "the good first issue of {mentor_id}",
    "claims": "that {person_id} took the issue",
    "greetings": "that {person_id} was greeted",
    "authors": "that {person_id} has been here before",
    "invitations": "the invitation of {person_id} ({cohort})",
    "asks": "the answer of {person_id} ({ask})",
    "shares": "what {person_id} shares ({cohort})",
    "events": "the event {title}",
    "event_roles": "that {person_id} is {role} of an event",
    "cohorts": "that the graduates of {name} were asked",
    "digests": "the digest of {week}",
    "mentors": "{person_id} as a mentor",
    "notes": "how often was said: {kind}",
    "wins": "a win of {person_id}",
}
_PEOPLE = ("newcomer_id", "mentor_id", "second_id", "person_id")


def words(slug: str, one: Difference, names: Names) -> str:
    """Such as `octo/dome#12: missing: the mentorship of nadia with octocat`."""
    row = one.wanted._mapping
    where = f"{slug}#{row['number']}" if "number" in row and row["number"] else slug
    shown = {name: _say(name, value, names) for name, value in row.items()}
    what = _WHAT[one.compared.table.name].format(**shown)
    if one.known is None:
        return f"{where}: missing: {what}"
    known = one.known._mapping
    changes = (
        f"{_plain(name)} is {_say(name, row[name], names)} on GitHub, here {_say(name, known[name], names)}"
        for name in one.columns
    )
    return f"{where}: {what}: {', '.join(changes)}"


def _plain(column: str) -> str:
    return column.removesuffix("_id").replace("_", " ")


def _say(column: str, value: Any, names: Names) -> str:
    if value is None or (column in _PEOPLE and value == 0):
        return "nobody" if column in _PEOPLE else "not said"
    return names.get(value, f"person {value}") if column in _PEOPLE else str(value)
