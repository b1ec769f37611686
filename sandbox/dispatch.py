"""What happens to every request: limits, who asks, what they may, the work itself, the log, the faults."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import time
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from sandbox.auth import Caller, identify
from sandbox.call import Answer, Call, Route
from sandbox.errors import Moved, Refused, not_found
from sandbox.faults import SecondaryLimit
from sandbox.records import Access
from sandbox.world import World

VERSIONS = ("2022-11-28", "2026-03-10")
NO_USER_AGENT = (
    "Request forbidden by administrative rules. Please make sure your request has a User-Agent header "
    "(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required).\n"
)
UNICORN = (
    "<html><head><title>Unicorn!</title></head><body>This page is taking too long to load.</body></html>"
)
NO_INTEGRATION = "Resource not accessible by integration"
WRITES = ("POST", "PUT", "PATCH", "DELETE")


class Dispatcher:
    """Runs requests against a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def handle(self, route: Route, request: Request, args: dict[str, Any]) -> Response:
        """Answer a request and keep a line about it in the access log."""
        started = time.monotonic()
        call = Call(self.world, route, Caller(), request.args.to_dict(), request.headers, None, request.path)
        with self.world.lock:
            try:
                status, body = self._answer(call, request, args)
            except Refused as refusal:
                status, body = refusal.status, refusal.body()
                call.out |= refusal.headers
            response = self._respond(call, request, status, body)
            self._log(call, request, response.status_code, started)
            lost = self._loses_reply(call, response.status_code)
        if self.world.faults.slow:
            time.sleep(self.world.faults.slow)
        if call.is_under_way:
            with self.world.lock:
                self.world.faults.end(call.caller.limit_key)
        return _lose(request, lost) if lost else response

    def _answer(self, call: Call, request: Request, args: dict[str, Any]) -> Answer:
        if not request.headers.get("User-Agent"):
            return 403, NO_USER_AGENT
        if self.world.faults.strikes(self.world.faults.errors_5xx):
            return 502, UNICORN
        version = request.headers.get("X-GitHub-Api-Version")
        if version and version not in VERSIONS:
            raise Refused(400, f'The version "{version}" is not supported.')
        call.caller = identify(self.world, request.headers.get("Authorization"))
        self._charge(call)
        call.body = _json(request)
        if call.route.in_repository:
            self._enter(call, request, args)
        else:
            _check_kind(call)
        if call.route.in_repository and call.route.method in WRITES:
            self._check_secondary(call)
        return call.route.handler(call, **args)

    # -- limits -----------------------------------------------------------------------------------

    def _charge(self, call: Call) -> None:
        """The primary limit; `GET /rate_limit` is free."""
        if call.route.path == "/rate_limit":
            return
        key, faults, now = call.caller.limit_key, self.world.faults, self.world.now()
        used, reset = faults.window(key, now)
        if used >= faults.limit_for(key):
            faults.violations["over_primary_limit"] += 1
            whom = f"installation ID {key}" if key else "127.0.0.1"
            raise Refused(faults.primary_status, f"API rate limit exceeded for {whom}.")
        faults.count_request(key, now)
        call.is_under_way, wait = True, faults.begin(key, call.route.method, now)
        _refuse_haste(faults.secondary_limit, wait, "Please wait a few minutes before you try again.")

    def _check_secondary(self, call: Call) -> None:
        faults, key, now = self.world.faults, call.caller.limit_key, self.world.now()
        blocked = "and have been temporarily blocked from content creation. Please retry your request later."
        _refuse_haste(faults.secondary_limit, faults.secondary_wait(key, now), blocked)
        faults.note_write(key, now)
        faults.note_content(key, now)

    # -- repositories and permissions -------------------------------------------------------------

    def _enter(self, call: Call, request: Request, args: dict[str, Any]) -> None:
        """Find the repository, by name (a former one redirects) or id, and check what the caller may."""
        owner, name, by_id = args.pop("owner", ""), args.pop("repo", ""), args.pop("repo_id", 0)
        full_name = f"{owner}/{name}".lower()
        moved = not by_id and full_name not in self.world.names
        known = by_id or self.world.names.get(full_name) or self.world.former_names.get(full_name) or 0
        call.found = self.world.repositories.get(known)
        if call.found is None or not call.sees(call.found):
            call.found = None
            raise not_found()
        tail = re.sub(r"^/(repos/[^/]+/[^/]+|repositories/\d+)", "", request.path)
        call.link_base = f"/repositories/{known}{quote(tail, safe='/')}"
        if moved:
            query = f"?{request.query_string.decode()}" if request.query_string else ""
            raise Moved(request.method, f"{self.world.base_url}{call.link_base}{query}")
        _check_permission(call)

    # -- answers ----------------------------------------------------------------------------------

    def _respond(self, call: Call, request: Request, status: int, body: Any) -> Response:
        is_text = isinstance(body, str)
        data = "" if status == 204 else body if is_text else json.dumps(body, separators=(",", ":"))
        kind = "text/html; charset=utf-8" if is_text else "application/json; charset=utf-8"
        headers = call.out
        if status == 200 and request.method in ("GET", "HEAD"):
            etag = f'W/"{hashlib.sha256(data.encode()).hexdigest()}"'
            headers |= {
                "ETag": etag,
                "Cache-Control": "private, max-age=60, s-maxage=60",
                "Vary": "Accept, Authorization",
            }
            if etag in request.headers.get("If-None-Match", ""):
                # "Making a conditional request does not count against your primary rate limit if a 304 is returned."
                status, data = 304, ""
                self.world.faults.count_request(call.caller.limit_key, self.world.now(), by=-1)
        response = Response(data, status, content_type=headers.pop("Content-Type", kind))
        if status == 304 or status == 204:
            response.headers.pop("Content-Type", None)
        response.headers.extend(headers | self._limit_headers(call))
        return response

    def _limit_headers(self, call: Call) -> dict[str, str]:
        faults, key = self.world.faults, call.caller.limit_key
        used, reset = faults.window(key, self.world.now())
        limit = faults.limit_for(key)
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used)),
            "X-RateLimit-Reset": str(int(reset.timestamp())),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Resource": "core",
            "X-GitHub-Request-Id": f"{self.world.random.getrandbits(64):016X}",
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-GitHub-Api-Version-Selected": call.headers.get("X-GitHub-Api-Version", VERSIONS[0]),
        }
        if call.route.needs:
            headers["X-Accepted-GitHub-Permissions"] = "; ".join(
                n.replace(":", "=") for n in call.route.needs
            )
        return headers

    def _log(self, call: Call, request: Request, status: int, started: float) -> None:
        line = Access(
            method=request.method,
            path=request.path,
            query=request.query_string.decode(),
            status=status,
            installation_id=call.caller.installation_id,
            actor=call.caller.login,
            repository=call.found.full_name if call.found else None,
            repository_id=call.found.id if call.found else None,
            ms=(time.monotonic() - started) * 1000,
            at=self.world.now(),
            body=request.get_json(force=True, silent=True) if request.method in WRITES else None,
        )
        self.world.requests.append(line)

    def _loses_reply(self, call: Call, status: int) -> str | None:
        faults = self.world.faults
        if call.found is None or call.route.method not in WRITES or status >= 300:
            return None
        if not faults.strikes(faults.lose_replies):
            return None
        how = faults.lose_replies_how
        return faults.random.choice(("cut", "502")) if how == "mixed" else how


def _refuse_haste(limit: SecondaryLimit | None, wait: int | None, how: str) -> None:
    if wait is not None and limit:
        said = f"You have exceeded a secondary rate limit{'' if how.startswith('and') else '.'} {how}"
        raise Refused(limit.status, said, headers={"Retry-After": str(wait)})


def _json(request: Request) -> Any:
    data = request.get_data()
    if not data or request.method not in WRITES:
        return None
    try:
        return json.loads(data)
    except ValueError:
        raise Refused(400, "Problems parsing JSON") from None


def _check_kind(call: Call) -> None:
    if call.route.auth == "app" and call.caller.app is None:
        raise Refused(401, "A JSON web token could not be decoded")
    if call.route.auth == "user" and call.caller.user_token is None:
        if call.caller.app is None and call.caller.token is None:
            raise Refused(401, "Requires authentication")
        raise Refused(403, NO_INTEGRATION)
    if call.route.auth == "token" and call.caller.token is None:
        if call.caller.app is None:
            raise Refused(401, "Requires authentication")
        raise Refused(
            403,
            "You must authenticate with an installation access token in order to list repositories for an installation.",
        )


def _check_permission(call: Call) -> None:
    """403 unless the token has one of the permissions; everybody reads what is public."""
    is_write = call.route.method in WRITES
    if not is_write and not call.route.strict and not call.repository.private and call.caller.app is None:
        return
    if call.caller.app is None and call.caller.token is None:
        raise Refused(401, "Requires authentication")
    allowed = any(call.caller.may(*need.split(":")) for need in call.route.needs)
    if not call.reaches(call.repository) or not allowed:
        raise Refused(403, NO_INTEGRATION)


def _lose(request: Request, how: str) -> Response:
    """The work is done, but the caller never hears: the connection closes, or a proxy answers 502."""
    connection = request.environ.get("werkzeug.socket")
    if how == "cut" and connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    return Response(UNICORN, 502, content_type="text/html; charset=utf-8")
