"""The ledger forgets: who asked is a keyed hash, and what waits about them does not outlive it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from adapters.ledger import Ledger, erasing, forgetting, inbox, outbox, people, unsaying
from adapters.ledger.inbox import Asked
from adapters.ledger.schema import forgotten, mentorships, metadata, secrets, starters
from adapters.ledger.schema import inbox as inbox_table
from adapters.ledger.schema import outbox as outbox_table

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OCTOCAT, HUBOT = 583231, 480938


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


# --- who asked ------------------------------------------------------------------------------------


def test_who_asked_is_known_again_and_nobody_else_is(connection: Connection) -> None:
    assert not forgetting.is_forgotten(connection, OCTOCAT)
    forgetting.forget(connection, OCTOCAT, ["octocat"], NOW)
    forgetting.forget(connection, OCTOCAT, ["octocat", "octo-cat"], NOW)
    assert forgetting.among(connection, [OCTOCAT, HUBOT]) == {OCTOCAT}
    assert forgetting.logins_among(connection, ["OctoCat", "octo-cat", "hubot"]) == {"octocat", "octo-cat"}
    assert forgetting.among(connection, []) == set()


def test_what_is_kept_of_them_is_a_hash_that_depends_on_a_key(connection: Connection) -> None:
    forgetting.forget(connection, OCTOCAT, [], NOW)
    (first,) = connection.execute(select(forgotten.c.person)).scalars()
    assert len(first) == 64
    connection.execute(secrets.update().values(value="00" * 32))
    assert not forgetting.is_forgotten(connection, OCTOCAT)
    forgetting.forget(connection, OCTOCAT, [], NOW)
    (other,) = set(connection.execute(select(forgotten.c.person)).scalars()) - {first}
    assert len(other) == 64


def test_who_was_forgotten_is_not_recorded_again(connection: Connection) -> None:
    forgetting.forget(connection, OCTOCAT, ["octocat"], NOW)
    people.see(connection, OCTOCAT, "octocat")
    people.see(connection, HUBOT, "hubot")
    assert people.names(connection, [OCTOCAT, HUBOT]) == {HUBOT: "hubot"}


# --- what was decided -----------------------------------------------------------------------------


def test_others_keep_their_mentorships_without_them(connection: Connection) -> None:
    considered = [{"login": "octocat", "suitable": True, "because": []}, {"login": "hubot"}]
    given = {"repository_id": 42, "program_id": 1, "since": NOW, "turn_since": NOW}
    begun: list[dict[str, Any]] = [
        {
            "number": 1,
            "newcomer_id": 7,
            "mentor_id": OCTOCAT,
            "tried": [OCTOCAT, HUBOT],
            "reasons": considered,
        },
        {"number": 2, "newcomer_id": 7, "mentor_id": OCTOCAT, "closed_at": NOW},
        {"number": 3, "newcomer_id": 7, "mentor_id": HUBOT, "second_id": OCTOCAT},
        {"number": 4, "newcomer_id": OCTOCAT, "mentor_id": HUBOT},
        {
            "number": 5,
            "newcomer_id": 7,
            "mentor_id": HUBOT,
            "greeting": {"mentor_id": OCTOCAT, "draft": True},
        },
    ]
    for one in begun:
        connection.execute(insert(mentorships).values(given | one))
    named = {"repository_id": 42, "program_id": 1, "since": NOW, "mentor_id": OCTOCAT, "kind": "labelled"}
    connection.execute(insert(starters).values(named | {"number": 8}))
    people.see(connection, OCTOCAT, "octocat")
    known = erasing.known(connection, OCTOCAT, "Octocat")
    assert known.logins == {"octocat"}
    assert ({row.number for row in known.as_mentor}, [row.number for row in known.as_newcomer]) == (
        {1, 2, 3},
        [4],
    )
    erasing.erase(connection, OCTOCAT, known.logins)
    left = {row.number: row for row in connection.execute(select(mentorships))}
    assert {number: (row.mentor_id, row.second_id) for number, row in left.items()} == {
        1: (erasing.NOBODY, None),
        2: (None, None),
        3: (HUBOT, None),
        5: (HUBOT, None),
    }
    assert (left[1].tried, left[1].reasons) == ([HUBOT], [{"login": "hubot"}])
    assert left[5].greeting == {"mentor_id": None, "draft": True}
    assert connection.execute(select(starters.c.mentor_id)).scalar() == erasing.NOBODY


# --- what waits -----------------------------------------------------------------------------------

THEIRS = {"comment.user.id": OCTOCAT, "comment.user.login": "octocat", "comment.body": "/mentor me"}
OF_OTHERS = {"comment.user.id": HUBOT, "issue.user.id": OCTOCAT, "comment.body": "See @Octocat", "number": 3}
WAITING: list[tuple[str, Asked, dict[str, Any] | None]] = [
    ("what they wrote is done with", Asked("a", "commands", fields=THEIRS), None),
    (
        "what others wrote goes on without them",
        Asked("b", "commands", fields=OF_OTHERS),
        {"comment.user.id": HUBOT, "issue.user.id": 0, "comment.body": "See ghost", "number": 3},
    ),
    (
        "a moment of theirs does not come",
        Asked(f"clock:a:1:{OCTOCAT}:x", "a", fields={"person_id": OCTOCAT}),
        None,
    ),
    (
        "others of their group are asked",
        Asked("c", "invitations", fields={"people": [OCTOCAT, HUBOT]}),
        {"people": [0, HUBOT]},
    ),
]


@pytest.mark.parametrize(("asked", "left"), [row[1:] for row in WAITING], ids=[row[0] for row in WAITING])
def test_rows_of_the_inbox(connection: Connection, asked: Asked, left: dict[str, Any] | None) -> None:
    (row_id,) = inbox.put(connection, [asked], NOW)
    inbox.park(connection, row_id, NOW, "Refused: Octocat is blocked")
    unsaying.erase_from_inbox(connection, OCTOCAT, ["octocat"], NOW)
    (row,) = connection.execute(select(inbox_table))
    assert row.fields == (left or {})
    assert (row.done_at is None) == (left is not None)
    assert str(OCTOCAT) not in row.delivery
    assert "octocat" not in (row.note or "").lower()


def wait(connection: Connection, verb: str, key: str | None = None, **more: Any) -> int:
    """A write that waits; its id."""
    values = {"verb": verb, "key": key, "installation_id": 5, "repository_id": 42, "urgency": 0}
    values |= {
        "lane": "repo 42 · thread 12",
        "created_at": NOW,
        "due_at": NOW,
        "attempts": 0,
        "in_doubt": False,
    }
    outbox.put(connection, values | {"payload": {}, "replaces": None} | more)
    return int(
        connection.execute(select(outbox_table.c.id).order_by(outbox_table.c.id.desc())).scalars().first()
    )


def done(connection: Connection) -> dict[int, bool]:
    return {row.id: row.done_at is not None for row in connection.execute(select(outbox_table))}


def test_what_would_name_them_is_not_written_and_what_names_others_is(connection: Connection) -> None:
    assign = wait(connection, "assign", payload={"login": "Octocat"})
    label = wait(connection, "label", payload={"names": ["mentor: octocat"]})
    unlabel = wait(connection, "unlabel", payload={"name": "mentor: octocat"})
    digest = wait(
        connection, "open_issue", "the digest", payload={"body": "**octocat** waits", "of": "octocat"}
    )
    other = wait(connection, "assign", payload={"login": "octocat-two"})
    unsaying.erase_from_outbox(connection, ["octocat"], NOW)
    over = done(connection)
    assert (over[assign], over[label], over[unlabel], over[digest]) == (True, True, False, False)
    payload = connection.execute(select(outbox_table.c.payload).where(outbox_table.c.id == digest)).scalar()
    assert payload == {"body": "**ghost** waits", "of": "octocat"}
    assert not over[other]


def test_comments_to_them_lose_their_name_and_are_not_written_any_more(connection: Connection) -> None:
    theirs = wait(connection, "comment", f"repo 42 · thread 12 · path · person {OCTOCAT}")
    reminder = wait(connection, "comment", f"repo 1 · invitation · Autumn · person {OCTOCAT} · reminder")
    longer = wait(connection, "comment", f"repo 42 · thread 12 · path · person {OCTOCAT}9")
    said = unsaying.said_to(connection, OCTOCAT)
    assert {row.id for row in said} == {theirs, reminder}
    assert not any(str(OCTOCAT) in row.key for row in said)
    unsaying.never_say(connection, [row.key for row in said], NOW)
    assert done(connection) == {theirs: True, reminder: True, longer: False}


def test_what_is_said_once_on_a_thread_counts_as_said_when_it_was_taken_back(connection: Connection) -> None:
    thread = "repo 42 · thread 12"
    wait(connection, "comment", f"{thread} · merged · person 7 · person {OCTOCAT}", lane=thread)
    (said,) = unsaying.said_to(connection, OCTOCAT)
    assert "person" not in said.key
    assert outbox.is_said(connection, thread, f"{thread} · merged")
    assert not outbox.is_said(connection, thread, f"{thread} · path")


RECORDED: dict[str, dict[str, Any]] = {
    "greetings": {"repository_id": 1, "number": 1, "greeted_at": NOW},
    "contributions": {"repository_id": 1, "number": 1, "kind": "pull", "opened_at": NOW, "changed_at": NOW},
    "exit_answers": {"named": False, "asked_at": NOW},
    "wins": {"repository_id": 1, "number": 1, "text": "Mine", "said_at": NOW},
    "mentorships": {"repository_id": 1, "number": 1, "since": NOW, "kind": "pull", "merged": False},
}


@pytest.mark.parametrize("table", RECORDED)
def test_every_program_with_a_row_about_them_is_found_so_that_it_is_locked(
    connection: Connection, table: str
) -> None:
    whose = "newcomer_id" if table == "mentorships" else "person_id"
    values = RECORDED[table] | {"program_id": 101, whose: OCTOCAT}
    connection.execute(insert(metadata.tables[table]).values(values))
    assert erasing.known(connection, OCTOCAT, "octocat").programs == {101}


def test_the_comments_of_a_thread_but_for_some_kinds(connection: Connection) -> None:
    for kind in ("welcome", "introduction", "introduction · 2", "help", "refusal · 99"):
        wait(connection, "comment", f"repo 42 · thread 12 · {kind}")
    wait(connection, "comment", "repo 42 · thread 120 · welcome", lane="repo 42 · thread 120")
    kinds = ["welcome", "introduction", "introduction · 2", "refusal · 99"]
    said = unsaying.said_on(connection, (42, 12), ["help"])
    assert said == [f"repo 42 · thread 12 · {kind}" for kind in kinds]
