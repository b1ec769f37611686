"""Records: the few facts beside our marker, from which a lost ledger is built again."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

MOST_CLAIMS = 20  # of one issue, the newest
_MARKER = re.compile(
    r"<!-- lamplighter:(?P<kind>[a-z_]+) (?P<key>[^\n]+?) -->"
    r"(?:\n<!-- lamplighter-record (?P<record>\{[^\n]*\}) -->)?\s*\Z"
)
# None of them means anything in JSON outside of its texts, where each may be written as an escape. So nothing
# in a record ends the HTML comment, mentions anybody or refers to anything.
_UNSAFE = re.compile(r"[-<>&@#`]")


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, (int, float)):
        raise ValueError("a moment is a number of seconds")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("no such moment") from error


Moment = Annotated[
    datetime, BeforeValidator(_moment), PlainSerializer(lambda moment: round(moment.timestamp(), 3))
]
Person = Annotated[int, Field(gt=0)]
Number = Annotated[int, Field(gt=0, lt=2**31)]


class _Record(BaseModel):
    """Older and newer versions of Lamplighter may know other facts: what is unknown is left aside."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class MentorshipRecord(_Record):
    """A mentorship as it was when the comment was written. People are ids, moments are in UTC."""

    kind: Literal["pull", "claim", "asked"] = "pull"
    newcomer: Person
    mentor: Person | None = None
    second: Person | None = None
    starter: Number | None = None
    since: Moment
    answer_by: Moment | None = None
    answered: Moment | None = None
    turn: Literal["newcomer", "mentor", "maintainers"] = "mentor"
    turn_since: Moment | None = None
    newcomer_at: Moment | None = None
    helped_at: Moment | None = None
    step: Annotated[int, Field(ge=0, le=3)] = 0
    reminded: Moment | None = None
    handed_over: Moment | None = None
    areas: tuple[str, ...] = ()
    language: str | None = None
    # Of a welcome, so that it can be written anew:
    deciding: str | None = None  # None: it was begun without one
    area: str | None = None
    draft: bool = False
    late: bool = False  # a person was faster
    first: bool = True  # whether the mentor is the one of the welcome


class StarterRecord(_Record):
    """A good first issue with its mentor."""

    mentor: Person | None = None
    kind: Literal["starter", "labelled"] = "labelled"
    since: Moment
    dropped: Moment | None = None


class ClaimRecord(_Record):
    """Who took an issue, and what became of it."""

    person: Person
    at: Moment
    released: Moment | None = None
    why: Literal["said", "silent", "closed", "linked"] | None = None
    pull: Number | None = None
    assigned: bool = False


class Record(_Record):
    """What one comment or issue of ours knows."""

    mentorship: MentorshipRecord | None = None
    starter: StarterRecord | None = None
    claims: tuple[ClaimRecord, ...] = ()
    asked: tuple[Person, ...] = ()  # the graduates who were asked in an issue


@dataclass(frozen=True)
class Marked:
    """What the end of a text of ours says of it; without a record where there is none, or a broken one."""

    kind: str
    key: str
    record: Record | None = None
    broken: bool = False


def hide(record: Record) -> str:
    """The line that stands below the marker."""
    facts = record.model_dump(mode="json", exclude_defaults=True)
    text = json.dumps(facts, separators=(",", ":"), ensure_ascii=True)
    return f"<!-- lamplighter-record {_UNSAFE.sub(_escape, text)} -->"


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def find(body: str) -> Marked | None:
    """What the last lines of a text say; None: it has no marker there. Who wrote it is for the caller to know."""
    found = _MARKER.search(body.replace("\r\n", "\n"))
    if found is None:
        return None
    key = " · ".join(unquote(part) for part in found["key"].split(" · "))
    if found["record"] is None:
        return Marked(found["kind"], key)
    try:
        return Marked(found["kind"], key, Record.model_validate_json(found["record"]))
    except ValidationError:
        return Marked(found["kind"], key, broken=True)


def without(body: str) -> str:
    """A text of ours without its record."""
    start = body.rfind("\n<!-- lamplighter-record ")
    return body if start < 0 else body[:start]
