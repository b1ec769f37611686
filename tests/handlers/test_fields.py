"""Fields that are not what GitHub sends: as good as missing, so that no job stumbles over them."""

from typing import Any

import pytest

from handlers import Event, routes_for
from handlers.fields import KINDS, repository, taken
from handlers.routes import ROUTES

GOOD = {"id": 7, "full_name": "a/b", "private": False, "default_branch": "main", "archived": False}


def test_every_field_that_is_kept_has_a_kind() -> None:
    assert {path.rpartition(".")[2] for route in ROUTES for path in route.keep} <= KINDS.keys()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("comment.user.id", 7),
        ("comment.user.login", "octocat"),
        ("comment.body", ""),
        ("comment.created_at", "2026-11-22T10:00:00Z"),
        ("review.submitted_at", "2026-11-22T10:00:00+02:00"),
        ("pull_request.draft", False),
        ("issue.pull_request", {"url": "https://example.org"}),
        ("repositories_added", [{"id": 7, "full_name": "a/b"}]),
    ],
)
def test_what_github_sends_is_taken_as_it_is(path: str, value: Any) -> None:
    assert taken(path, value) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *(("comment.user.id", odd) for odd in (0, -1, True, 1.0, "7", [7], {"id": 7}, 2**63, None)),
        *(("comment.user.login", odd) for odd in ("", 7, ["a"], "a\x00", "\ud800", "x" * 256)),
        *(("comment.created_at", odd) for odd in ("now", "2026-11-22T10:00:00", 7, "9" * 70_000)),
        *(("comment.body", odd) for odd in (7, ["/mentor help"], {})),
        *(("pull_request.draft", odd) for odd in (0, "false", [])),
        *(("repositories_removed", odd) for odd in (7, [7], [{"id": "7"}], {"id": 7})),
    ],
)
def test_anything_else_counts_as_missing(path: str, value: Any) -> None:
    assert taken(path, value) is None


def test_a_text_loses_what_no_database_holds() -> None:
    assert taken("comment.body", "a\x00b\ud800c") == "a\ufffdb?c"


def test_a_job_gets_only_fields_it_can_rely_on() -> None:
    payload = {
        "action": "opened",
        "sender": {"id": 7, "type": "User"},
        "pull_request": {"number": 3, "user": {"id": [7], "login": "octocat", "type": "User"}},
    }
    event = Event("pull_request", "guid", payload)
    (route,) = [route for route in routes_for(event) if route.job == "claimed_pull"]
    assert route.fields(event) == {"action": "opened"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "7"},
        {"full_name": ""},
        {"full_name": None},
        {"private": "no"},
        {"archived": 1},
        {"default_branch": []},
    ],
)
def test_a_repository_is_believed_only_as_a_whole(wrong: dict[str, Any]) -> None:
    assert repository(GOOD) == GOOD
    assert repository(GOOD | wrong) is None
