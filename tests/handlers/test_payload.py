"""Payloads: what is read of them is what they say, and nothing else is made of them."""

import json
from typing import Any

import pytest

from handlers import Event, fields, payload, routes_for
from tests.contracts.published import Published


def asked(event: Event) -> list[tuple[str, dict[str, Any]]]:
    """The jobs an event asks for, and what each of them is given."""
    return [(route.job, route.fields(event)) for route in routes_for(event)]


def test_of_every_example_of_githubs_the_same_is_asked(published: Published) -> None:
    for name, example in published.examples():
        body = json.dumps(example).encode()
        read = Event(name, "guid", payload.read(body))
        assert asked(read) == asked(Event(name, "guid", example))
        assert read.thread == Event(name, "guid", example).thread


def test_of_what_nobody_asks_for_nothing_is_made() -> None:
    body = {"action": "opened", "issue": {"number": 3, "title": "x", "user": {"id": 1, "site_admin": False}}}
    kept = {"action": "opened", "issue": {"number": 3, "user": {"id": 1}}}
    assert payload.read(json.dumps(body).encode()) == kept


@pytest.mark.parametrize(
    "odd",
    [
        {"issue": "none"},
        {"issue": [1, 2]},
        {"sender": 3},
        {"commits": {"added": []}},
        {"commits": ["abc"]},
        {"repository": {"id": [1]}},
        {"comment": {"user": None, "body": 3}},
        [],
        "text",
        None,
    ],
    ids=str,
)
def test_something_else_in_a_fields_place_is_read_as_it_is(odd: Any) -> None:
    assert payload.read(json.dumps(odd).encode()) == odd


def test_halves_of_characters_are_read() -> None:
    assert payload.read(b'{"comment": {"body": "\\ud83d"}}') == {"comment": {"body": "\ud83d"}}


def test_whole_numbers_are_whole_however_large() -> None:
    read = payload.read(b'{"sender": {"id": %d}}' % 2**70)
    assert read == {"sender": {"id": 2**70}}


@pytest.mark.parametrize("body", [b"", b"{", b'{"ref": NaN}', b'{"ref": 1e5000}', b"{} {}", b'{"ref": "\n"}'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        payload.read(body)


def test_what_is_asked_for_as_a_whole_has_all_the_parts_that_are_looked_at() -> None:
    """Nothing else would notice one that is missing: they are asked for by no path of their own."""
    home = {"id": 1, "full_name": "a/b", "private": True, "default_branch": "main", "archived": True}
    body = {"repository": home, "commits": [{"added": ["a"], "modified": ["b"], "removed": ["c"]}]}
    read = payload.read(json.dumps(body).encode())
    assert read == body
    assert fields.repository(read["repository"]) == home


def test_a_field_that_nobody_reads_has_no_parts() -> None:
    assert payload.parts("issue.user.id") == ["issue", "user", "id"]
    with pytest.raises(LookupError):
        payload.parts("issue.title")
