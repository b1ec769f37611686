"""GitHub's published descriptions, as questions: is this request, response or webhook one of GitHub's?"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.contracts import known_defects
from tests.contracts.operations import JSON, Operation, Operations, Query, query_problems
from tests.contracts.schemas import Schemas, pointer_to

ERRORS_ANYWHERE = {400, 401, 403, 404, 409, 410, 422, 429}
REDIRECTS = {301, 307}
NOTHING = (None, "", b"")


class Published:
    """The three files of one folder; every check answers with a list of problems, empty when all is well."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rest = Schemas(known_defects.repaired(self._load("rest.json")))
        self.webhooks = Schemas(self._load("webhooks.json"))
        self.operations = Operations(self.rest)

    def _load(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def check_request(self, method: str, path: str, query: Query = None, body: object = None) -> list[str]:
        """Whether GitHub documents this request; the body is decoded JSON, None when there is none."""
        operation = self.operations.find(method, path)
        if isinstance(operation, str):
            return [operation]
        problems = query_problems(self.rest, operation, query) + self._body_problems(operation, body)
        return known_defects.without(operation.name, problems)

    def _body_problems(self, operation: Operation, body: object) -> list[str]:
        request = self.rest.resolve(operation.node.get("requestBody", {}))
        if not request:
            return [] if body in (None, {}) else ["body: GitHub takes none here"]
        if body is None:
            return ["body: GitHub requires one"] if request.get("required") else []
        if JSON not in request["content"]:
            return []
        pointer = operation.pointer + pointer_to("requestBody", "content", JSON, "schema")
        schema = request["content"][JSON]["schema"]
        return self.rest.problems(pointer, body) + self.rest.unknown_fields(schema, body)

    def check_response(self, method: str, path: str, status: int, body: object = None) -> list[str]:
        """Whether GitHub documents this answer to this request."""
        operation = self.operations.find(method, path)
        if isinstance(operation, str):
            # That the path is unknown is the request's problem; saying so with a 404 is right.
            return error_problems(status, body) if status == 404 else [operation]
        return known_defects.without(operation.name, self._answer_problems(operation, status, body))

    def _answer_problems(self, operation: Operation, status: int, body: object) -> list[str]:
        if status >= 400 or status in REDIRECTS:
            problems = error_problems(status, body)
            if problems:
                return problems
        documented = operation.node["responses"].get(str(status))
        if documented is None:
            anywhere = status in ERRORS_ANYWHERE | REDIRECTS or status >= 500
            return [] if anywhere else [f"status {status} is not documented for {operation.name}"]
        return self._content_problems(documented, operation, status, body)

    def _content_problems(
        self, node: dict[str, Any], operation: Operation, status: int, body: object
    ) -> list[str]:
        content = self.rest.resolve(node).get("content")
        if not content:
            return [] if status >= 300 or body in NOTHING else [f"status {status} comes without a body"]
        if JSON not in content:
            return []
        pointer = operation.pointer + pointer_to("responses", str(status))
        if "$ref" in node:
            pointer = node["$ref"].removeprefix("#")
        return self.rest.problems(pointer + pointer_to("content", JSON, "schema"), body)

    def check_webhook(self, event: str, action: str | None, payload: object) -> list[str]:
        """Whether GitHub documents this payload for this event."""
        key = self._webhook_key(event, action)
        if key is None:
            return [f"{event}.{action}: GitHub documents no such event"]
        pointer = pointer_to("webhooks", key, "post", "requestBody", "content", JSON, "schema")
        return known_defects.without(f"webhook {event}", self.webhooks.problems(pointer, payload))

    def _webhook_key(self, event: str, action: str | None) -> str | None:
        known = self.webhooks.document["webhooks"]
        candidates = (
            f"{event}-{action}".replace("_", "-"),
            event.replace("_", "-"),
            known_defects.SPELLED.get(event),
        )
        return next((key for key in candidates if key in known), None)

    def examples(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The published example payloads, each with its event."""
        events: Iterable[dict[str, Any]] = self._load("examples.json")
        return ((event["name"], payload) for event in events for payload in event["examples"])


def error_problems(status: int, body: object) -> list[str]:
    """Every error and redirect is an object with a message; only a 5xx may come as a page from a proxy."""
    if status >= 500 and isinstance(body, str | None):
        return []
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        return []
    return [f"status {status} comes with an object that has a 'message', not {str(body)[:80]!r}"]
