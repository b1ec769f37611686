"""The outbox, first half: turns what a rule asks for into rows, in the transaction of its decision."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters import texts
from adapters.catalogues import can_say, of_thread, spoken
from adapters.ledger import languages, records
from adapters.ledger import outbox as rows
from mentoring.actions import (
    LATER,
    Action,
    Assign,
    Check,
    Close,
    Comment,
    Label,
    OpenIssue,
    React,
    Retitle,
    Retract,
    Rewrite,
    RewriteCheck,
    RewriteIssue,
    Text,
    Thread,
    Unassign,
    Unlabel,
)
from mentoring.text_kinds import OF_TEMPLATES


def put(
    connection: Connection,
    installation_id: int,
    actions: Iterable[Action],
    now: datetime,
    delivery: str | None = None,
) -> None:
    """Adds the actions, once for each effect. Texts are filled in here, with the facts of the decision.

    `delivery`: of the row of the inbox that asks for them.
    """
    for action in actions:
        values = _row(_in_its_language(connection, action))
        values |= {"installation_id": installation_id, "urgency": action.urgency, "delivery": delivery}
        values |= {"created_at": now, "due_at": now, "attempts": 0, "in_doubt": False}
        rows.put(connection, values)


def adopt(
    connection: Connection, installation_id: int, action: Action, result: dict[str, Any], now: datetime
) -> None:
    """Records that GitHub shows this effect already, as after the loss of a database."""
    values = _row(action) | {"installation_id": installation_id, "urgency": action.urgency}
    values |= {"created_at": now, "due_at": now, "attempts": 0, "in_doubt": False}
    rows.adopt(connection, values, result, now)


def adopt_shown(
    connection: Connection,
    installation_id: int,
    thread: Thread,
    key: str,
    result: dict[str, Any],
    at: datetime,
) -> None:
    """The same of a comment (or, with its `number` for a result, an issue) that only its marker is known of."""
    verb = "open_issue" if "number" in result else "comment"
    values: dict[str, Any] = {
        "verb": verb,
        "key": key,
        "replaces": None,
        "lane": thread.name,
        "urgency": LATER,
    }
    values |= {"installation_id": installation_id, "repository_id": thread.repository_id}
    values |= {"created_at": at, "due_at": at, "attempts": 1, "in_doubt": False}
    rows.adopt(connection, values, result, at)


# What says how a thread stands, and is written anew whenever that is decided otherwise.
_OF_MENTORSHIP = ("welcome", "introduction")
_OF_STARTER = ("good_first", "starter")


def seal(connection: Connection, said: Iterable[Action]) -> None:
    """Puts beside the markers what a lost ledger would need, once everything is decided (docs/adr/0010)."""
    for action in said:
        if isinstance(action, (Comment, Rewrite)) and action.thread.number:
            here = (action.thread.repository_id, action.thread.number)
            if action.kind in _OF_MENTORSHIP:
                records.attach(connection, records.of_mentorship(connection, here), **_which(action))
            elif action.kind in _OF_STARTER:
                records.attach(connection, records.of_starter(connection, here), **_which(action))
        elif isinstance(action, (OpenIssue, RewriteIssue)) and action.kind == "invitations":
            records.attach(connection, records.of_issue(connection, action.key), **_which(action))


def _which(action: Comment | Rewrite | OpenIssue | RewriteIssue) -> dict[str, str]:
    """How the row of a write is found that waits."""
    if isinstance(action, (Comment, OpenIssue)):
        return {"key": action.key}
    verb = "rewrite" if isinstance(action, Rewrite) else "rewrite_issue"
    return {"replaces": f"{verb} {action.key}"}


def _in_its_language(connection: Connection, action: Action) -> Action:
    """The action with each text in a language: its own, else the one asked for on the thread, else the program's."""
    given: Mapping[str, Any] = {one.name: getattr(action, one.name) for one in fields(action)}
    unsaid = {name: it for name, it in given.items() if isinstance(it, Text) and not it.language}
    if not unsaid:
        return action
    thread = given.get("thread")
    place, number = (thread.repository_id, thread.number) if thread else (given["repository_id"], None)
    known = languages.spoken(connection, place, number)
    language = of_thread(known.asked, known.language)
    # A program's own words are in its language: somebody who asked for another one reads ours.
    own = known.texts if not can_say(known.asked) or spoken(known.asked) == spoken(known.language) else {}
    said: dict[str, Any] = {
        name: replace(it, language=language, own=own.get(OF_TEMPLATES.get(it.template, "")))
        for name, it in unsaid.items()
    }
    return replace(action, **said)


def _row(action: Action) -> dict[str, Any]:
    return _ROWS[type(action)](action)


def _comment(action: Comment) -> dict[str, Any]:
    return _threaded(action, "comment", action.key, _body(action.kind, action.key, action.text))


def _rewrite(action: Rewrite) -> dict[str, Any]:
    payload = _body(action.kind, action.key, action.text) | {"of": action.key}
    return _threaded(action, "rewrite", None, payload) | {"replaces": f"rewrite {action.key}"}


def _retract(action: Retract) -> dict[str, Any]:
    return _threaded(action, "retract", None, {"of": action.key})


def _close(action: Close) -> dict[str, Any]:
    return _threaded(action, "close", None, {})


def _label(action: Label) -> dict[str, Any]:
    payload = {"names": list(action.names), "descriptions": dict(action.descriptions)}
    return _threaded(action, "label", None, payload)


def _unlabel(action: Unlabel) -> dict[str, Any]:
    return _threaded(action, "unlabel", None, {"name": action.name})


def _assign(action: Assign) -> dict[str, Any]:
    return _threaded(action, "assign", None, {"login": action.login})


def _unassign(action: Unassign) -> dict[str, Any]:
    return _threaded(action, "unassign", None, {"login": action.login})


def _react(action: React) -> dict[str, Any]:
    payload = {"content": action.content, "comment_id": action.comment_id}
    return _threaded(action, "react", None, payload)


def _threaded(action: Any, verb: str, key: str | None, payload: dict[str, Any]) -> dict[str, Any]:
    thread = action.thread
    return {
        "verb": verb,
        "key": key,
        "replaces": None,
        "repository_id": thread.repository_id,
        "lane": thread.name,
        "payload": {"number": thread.number, "opened_by": thread.opened_by} | payload,
    }


def _open_issue(action: OpenIssue) -> dict[str, Any]:
    body = _body(action.kind, action.key, action.text)
    payload: dict[str, Any] = {"title": texts.render_line(action.title), "labels": list(action.labels)}
    payload |= body
    return _of_repository(action.repository_id, "open_issue", action.key, action.key, payload)


def _rewrite_issue(action: RewriteIssue) -> dict[str, Any]:
    payload = _body(action.kind, action.key, action.text) | {"of": action.key}
    row = _of_repository(action.repository_id, "rewrite_issue", None, action.key, payload)
    return row | {"replaces": f"rewrite_issue {action.key}"}


def _retitle(action: Retitle) -> dict[str, Any]:
    payload = {"title": texts.render_line(action.title), "of": action.key}
    row = _of_repository(action.repository_id, "retitle", None, action.key, payload)
    return row | {"replaces": f"retitle {action.key}"}


def _check(action: Check) -> dict[str, Any]:
    language = action.text.language
    remarks = [
        [r.path, r.line, r.column, texts.translated(r.message, language), r.level] for r in action.remarks
    ]
    title = texts.translated(action.title, language)
    payload = {"commit": action.commit, "title": title, "remarks": remarks}
    payload |= {"key": action.key, "summary": texts.render(action.text), "conclusion": action.conclusion}
    return _of_repository(action.repository_id, "check", action.key, action.key, payload)


def _rewrite_check(action: RewriteCheck) -> dict[str, Any]:
    payload = {"of": action.key, "title": texts.translated(action.title, action.text.language)}
    payload |= {"summary": texts.render(action.text), "details": texts.render(action.details)}
    row = _of_repository(action.repository_id, "rewrite_check", None, action.key, payload)
    return row | {"replaces": f"rewrite_check {action.key}"}


def _of_repository(
    repository_id: int, verb: str, key: str | None, lane: str, payload: dict[str, Any]
) -> dict[str, Any]:
    return {
        "verb": verb,
        "key": key,
        "replaces": None,
        "repository_id": repository_id,
        "lane": lane,
        "payload": payload,
    }


def _body(kind: str, key: str, text: Text) -> dict[str, Any]:
    marker = texts.marker(kind, key)
    return {"kind": kind, "marker": marker, "body": f"{texts.render(text)}\n\n{marker}"}


_ROWS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Comment: _comment,
    Rewrite: _rewrite,
    Retract: _retract,
    OpenIssue: _open_issue,
    RewriteIssue: _rewrite_issue,
    Retitle: _retitle,
    Close: _close,
    Label: _label,
    Unlabel: _unlabel,
    Assign: _assign,
    Unassign: _unassign,
    React: _react,
    Check: _check,
    RewriteCheck: _rewrite_check,
}
