"""Checks recorded requests, such as the sandbox's access log, against GitHub's published descriptions.

In a journey: `assert request_problems(world.requests) == []`. Without the descriptions there is nothing to check
against, and the list is empty; where LAMPLIGHTER_TESTS_REQUIRE names `contracts` that is an error instead.
"""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Protocol

from tests.contracts import fetch
from tests.contracts.published import Published, Query

MISSING = "GitHub's published descriptions are not here: `make contracts` fetches them (needs npm)."
# What a browser asks for on github.com is no part of the API.
NOT_THE_API = ("/login/", "/settings/", "/organizations/")


class Recorded(Protocol):
    """One request; the body is decoded JSON, None when there was none."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> Query: ...
    @property
    def body(self) -> object: ...


class Missing(Exception):
    """The descriptions have not been fetched, and somebody insists on them."""


def is_required() -> bool:
    return "contracts" in os.environ.get("LAMPLIGHTER_TESTS_REQUIRE", "")


@cache
def load(folder: Path = fetch.HERE) -> Published | None:
    """The descriptions, read once; None when they were not fetched."""
    if fetch.is_fetched(folder):
        return Published(folder)
    if is_required():
        raise Missing(MISSING)
    return None


def request_problems(requests: Iterable[Recorded]) -> list[str]:
    """What GitHub would not understand, each kind of mistake once, in the order of the requests."""
    published = load()
    if published is None:
        return []
    asked = (request for request in requests if not request.path.startswith(NOT_THE_API))
    return list(dict.fromkeys(text for request in asked for text in problems_of(published, request)))


def problems_of(published: Published, request: Recorded) -> list[str]:
    problems = published.check_request(request.method, request.path, request.query, request.body)
    return [f"{request.method} {request.path}: {problem}" for problem in problems]
