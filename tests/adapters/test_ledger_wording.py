"""Wording in the ledger: a reason that was kept can be said in any language, however long ago that was."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Text, cast, select

from adapters.ledger import Ledger, mentorships
from adapters.ledger.schema import starters
from adapters.texts import translated
from mentoring.languages import name_of
from mentoring.wording import Phrase, phrase, phrases

ON_BOTH = True
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPEAKS = phrase("speaks %(language)s", language=name_of("it"))
AWAY = phrases("%(count)s away", "%(count)s away", 12_040)


@pytest.fixture
def connection(shared_ledger: Ledger) -> Iterator[Connection]:
    with shared_ledger.engine.connect() as opened:
        yield opened
        opened.rollback()


def kept(connection: Connection, reasons: Any) -> Any:
    values = {"program_id": 1, "repository_id": 42, "number": 7, "mentor_id": 3, "kind": "labelled"}
    mentorships.put_starter(connection, values | {"since": NOW, "reasons": reasons})
    row = mentorships.starter(connection, 42, 7)
    assert row is not None
    return row.reasons


def test_a_reason_is_said_in_another_language_after_it_was_kept(connection: Connection) -> None:
    (considered,) = kept(connection, [{"login": "octocat", "suitable": True, "because": (SPEAKS, AWAY)}])
    assert considered["login"] == "octocat" and considered["suitable"] is True
    assert considered["because"] == ["speaks Italian", "12,040 away"]
    assert [translated(one, "es") for one in considered["because"]] == [
        "habla italiano",
        "12.040 que no están estos días",
    ]


def test_a_phrase_within_a_phrase_is_kept(connection: Connection) -> None:
    (one,) = kept(connection, [phrase("%(mistake)s, as in `/mentor later 3 weeks`.", mistake=SPEAKS)])
    assert isinstance(one, Phrase) and isinstance(one.values["mistake"], Phrase)
    assert translated(one, "es") == "habla italiano, como en `/mentor later 3 weeks`."


def test_plain_words_of_before_stay_what_they_were(connection: Connection) -> None:
    assert kept(connection, ["helps 0 of 2"]) == ["helps 0 of 2"]
    assert translated(kept(connection, ["helps 0 of 2"])[0], "es") == "helps 0 of 2"
    assert kept(connection, None) is None and kept(connection, []) == []


def test_what_is_kept_is_plain_json(connection: Connection) -> None:
    kept(connection, [SPEAKS])
    (text,) = connection.execute(select(cast(starters.c.reasons, Text))).scalars()
    assert json.loads(text) == [
        {
            "one": "speaks %(language)s",
            "other": None,
            "number": None,
            "values": {"language": {"language": "it"}},
        }
    ]
