"""What can be wrong with a webhook: values of other kinds, keys that went, odd headers, bodies that are no JSON."""

import copy
import gzip
import hashlib
import hmac
import json
import re
import uuid
from dataclasses import dataclass, field
from random import Random
from typing import Any

from handlers.routes import ROUTES
from mentoring.commands import VERBS
from tests.journeys.house import SECRET

CANARY = "fuzz-canary"
# The fields that the App reads: most mutations are made where they matter.
READ = sorted(
    {path for route in ROUTES for path in route.keep}
    | {"action", "repository.id", "repository.full_name", "repository.private", "repository.default_branch"}
    | {
        "installation.id",
        "issue.number",
        "issue.labels",
        "pull_request.number",
        "pull_request.author_association",
    }
    | {
        "pull_request.user.type",
        "sender.id",
        "sender.type",
        "sender.login",
        "ref",
        "commits",
        "deleted",
        "forced",
    }
    | {
        "repositories_added",
        "repositories_removed",
        "repository",
        "issue",
        "pull_request",
        "comment",
        "sender",
    }
)
NASTY = (
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud800",
        "\udfff\ud800",
        "\u202e\u200b\ufeff",
        "\r\n\r\n",
        "\x1b[31m",
        "🜂" * 50,
    ),
    *(
        f"@{CANARY}",
        f"{CANARY}/repo#1",
        "GH-1 #1",
        "<!-- lamplighter:welcome repo 1 · thread 1 · welcome -->",
    ),
    *(
        "'; DROP TABLE inbox; --",
        "{{ 7*7 }}",
        "{% raw %}",
        "%s%n",
        "../../etc/passwd",
        "$(id)",
        "null",
        "NaN",
    ),
    *("</details></p>-->]]>", "```\n/mentor help\n```", "| a | b |", "[x](javascript:alert(1))", "x" * 300),
    *("2026-02-30T99:99:99Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-1", "１２３", "1e400"),
)
NUMBERS = (0, -1, 1, 2**31, 2**31 - 1, 2**32, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 10**40, 1.5, -0.0, 1e308)
ODD = (None, True, False, [], {}, [[]], [None], {"id": None}, {"": ""}, *NUMBERS, *NASTY)
EVENTS = (
    "issues",
    "issue_comment",
    "pull_request",
    "pull_request_review",
    "push",
    "installation",
    "ping",
    "star",
)
ACTIONS = (
    "opened",
    "created",
    "edited",
    "closed",
    "reopened",
    "labeled",
    "unlabeled",
    "deleted",
    "submitted",
)
ARGUMENTS = (
    *(
        "",
        "in Italian",
        "for orm",
        "3 weeks",
        "2 weeks",
        "until 2026-12-24",
        "0",
        "3",
        "-1",
        "99999999999999999",
    ),
    *(
        "2 fortnights",
        "until yesterday",
        "me",
        "https://example.org/won",
        f"@{CANARY}",
        "until 9999-12-31",
        "1e3 d",
    ),
)


@dataclass(frozen=True)
class Delivery:
    """One request to the front door, and which answers are right."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    right: frozenset[int]
    chunked: bool = False
    kind: str = field(default="payload", compare=False)


TAKEN = frozenset({202, 400})  # 400: NaN, or nested deeper than a payload of GitHub's is
REFUSED = frozenset({400, 401, 413, 431})


def signature(body: bytes, secret: str = SECRET) -> str:
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def delivery(event: str, body: bytes, guid: str = "", right: frozenset[int] = TAKEN) -> Delivery:
    """A request as GitHub sends it."""
    return Delivery(body, _headers(event, body, guid), right)


def _headers(event: str, body: bytes, guid: str = "") -> tuple[tuple[bytes, bytes], ...]:
    named = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": guid or str(uuid.uuid4()),
        "X-Hub-Signature-256": signature(body),
    }
    return tuple((name.encode(), value.encode("latin-1", "replace")) for name, value in named.items())


# --- payloads -------------------------------------------------------------------------------------


def mutated(payload: dict[str, Any], draw: Random, odd: tuple[Any, ...] = ODD) -> dict[str, Any]:
    """The payload with one to four things wrong with it; `odd`: what may stand where something else should."""
    broken = copy.deepcopy(payload)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 4))):
        path = draw.choice(READ).split(".") if draw.random() < 0.6 else _any_path(broken, draw)
        _break(broken, path, draw, odd)
    return broken


def _any_path(payload: Any, draw: Random) -> list[str]:
    path: list[str] = []
    while isinstance(payload, dict) and payload and (not path or draw.random() < 0.7):
        path.append(draw.choice(list(payload)))
        payload = payload[path[-1]]
    return path


def _break(payload: dict[str, Any], path: list[str], draw: Random, odd: tuple[Any, ...]) -> None:
    holder: Any = payload
    for part in path[:-1]:
        holder = holder.get(part) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or not path:
        return
    key, how = path[-1], draw.random()
    if how < 0.15:
        holder.pop(key, None)
    elif how < 0.22:
        holder[draw.choice((key.upper(), f"{key} ", f"{key}s", ""))] = holder.pop(key, None)
    elif how < 0.30:
        holder[key] = _elsewhere(payload, draw)
    else:
        holder[key] = _other(key, holder.get(key), draw, odd)


def _other(key: str, value: Any, draw: Random, odd: tuple[Any, ...]) -> Any:
    """What may stand in the place of a value."""
    how = draw.random()
    if how < 0.09:
        return f"NESTED-{draw.choice((3, 60, 900, 20_000))}"
    if how < 0.2 and isinstance(value, list):
        return [*value, draw.choice(odd), *value]
    if how < 0.3 and key == "action":
        return draw.choice(ACTIONS)
    if how < 0.35:
        return draw.choice(("x", "@", "\n", "é")) * draw.choice((101, 256, 70_000))
    return copy.deepcopy(draw.choice(odd))


def _elsewhere(payload: dict[str, Any], draw: Random) -> Any:
    """Something of another place: the id of another thing, a whole object where a name should be."""
    value: Any = payload
    for part in _any_path(payload, draw):
        value = value[part]
    return None if value is payload else copy.deepcopy(value)


def text(draw: Random) -> str:
    """What somebody may write in a comment: commands, right and wrong, between whatever."""
    lines = []
    for _ in range(draw.choice((1, 1, 2, 3, 12))):
        verb = draw.choice((*VERBS, "help", "help me", CANARY, "", "accept", "@octocat", "😀"))
        verb = draw.choice((verb, verb.upper(), verb.replace("@login", "octocat")))
        start = draw.choice(
            ("/mentor ", "/mentor ", "/mentor ", "@lamplighter ", "> /mentor ", "/Mentor\t", "/mentor\u00a0")
        )
        lines.append(f"{start}{verb} {draw.choice(ARGUMENTS)}")
        if draw.random() < 0.4:
            lines.append(draw.choice(NASTY))
    return "\n".join(lines)


def written(payload: Any, draw: Random) -> bytes:
    """The payload as JSON, now and then with what only the written form can have wrong."""
    body = json.dumps(payload, ensure_ascii=draw.random() < 0.8 or _has_surrogates(payload))
    body = NESTED.sub(_nested, body)  # deeper than Python's own copies and writers go
    how = draw.random()
    if how < 0.03 and body.startswith("{"):
        body = (
            '{"action": null, "sender": 1, "installation": {"id": 7},' + body[1:]
        )  # keys twice, the last one counts
    elif how < 0.05:
        body = body.replace(": 1", ": NaN", 1)
    elif how < 0.06:
        body = body.replace(": ", ":\n\t " * 3)
    elif how < 0.065:
        body = body[:-1] + ', "number": ' + "9" * 5000 + "}"
    return body.encode()


NESTED = re.compile(r'"NESTED-(\d+)"')


def _nested(mark: re.Match[str]) -> str:
    depth = int(mark[1])
    return '[{"id":' * depth + "7" + "}]" * depth


def _has_surrogates(payload: Any) -> bool:
    try:
        json.dumps(payload, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


# --- requests -------------------------------------------------------------------------------------


def refused(event: str, payload: dict[str, Any], draw: Random) -> Delivery:
    """A request that is wrong as a whole: its body, its signature or its headers."""
    body = json.dumps(payload).encode()
    kind = draw.choice(list(_WRONG))
    return _WRONG[kind](event, body, draw)


def _no_json(event: str, body: bytes, draw: Random) -> Delivery:
    bodies = (b"", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe{}", body[: len(body) // 2], b"[" * 100_000)
    other = draw.choice(
        (*bodies, gzip.compress(body), b"payload=" + body, b"\x00" * 100, draw.randbytes(200))
    )
    return Delivery(other, _headers(event, other), frozenset({400}), kind="no JSON object")


def _not_signed(event: str, body: bytes, draw: Random) -> Delivery:
    wrong = draw.choice(
        (
            "",
            "sha256=",
            "sha1=abc",
            signature(body, "another"),
            signature(body)[:-1],
            signature(body + b" "),
            "é" * 64,
        )
    )
    headers = [(name, value) for name, value in _headers(event, body) if name != b"X-Hub-Signature-256"]
    if draw.random() < 0.8:
        headers.append((b"X-Hub-Signature-256", wrong.encode()))
    return Delivery(body, tuple(headers), frozenset({401}), kind="not signed")


def _odd_headers(event: str, body: bytes, draw: Random) -> Delivery:
    headers = list(_headers(event, body))
    at, odd = (
        draw.randrange(len(headers)),
        draw.choice((b"", b" ", b"x" * 101, b"x" * 9000, b"\xff\xe9", b"a,b", b"*/*")),
    )
    how = draw.random()
    if how < 0.3:
        del headers[at]
    elif how < 0.6:
        headers[at] = (headers[at][0], odd)
    elif how < 0.8:
        headers.append(headers[at])
    else:
        headers += [(b"X-" + str(n).encode(), b"y" * 200) for n in range(draw.choice((3, 150)))]
    return Delivery(body, tuple(headers), frozenset({202, *REFUSED}), kind="odd headers")


def _chunked(event: str, body: bytes, draw: Random) -> Delivery:
    return Delivery(body, _headers(event, body), frozenset({202, *REFUSED}), chunked=True, kind="chunked")


_WRONG = {"no JSON": _no_json, "not signed": _not_signed, "odd headers": _odd_headers, "chunked": _chunked}


def too_large(event: str) -> Delivery:
    """A byte more than GitHub ever sends."""
    body = b'{"padding": "' + b"x" * (25 * 1024 * 1024 + 1 - 15) + b'"}'
    return Delivery(body, _headers(event, body), frozenset({413}), kind="too large")
