"""The connection to GitHub: one client for each installation, and what its answers mean for us."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property, partial
from typing import Any

import jwt
import requests
from github import GithubIntegration
from github.Auth import AppAuth, Token
from github.GithubException import GithubException, RateLimitExceededException
from github.Requester import Requester

from adapters.ledger.pace import CORE, Remaining
from adapters.settings import Settings, read_key

API_VERSION = "2022-11-28"
TIMEOUT = 15  # seconds
PER_PAGE = 100
SECONDARY_LIMIT = timedelta(seconds=60)  # "wait for at least one minute" where it names no time
LONGEST_LIMIT = timedelta(hours=6)  # GitHub's own are an hour at most; a longer one is somebody's mistake
OF_THE_APP = 0  # stands for the App where limits are counted by installation
TOKEN_MARGIN = timedelta(minutes=1)  # before its end, so that it does not end on the way
FARTHEST = 2**31 - 1  # a number, or a moment in seconds, that the ledger can hold
FOR_EVER = datetime.max.replace(tzinfo=UTC)
EVERY = timedelta(seconds=30)  # how often what remains of a limit is worth noting


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
    """A rate limit; GitHub did nothing. `secondary`: for haste, not for the number of requests in an hour."""

    def __init__(
        self, message: str, pause: timedelta, reset: datetime | None = None, *, secondary: bool = True
    ) -> None:
        super().__init__(message)
        self.pause = pause
        self.reset = reset
        self.secondary = secondary

    def until(self, now: datetime) -> datetime:
        """When to come back."""
        return max(now + self.pause, min(self.reset or now, now + LONGEST_LIMIT))


class Meter:
    """What GitHub's answers say is left of its limits, for each installation and kind of request."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._fresh: dict[tuple[int, str], Remaining] = {}
        self._last: dict[tuple[int, str], Remaining] = {}
        self._noted_at: dict[tuple[int, str], datetime] = {}

    def read(self, installation_id: int, headers: Mapping[str, Any]) -> None:
        """Reads the headers of an answer; GitHub Enterprise Server sends none where it sets no limits."""
        names = ("limit", "remaining", "reset")
        values = [str(headers.get(f"x-ratelimit-{name}", "")) for name in names]
        if not all(value.isdecimal() for value in values):
            return
        most, remaining, reset = (min(int(value), FARTHEST) for value in values)
        resource = str(headers.get("x-ratelimit-resource", CORE))[:50]
        found = Remaining(installation_id, resource, most, remaining, datetime.fromtimestamp(reset, UTC))
        self._fresh[installation_id, resource] = self._last[installation_id, resource] = found

    def is_low(self, installation_id: int, resource: str = CORE) -> bool:
        """Whether little was left when it was last told, and the limit has not begun anew since."""
        last = self._last.get((installation_id, resource))
        return last is not None and last.is_low and last.resets_at > self._now()

    def to_note(self) -> list[Remaining]:
        """What was read since it was last noted; of each limit so often, and oftener when little is left."""
        now = self._now()
        found = [one for key, one in self._fresh.items() if self._is_worth_noting(key, one, now)]
        for one in found:
            key = (one.installation_id, one.resource)
            self._noted_at[key] = now
            del self._fresh[key]
        return found

    def _is_worth_noting(self, key: tuple[int, str], one: Remaining, now: datetime) -> bool:
        last = self._noted_at.get(key)
        pause = EVERY / 10 if one.is_low else EVERY
        return last is None or now - last >= pause


class GitHub:
    """The App at GitHub. Its clients are kept, since each mints a token of its own."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self.settings = settings
        self.meter = Meter(now)
        self._now = now
        self._installations: dict[int, Installation] = {}
        self._lock = threading.Lock()

    @cached_property
    def integration(self) -> GithubIntegration:
        """PyGithub's view of the App. It retries nothing: retries belong to the inbox and the outbox.

        Nor does it sleep between writes: the ledger keeps their pace (`adapters.ledger.pace`).
        """
        assert self.settings.app_id and self.settings.private_key, "the App has no credentials"
        # With the text alone PyGithub would read the key again for each token.
        sign = partial(jwt.encode, key=read_key(self.settings.private_key), algorithm="RS256")
        return GithubIntegration(
            auth=AppAuth(self.settings.app_id, sign_func=sign),
            base_url=self.settings.api_url,
            user_agent="lamplighter",
            timeout=TIMEOUT,
            per_page=PER_PAGE,
            seconds_between_requests=None,
            seconds_between_writes=None,
            api_version=API_VERSION,
        )

    def installation(self, installation_id: int) -> "Installation":
        """The client for one installation."""
        with self._lock:
            if installation_id not in self._installations:
                read = partial(self.meter.read, installation_id)
                line = _Line(partial(self._connect, installation_id), read, self._now)
                self._installations[installation_id] = Installation(line)
            return self._installations[installation_id]

    def _connect(self, installation_id: int) -> tuple[Requester, datetime]:
        """A connection with a new token, and until when that is good."""
        path = f"/app/installations/{installation_id}/access_tokens"
        try:
            made = self.app.post(path, {})
        except Missing as error:
            raise Unavailable("the App is not installed there any more") from error
        expires_at = datetime.fromisoformat(made["expires_at"])
        return self.integration.requester.withAuth(Token(made["token"])), expires_at

    def forget(self, installation_id: int) -> None:
        """Drops the client, and with it its token."""
        with self._lock:
            self._installations.pop(installation_id, None)

    @cached_property
    def app(self) -> "Installation":
        """What is asked in the App's own name: its installations, its delivery log."""
        read = partial(self.meter.read, OF_THE_APP)
        return Installation(_Line(lambda: (self.integration.requester, FOR_EVER), read, self._now))

    def person(self, token: str) -> "Installation":
        """What is asked in the name of somebody who signs in. Their limit is their own, so nobody counts it."""
        requester = self.integration.requester.withAuth(Token(token))
        return Installation(_Line(lambda: (requester, FOR_EVER), lambda _headers: None, self._now))

    @cached_property
    def slug(self) -> str:
        """The App's name in URLs and mentions; its bot's login is `slug[bot]`."""
        try:
            data = self.app.get("/app")
        except (Missing, Refused) as trouble:
            raise Doubt(f"the App's own name could not be read: {trouble}") from trouble
        return str(data["slug"])

    @property
    def bot(self) -> str:
        return f"{self.slug}[bot]"


class _Line:
    """A connection, opened anew when its token expires or GitHub no longer knows it.

    After a limit nothing is asked over it before that is over. For an installation the ledger says so too, to all
    processes; the App itself, whose limit is its own, has only this.
    """

    def __init__(
        self,
        connect: Callable[[], tuple[Requester, datetime]],
        read: Callable[[Mapping[str, Any]], None],
        now: Callable[[], datetime],
    ) -> None:
        self._connect = connect
        self._now = now
        self._open: tuple[Requester, datetime] | None = None
        self._waits_until = datetime.min.replace(tzinfo=UTC)
        self.read = read

    def close(self) -> None:
        self._open = None

    def must_be_free(self) -> None:
        """Raises Limited while a limit holds that was met before."""
        now = self._now()
        if self._waits_until > now:
            raise Limited("a limit that holds", self._waits_until - now, secondary=False)

    def wait(self, limit: Limited) -> None:
        self._waits_until = limit.until(self._now())

    def mint(self) -> Requester:
        """The connection; mints a token where there is none or it is about to expire."""
        if self._open is None or self._open[1] - TOKEN_MARGIN < self._now():
            self._open = self._connect()
        return self._open[0]


class Installation:
    """What the App can ask of GitHub in one installation.

    Paths rather than PyGithub's objects: those read an attribute that a response lacks with a further,
    invisible request, and take the redirect of a renamed repository (307) for success.
    """

    def __init__(
        self,
        line: _Line,
        guard: Callable[[], None] = lambda: None,
        before_write: Callable[[], None] = lambda: None,
    ) -> None:
        self._line = line
        self._guard = guard
        self._before_write = before_write

    def guarded(
        self, guard: Callable[[], None], before_write: Callable[[], None] = lambda: None
    ) -> "Installation":
        """The same, calling `guard` before each request and then `before_write` before those that write.

        What they raise stops the request.
        """
        return Installation(self._line, guard, before_write)

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

    def page(self, path: str, **parameters: Any) -> tuple[Any, str | None]:
        """One page of a list, and the path of the next, where somebody can go on later."""
        headers, items = self._ask("GET", path, parameters)
        return items, self._next(headers.get("link", ""))

    def _next(self, link: str) -> str | None:
        """The path and query of the next page."""
        links = requests.utils.parse_header_links(link) if link else []
        url = next((one["url"] for one in links if one.get("rel") == "next"), None)
        if url is None:
            return None
        ours = self._line.mint().base_url.rstrip("/")
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
            self._line.close()
            return self._ask_once(verb, path, parameters, headers, body)

    def _ask_once(self, verb: str, path: str, *rest: Mapping[str, Any] | None) -> tuple[dict[str, Any], Any]:
        self._line.must_be_free()
        self._guard()
        requester = self._line.mint()
        self._guard()  # a token may have taken as long as a request
        if verb != "GET":
            self._before_write()
        try:
            return _request(requester, self._line.read, verb, path, *rest)
        except Limited as limit:
            self._line.wait(limit)
            raise


NOT_MODIFIED = object()


def _request(
    requester: Requester,
    read: Callable[[Mapping[str, Any]], None],
    verb: str,
    path: str,
    parameters: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], Any]:
    with meaning():
        status, answer, text = requester.requestJson(
            verb, path, dict(parameters or {}), dict(headers or {}), None if body is None else dict(body)
        )
        read(answer)
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


class meaning:
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
    data = error.data if isinstance(error.data, dict) else {}
    said = data.get("message") or data.get("error")  # the latter where somebody signs in
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
    after, reset = headers.get("retry-after", "").strip(), headers.get("x-ratelimit-reset", "")
    second = timedelta(seconds=1)
    exhausted = headers.get("x-ratelimit-remaining") == "0"
    if after.isdecimal():
        pause = timedelta(seconds=min(int(after), LONGEST_LIMIT.total_seconds()))
        return Limited(message, pause + second, secondary=not exhausted)
    if at := _date(after):
        return Limited(message, second, at + second, secondary=not exhausted)
    if exhausted and reset.isdecimal():
        at = datetime.fromtimestamp(min(int(reset), FARTHEST), UTC)
        return Limited(message, second, at + second, secondary=False)
    return Limited(message, SECONDARY_LIMIT)


def _date(text: str) -> datetime | None:
    """An HTTP date: `retry-after` may be one (RFC 9110, section 10.2.3), though GitHub sends seconds."""
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
