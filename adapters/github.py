"""The connection to GitHub: one client for each installation, and what its answers mean for us."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Any

import requests
from github import GithubIntegration
from github.Auth import AppAuth
from github.GithubException import GithubException, RateLimitExceededException
from github.Requester import Requester

from adapters.settings import Settings

API_VERSION = "2022-11-28"
TIMEOUT = 15  # seconds
PER_PAGE = 100
# GitHub asks for at least a second between writes (docs: best practices for the REST API).
SECONDS_BETWEEN_WRITES = 1.0
SECONDARY_LIMIT = timedelta(seconds=60)  # "wait for at least one minute" where it names no time


class Trouble(Exception):
    """GitHub did not do what was asked."""


class Doubt(Trouble):
    """A passing failure after which we cannot know whether it was done: 5xx, a lost reply, a timeout."""


class Rejected(Doubt):
    """401: GitHub does not know our token, or its copies do not agree yet."""


class Missing(Trouble):
    """404 or 410: it is not there – or not there yet, if it is seconds old."""


class Refused(Trouble):
    """GitHub says no and will say no again."""


class Unavailable(Trouble):
    """The App is not installed there (any more): nothing can be done."""


class Suspended(Trouble):
    """The owner has suspended the installation: nothing can be done there for now."""


class Limited(Trouble):
    """A rate limit; GitHub did nothing."""

    def __init__(self, message: str, pause: timedelta, reset: datetime | None = None) -> None:
        super().__init__(message)
        self.pause = pause
        self.reset = reset

    def until(self, now: datetime) -> datetime:
        """When to come back."""
        return max(now + self.pause, self.reset or now)


class GitHub:
    """The App at GitHub. Its clients are kept, since each mints a token of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._installations: dict[int, Installation] = {}
        self._lock = threading.Lock()

    @cached_property
    def integration(self) -> GithubIntegration:
        """PyGithub's view of the App. It retries nothing: retries belong to the inbox and the outbox."""
        pause = 0 if self.settings.talks_to_this_machine else SECONDS_BETWEEN_WRITES
        assert self.settings.app_id and self.settings.private_key, "the App has no credentials"
        return GithubIntegration(
            auth=AppAuth(self.settings.app_id, self.settings.private_key),
            base_url=self.settings.api_url,
            user_agent="lamplighter",
            timeout=TIMEOUT,
            per_page=PER_PAGE,
            seconds_between_requests=None,
            seconds_between_writes=pause,
            api_version=API_VERSION,
        )

    def installation(self, installation_id: int) -> "Installation":
        """The client for one installation."""
        with self._lock:
            if installation_id not in self._installations:
                line = _Line(partial(self._connect, installation_id))
                self._installations[installation_id] = Installation(line)
            return self._installations[installation_id]

    def _connect(self, installation_id: int) -> Requester:
        return self.integration.get_github_for_installation(installation_id).requester

    def forget(self, installation_id: int) -> None:
        """Drops the client, and with it its token."""
        with self._lock:
            self._installations.pop(installation_id, None)

    @cached_property
    def slug(self) -> str:
        """The App's name in URLs and mentions; its bot's login is `slug[bot]`."""
        try:
            _, data = _request(self.integration.requester, "GET", "/app")
        except (Missing, Refused) as trouble:
            raise Doubt(f"the App's own name could not be read: {trouble}") from trouble
        return str(data["slug"])

    @property
    def bot(self) -> str:
        return f"{self.slug}[bot]"


class _Line:
    """An installation's connection, opened anew when GitHub no longer knows its token."""

    def __init__(self, connect: Callable[[], Requester]) -> None:
        self._connect = connect
        self.requester = connect()

    def reopen(self) -> None:
        self.requester = self._connect()

    def mint(self) -> None:
        """Mints a token where there is none or it is about to expire, to tell its refusal from others."""
        try:
            with _meaning():
                _ = self.requester.auth.token if self.requester.auth else None
        except Missing as error:
            raise Unavailable("the App is not installed there any more") from error


class Installation:
    """What the App can ask of GitHub in one installation.

    Paths rather than PyGithub's objects: those read an attribute that a response lacks with a further,
    invisible request, and take the redirect of a renamed repository (307) for success.
    """

    def __init__(self, line: _Line, guard: Callable[[], None] = lambda: None) -> None:
        self._line = line
        self._guard = guard

    def guarded(self, guard: Callable[[], None]) -> "Installation":
        """The same, calling `guard` before each request; what it raises stops the request."""
        return Installation(self._line, guard)

    def get(self, path: str, **parameters: Any) -> Any:
        return self._ask("GET", path, parameters)[1]

    def pages(self, path: str, **parameters: Any) -> Iterator[Any]:
        """A list, page by page, as long as somebody wants to read on."""
        following: str | None = path
        parameters |= {"per_page": PER_PAGE}
        while following:
            headers, items = self._ask("GET", following, parameters)
            yield items
            # GitHub asks to follow its links: not every list is numbered ("Using pagination in the REST API").
            following, parameters = self._next(headers.get("link", "")), {}

    def _next(self, link: str) -> str | None:
        """The path and query of the next page."""
        links = requests.utils.parse_header_links(link) if link else []
        url = next((one["url"] for one in links if one.get("rel") == "next"), None)
        if url is None:
            return None
        ours = self._line.requester.base_url.rstrip("/")
        if not url.startswith(f"{ours}/"):
            raise Refused("the next page of a list is not on our API's host")
        return str(url.removeprefix(ours))

    def get_changed(self, path: str, etag: str | None) -> tuple[str | None, Any] | None:
        """The new etag and content, or None if nothing changed since `etag` (which costs nothing)."""
        headers = {"If-None-Match": etag} if etag else {}
        answer, data = self._ask("GET", path, {}, headers)
        return None if data is NOT_MODIFIED else (answer.get("etag"), data)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._ask("POST", path, body=body)[1]

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._ask("PATCH", path, body=body)[1]

    def delete(self, path: str, body: Mapping[str, Any] | None = None) -> None:
        self._ask("DELETE", path, body=body)

    def _ask(
        self,
        verb: str,
        path: str,
        parameters: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> tuple[dict[str, Any], Any]:
        try:
            return self._ask_once(verb, path, parameters, headers, body)
        except Rejected:
            # The token was revoked, or expired by GitHub's clock before it did by ours. Nothing was done.
            self._line.reopen()
            return self._ask_once(verb, path, parameters, headers, body)

    def _ask_once(self, verb: str, path: str, *rest: Mapping[str, Any] | None) -> tuple[dict[str, Any], Any]:
        self._guard()
        self._line.mint()
        self._guard()  # a token may have taken as long as a request
        return _request(self._line.requester, verb, path, *rest)


NOT_MODIFIED = object()


def _request(
    requester: Requester,
    verb: str,
    path: str,
    parameters: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], Any]:
    with _meaning():
        status, answer, text = requester.requestJson(
            verb, path, dict(parameters or {}), dict(headers or {}), None if body is None else dict(body)
        )
        if status == 304:
            return answer, NOT_MODIFIED
        data = _json(text)
        if status >= 300:  # 307 too: a write on a renamed repository was not done
            raise Requester.createException(status, answer, data if isinstance(data, dict) else {})
        return answer, data


def _json(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        # A proxy's page instead of GitHub's answer, or an answer that was cut off.
        raise Doubt("the answer was not JSON") from error


class _meaning:
    """Turns what PyGithub and requests raise into what it means for us."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, requests.RequestException):
            raise Doubt(f"no answer from GitHub: {type(error).__name__}") from error
        if isinstance(error, GithubException):
            raise _meaning_of(error) from error


def _meaning_of(error: GithubException) -> Trouble:
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    said = (error.data or {}).get("message") if isinstance(error.data, dict) else None
    message = f"{error.status} {said or error.message or ''}".strip()
    exhausted = error.status == 403 and headers.get("x-ratelimit-remaining") == "0"
    limited = isinstance(error, RateLimitExceededException) or error.status == 429
    if limited or exhausted or (error.status == 403 and "retry-after" in headers):
        return _limited(message, headers)
    if error.status == 403 and "suspended" in message.lower():
        return Suspended(message)
    if error.status in {404, 410}:
        return Missing(message)
    if error.status == 401:
        return Rejected(message)
    if error.status >= 500 or error.status in {408, 409}:
        return Doubt(message)
    return Refused(f"{message}{_details(error)}")


def _details(error: GithubException) -> str:
    errors = error.data.get("errors") if isinstance(error.data, dict) else None
    return f" ({json.dumps(errors)[:300]})" if errors else ""


def _limited(message: str, headers: Mapping[str, str]) -> Limited:
    """The limit ends after `retry-after`, else at the reset of an exhausted limit, else in a minute."""
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    second = timedelta(seconds=1)
    if after.isdecimal():
        return Limited(message, timedelta(seconds=int(after)) + second)
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return Limited(message, second, datetime.fromtimestamp(int(reset), UTC) + second)
    return Limited(message, SECONDARY_LIMIT)
