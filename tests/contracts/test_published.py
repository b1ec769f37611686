"""The checks against GitHub's descriptions can fail, and pass what GitHub itself published."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contracts import fetch, recorder
from tests.contracts.published import Published

ISSUES = "/repos/octo/lamps/issues"
LABELS = f"{ISSUES}/3/labels"

GOOD_REQUESTS = {
    "an issue": ("POST", ISSUES, None, {"title": "Light it", "labels": ["good first issue"]}),
    "by repository id": (
        "GET",
        "/repositories/42/issues",
        {"state": "all", "per_page": "100", "creator": "x"},
        None,
    ),
    "the repository by id": ("GET", "/repositories/42", None, None),
    "on GitHub Enterprise Server": ("GET", "/api/v3/repos/octo/lamps", None, None),
    "query as text": ("GET", ISSUES, "state=closed&page=2", None),
    "labels as an object": ("POST", LABELS, None, {"labels": ["ORM"]}),
    "labels as a bare list": ("POST", LABELS, None, ["ORM"]),
    "labels set to nothing": ("PUT", LABELS, None, {"labels": []}),
    "a path within a path": (
        "GET",
        "/repos/octo/lamps/contents/.github/lamplighter.yml",
        {"ref": "main"},
        None,
    ),
    "an encoded name": ("DELETE", f"{LABELS}/good%20first%20issue", None, None),
    "null where allowed": ("PATCH", f"{ISSUES}/3", None, {"title": None, "state": "closed"}),
}

BAD_REQUESTS = {
    "no title": ("POST", ISSUES, None, {"body": "…"}, "'title' is a required property"),
    "no body": ("POST", ISSUES, None, None, "GitHub requires one"),
    "body where none belongs": ("GET", ISSUES, None, {"state": "open"}, "takes none"),
    "misspelled field": (
        "POST",
        ISSUES,
        None,
        {"title": "x", "lables": []},
        "does not know the field 'lables'",
    ),
    "misspelled inner field": (
        "POST",
        "/repos/octo/lamps/check-runs",
        None,
        {"name": "x", "head_sha": "y", "output": {"title": "a", "summary": "b", "txt": "c"}},
        "$.output: GitHub does not know the field 'txt'",
    ),
    "numbers as labels": ("POST", LABELS, None, [1, 2], "$[0]: 1 is not of type 'string'"),
    "no label": ("POST", LABELS, None, {"labels": []}, "non-empty"),
    "unknown state": ("PATCH", f"{ISSUES}/3", None, {"state": "shut"}, "'shut' is not one of"),
    "unknown reaction": ("POST", f"{ISSUES}/3/reactions", None, {"content": "thumbsup"}, "is not one of"),
    "unknown path": ("GET", "/repos/octo/lamps/mentors", None, None, "no path like"),
    "number that is none": ("GET", f"{ISSUES}/first", None, None, "no path like"),
    "unknown method": ("PUT", ISSUES, None, {}, "not the method PUT"),
    "query of the wrong type": ("GET", ISSUES, {"per_page": "many"}, None, "'many', not integer"),
    "query outside its values": ("GET", ISSUES, {"state": "merged"}, None, "'merged', not"),
    "unknown query": ("GET", ISSUES, {"author": "x"}, None, "does not know 'author'"),
    "required query missing": ("GET", "/search/issues", None, None, "'q' is required"),
}

BAD_RESPONSES = {
    "empty issue": ("POST", ISSUES, 201, {}, "'number' is a required property"),
    "undocumented status": ("POST", ISSUES, 202, {}, "status 202 is not documented"),
    "error without message": ("GET", ISSUES, 404, {}, "has a 'message'"),
    "body where none belongs": ("GET", "/repos/octo/lamps/assignees/x", 204, {"a": 1}, "without a body"),
    "label that is a text": ("GET", LABELS, 200, ["ORM"], "$[0]: 'ORM' is not of type 'object'"),
    "unknown path": ("GET", "/mentors", 200, {}, "no path like"),
}


@pytest.mark.parametrize("request_", GOOD_REQUESTS.values(), ids=GOOD_REQUESTS)
def test_a_documented_request_passes(published: Published, request_: tuple) -> None:
    assert published.check_request(*request_) == []


@pytest.mark.parametrize("request_", BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_a_wrong_request_is_told(published: Published, request_: tuple) -> None:
    *request, expected = request_
    assert expected in "\n".join(published.check_request(*request))


@pytest.mark.parametrize("response", BAD_RESPONSES.values(), ids=BAD_RESPONSES)
def test_a_wrong_response_is_told(published: Published, response: tuple) -> None:
    *answer, expected = response
    assert expected in "\n".join(published.check_response(*answer))


def test_published_example_answers_pass(published: Published) -> None:
    examples = published.rest.document["components"]["examples"]
    for method, path, status, example in (
        ("POST", ISSUES, 201, "issue"),
        ("POST", f"{ISSUES}/3/comments", 201, "issue-comment"),
        ("GET", LABELS, 200, "label-items"),
        ("GET", f"{ISSUES}/3/events", 200, "issue-event-for-issue-items"),
        ("GET", "/app", 200, "integration"),
    ):
        assert published.check_response(method, path, status, examples[example]["value"]) == [], example


@pytest.mark.parametrize("status", [401, 403, 404, 409, 410, 422, 429, 500, 502])
def test_errors_are_allowed_anywhere(published: Published, status: int) -> None:
    error = {"message": "No", "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    assert published.check_response("PATCH", f"{ISSUES}/3", status, error) == []


def test_most_example_webhooks_pass(published: Published) -> None:
    """Not all: the examples are years older than the schemas, which have gained required properties."""
    problems = [
        published.check_webhook(event, body.get("action"), body) for event, body in published.examples()
    ]
    assert len(problems) == 329
    assert problems.count([]) > 200
    assert "no such event" not in str(problems)


def test_a_wrong_webhook_is_told(published: Published) -> None:
    assert "no such event" in published.check_webhook("issues", "enlightened", {})[0]
    assert "'issue' is a required property" in "\n".join(published.check_webhook("issues", "opened", {}))


def test_old_or_missing_files_are_fetched_again(tmp_path: Path) -> None:
    assert not fetch.is_fetched(tmp_path)
    for source in fetch.SOURCES:
        (tmp_path / source.target).write_text("{}")
    (tmp_path / "VERSIONS").write_text(fetch.STAMP.replace("23.0.2", "22.0.0"))
    assert not fetch.is_fetched(tmp_path)
    (tmp_path / "VERSIONS").write_text(fetch.STAMP)
    assert fetch.is_fetched(tmp_path)


def test_without_npm_a_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(fetch.FetchError, match="no npm on this machine"):
        fetch.fetch(tmp_path / "published")


@dataclass(frozen=True)
class Line:
    """A line of an access log."""

    method: str
    path: str
    query: str = ""
    body: object = None


def test_recorded_requests_are_checked(published: Published) -> None:
    wrong = Line("POST", ISSUES, body={"body": "…"})
    good = [Line("GET", ISSUES, "state=open"), Line("POST", "/login/oauth/access_token")]
    assert recorder.request_problems([*good, wrong, wrong]) == [
        "POST /repos/octo/lamps/issues: $: 'title' is a required property"
    ]


def test_descriptions_can_be_required(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LAMPLIGHTER_TESTS_REQUIRE", "postgres,contracts")
    with pytest.raises(recorder.Missing, match="make contracts"):
        recorder.load(tmp_path)
    monkeypatch.setenv("LAMPLIGHTER_TESTS_REQUIRE", "postgres")
    assert recorder.load(tmp_path) is None
