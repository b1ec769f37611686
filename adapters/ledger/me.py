"""My page: what the ledger has of one person, for their own eyes."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, or_, select

from adapters.ledger import erasing
from adapters.ledger.schema import (
    inbox,
    invitations,
    logins,
    mentors,
    mentorships,
    outbox,
    people,
    praise,
    repositories,
    starters,
    wins,
)
from adapters.ledger.unsaying import mentions

MOST = 100  # threads on the page
# Of what waits to be handled or written, or was: that it is there. Its words may be others'.
IN_INBOX = ("job", "repository_id", "thread", "received_at", "done_at")
IN_OUTBOX = ("key", "verb", "repository_id", "created_at", "done_at")
SECRET = ("key_hash", "form_token")  # of a session: whoever has them is signed in


def programs_of(connection: Connection, person_id: int) -> list[int]:
    """The programs in which somebody was asked, or has said or been said something about mentoring."""
    said = select(mentors.c.program_id).where(mentors.c.person_id == person_id)
    asked = select(invitations.c.program_id).where(invitations.c.person_id == person_id)
    helps = select(mentorships.c.program_id).where(_helps(person_id), mentorships.c.closed_at.is_(None))
    praises = select(praise.c.program_id).where(praise.c.mentor_id == person_id, praise.c.said_at.is_(None))
    return sorted(connection.execute(said.union(asked, helps, praises)).scalars())


def helping(connection: Connection, person_id: int) -> Sequence[Row[Any]]:
    """Open threads on which somebody is the mentor or covers, who waits longest first; each with its repository."""
    mine = (_helps(person_id), mentorships.c.closed_at.is_(None))
    return connection.execute(_threads().where(*mine).order_by(mentorships.c.turn_since).limit(MOST)).all()


def as_newcomer(connection: Connection, person_id: int) -> Sequence[Row[Any]]:
    """The threads on which somebody was, or is, the newcomer; the first one first."""
    mine = mentorships.c.newcomer_id == person_id
    return connection.execute(_threads().where(mine).order_by(mentorships.c.since).limit(MOST)).all()


def _threads() -> Any:
    place = repositories
    columns = (place.c.full_name, place.c.private, place.c.installation_id)
    return select(mentorships, *columns).join(place, place.c.id == mentorships.c.repository_id)


def _helps(person_id: int) -> Any:
    helpers = (mentorships.c.mentor_id, mentorships.c.second_id, mentorships.c.beside_id)
    return or_(*(column == person_id for column in helpers))


def kept(connection: Connection, person_id: int, login: str) -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept about somebody, by table. What the same rows tell about others is left out."""
    names = sorted(erasing.known(connection, person_id, login).logins)
    found = {
        table.name: _rows(connection, table, table.c.person_id == person_id) for table in erasing.OF_PERSON
    }
    found["people"] = _rows(connection, people, people.c.id == person_id)
    by_name = or_(logins.c.person_id == person_id, logins.c.taken_by == person_id, logins.c.login.in_(names))
    found["logins"] = _rows(connection, logins, by_name)
    found["wins"] = _wins(connection, person_id)
    praised = or_(praise.c.newcomer_id == person_id, praise.c.mentor_id == person_id)
    found["praise"] = [
        _as_somebody(row, person_id, "newcomer_id", "mentor_id") for row in _rows(connection, praise, praised)
    ]
    found["starters"] = _rows(connection, starters, starters.c.mentor_id == person_id)
    theirs = or_(
        mentorships.c.newcomer_id == person_id,
        _helps(person_id),
        mentions(mentorships.c.reasons, names),
        mentions(mentorships.c.tried, [str(person_id)]),
    )
    rows = _rows(connection, mentorships, theirs)
    found["mentorships"] = [one for row in rows if (one := _of(row, person_id, names))]
    words = [*names, str(person_id)]
    in_inbox = _rows(connection, inbox, mentions(inbox.c.fields, words))
    found["inbox"] = [_some(row, IN_INBOX) for row in in_inbox if _names(row["fields"], words)]
    in_outbox = or_(*(mentions(outbox.c[name], words) for name in ("key", "payload")))
    to_write = _rows(connection, outbox, in_outbox)
    found["outbox"] = [
        _some(row, IN_OUTBOX) for row in to_write if _names([row["key"], row["payload"]], words)
    ]
    for row in found["sessions"]:
        for name in SECRET:
            del row[name]
    return {name: rows for name, rows in found.items() if rows}


def _wins(connection: Connection, person_id: int) -> list[dict[str, Any]]:
    """Wins of theirs or told by them. What somebody else told where they may not read has neither words nor a place."""
    rows = _rows(connection, wins, or_(wins.c.person_id == person_id, wins.c.told_by == person_id))
    places = select(repositories.c.id).where(
        repositories.c.id.in_([row["repository_id"] for row in rows]), ~repositories.c.private
    )
    public = set(connection.execute(places).scalars())
    for row in rows:
        if row["told_by"] not in (None, person_id) and row["repository_id"] not in public:
            row |= {"text": None, "repository_id": None, "number": None}
    return [_as_somebody(row, person_id, "person_id", "told_by") for row in rows]


def _as_somebody(row: dict[str, Any], person_id: int, *columns: str) -> dict[str, Any]:
    """A row that is about them and others: the other people in these columns are `somebody`."""
    shown = {name: row[name] if row[name] in (None, person_id) else "somebody" for name in columns}
    return row | shown


def _names(kept: Any, words: Iterable[str]) -> bool:
    """Whether one of the words stands there by itself."""
    either = "|".join(map(re.escape, words))
    return re.search(rf"(?<![\w-])(?:{either})(?![\w-])", json.dumps(kept), re.IGNORECASE) is not None


def _some(row: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _rows(connection: Connection, table: Table, where: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(select(table).where(where))]


def _of(row: dict[str, Any], person_id: int, names: Iterable[str]) -> dict[str, Any] | None:
    """A mentorship as far as it is about them: the others in it are `somebody`."""
    reasons = _reasons(row, names)
    parts = ("newcomer_id", "mentor_id", "second_id", "beside_id")
    is_in = any(row[part] == person_id for part in parts) or person_id in (row["tried"] or ())
    if not (is_in or reasons):
        return None
    others = {part: row[part] if row[part] in (None, person_id) else "somebody" for part in parts}
    tried = [one for one in row["tried"] or () if one == person_id]
    return (
        {name: value for name, value in row.items() if name != "greeting"}
        | others
        | {
            "reasons": reasons,
            "tried": tried,
        }
    )


def _reasons(row: dict[str, Any], names: Iterable[str]) -> list[Any]:
    """Why they were chosen, or not."""
    return [one for one in row["reasons"] or () if str(one.get("login", "")).lower() in set(names)]
