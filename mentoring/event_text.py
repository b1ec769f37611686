"""The words of an event: its issue, the reminder a few days before, and the question how it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mentoring.actions import (
    LATER,
    SOON,
    Close,
    Comment,
    OpenIssue,
    Retitle,
    Retract,
    Rewrite,
    RewriteIssue,
    Text,
    Thread,
    effect,
)
from mentoring.event import ROLES, TASKS
from mentoring.roster import Program
from mentoring.showcase import parts


@dataclass(frozen=True)
class Planned:
    """An event as its issue shows it. `begins_at` is by the program's clock; logins are those of people to be named."""

    title: str
    begins_at: datetime
    timed: bool = False
    organizer: str | None = None
    roles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    done: Sequence[str] = ()
    cancelled: bool = False
    result: str | None = None
    came: int | None = None
    firsts: int | None = None


def issue_key(home_id: int, repository_id: int, number: int, comment_id: int | None) -> str:
    """Names an event by the text that asked for it, so that it is the same after the loss of a database."""
    return effect(f"repo {home_id}", "event", f"{repository_id}-{number}-{comment_id or 0}")


def opened(program: Program, home_id: int, key: str, planned: Planned) -> OpenIssue:
    """The issue, which is opened once."""
    title = _title(planned.title)
    return OpenIssue(home_id, "event", key, title, _text(program, planned), urgency=SOON)


def rewritten(program: Program, home_id: int, key: str, planned: Planned) -> RewriteIssue:
    """The issue after something about it changed."""
    return RewriteIssue(home_id, "event", key, _text(program, planned), urgency=SOON)


def retitled(home_id: int, key: str, title: str) -> Retitle:
    """The issue after its title named somebody who asked to be forgotten."""
    return Retitle(home_id, key, _title(title), LATER)


def closed(home_id: int, key: str) -> Close:
    """The issue of an event that does not take place."""
    return Close(Thread(home_id, opened_by=key), LATER)


def reminder(program: Program, home_id: int, key: str, planned: Planned) -> Comment | None:
    """To whoever has a role, once; None: nobody has one."""
    people = sorted({login for logins in planned.roles.values() for login in logins}, key=str.lower)
    if not people:
        return None
    values = _shown(program, planned)
    values |= {
        "holders": people,
        "open": not all(values["roles"].values()),
        "left": not all(values["done"].values()),
    }
    thread, key = Thread(home_id, opened_by=key), effect(key, "event_reminder")
    return Comment(thread, "event_reminder", key, Text("comments/event_reminder", values), LATER)


def question(home_id: int, key: str, planned: Planned) -> Comment:
    """How it was, once: to whoever takes the notes, else to whoever opened the event."""
    who = next(iter(planned.roles.get("notes", ())), planned.organizer)
    text = Text("comments/event_result", {"asked": who, "title": planned.title})
    return Comment(Thread(home_id, opened_by=key), "event_result", effect(key, "event_result"), text, LATER)


def requestion(home_id: int, key: str, planned: Planned) -> Rewrite:
    """The question after somebody in it asked to be forgotten: to nobody."""
    text = Text("comments/event_result", {"asked": None, "title": planned.title})
    return Rewrite(Thread(home_id, opened_by=key), "event_result", effect(key, "event_result"), text, LATER)


def remind_anew(program: Program, home_id: int, key: str, planned: Planned) -> Rewrite | Retract:
    """The reminder after its event was moved; it goes where there is nobody, or nothing, to remind of."""
    said = None if planned.cancelled else reminder(program, home_id, key, planned)
    return Rewrite(said.thread, said.kind, said.key, said.text, LATER) if said else unremind(home_id, key)


def unremind(home_id: int, key: str) -> Retract:
    """Takes the reminder back, which names people."""
    return Retract(Thread(home_id, opened_by=key), effect(key, "event_reminder"), LATER)


def _title(title: str) -> Text:
    return Text("issues/event_title", {"title": title})


def _text(program: Program, planned: Planned) -> Text:
    values = {
        "program": program.name,
        "noun": program.mentor_noun,
        "organizer": planned.organizer,
        "cancelled": planned.cancelled,
        "result": parts(planned.result) if planned.result else None,
        "came": planned.came,
        "firsts": planned.firsts,
    }
    return Text("issues/event", values | _shown(program, planned))


def _shown(program: Program, planned: Planned) -> dict[str, Any]:
    return {
        "title": planned.title,
        "day": planned.begins_at,
        "timed": planned.timed,
        "timezone": program.timezone,
        "roles": {one: list(planned.roles.get(one, ())) for one in ROLES},
        "done": {one: one in planned.done for one in TASKS},
    }
