"""A load of signed deliveries over kept connections, the same for every server that is measured.

One process with one loop over all connections: it shares the cores with the server, so it must be cheap. Each
connection sends the next delivery when it has the answer to the last one.
"""

import hashlib
import hmac
import itertools
import selectors
import socket
import statistics
import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.bench import SECRET
from tests.bench.mix import Delivery

CONNECTIONS = 32
PATIENCE = 10.0  # seconds for an answer: GitHub waits no longer
WARM_UP = 0.5  # seconds that are not counted


@dataclass
class Load:
    """What came of a load: how long each delivery took to be accepted, in seconds, by kind."""

    seconds: float
    times: dict[str, list[float]] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Accepted deliveries per second."""
        return sum(len(times) for times in self.times.values()) / self.seconds

    def p99(self, kind: str = "") -> float:
        """In milliseconds; of all kinds or of one."""
        times = self.times[kind] if kind else list(itertools.chain(*self.times.values()))
        return statistics.quantiles(times, n=100)[98] * 1000


@dataclass
class _Connection:
    """One kept connection: what it sent last and when."""

    socket: socket.socket
    kind: str = ""
    begun: float = 0.0


class _Requests:
    """The deliveries as they go over the wire, round and round, each time with a GUID of its own."""

    def __init__(self, path: str, host: str, deliveries: Sequence[Delivery]) -> None:
        self._round = itertools.cycle([(one.kind, _head(path, host, one), one.body) for one in deliveries])
        self._run = str(uuid.uuid4())[:-12].encode()
        self._numbers = itertools.count()

    def send(self, connection: _Connection) -> None:
        """Sends the next delivery."""
        connection.kind, head, body = next(self._round)
        connection.begun = time.perf_counter()
        connection.socket.sendall(b"%s%s%012x\r\n\r\n%s" % (head, self._run, next(self._numbers), body))


def _head(path: str, host: str, delivery: Delivery) -> bytes:
    """The head, up to the GUID."""
    signature = hmac.new(SECRET.encode(), delivery.body, hashlib.sha256).hexdigest()
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\nUser-Agent: GitHub-Hookshot/044aadd\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(delivery.body)}\r\nX-GitHub-Hook-ID: 1\r\n"
        f"X-GitHub-Event: {delivery.event}\r\nX-Hub-Signature-256: sha256={signature}\r\nX-GitHub-Delivery: "
    ).encode()


def load(url: str, deliveries: Sequence[Delivery], seconds: float, connections: int = CONNECTIONS) -> Load:
    """Sends deliveries for that long; every one must be answered with a 2xx."""
    parts = urlsplit(url)
    requests = _Requests(parts.path, parts.netloc, deliveries)
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for _ in range(connections):
            opened = stack.enter_context(socket.create_connection((parts.hostname, parts.port), PATIENCE))
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(opened)
            selector.register(opened, selectors.EVENT_READ, connection)
            requests.send(connection)
        _turn(selector, requests, WARM_UP)
        return _turn(selector, requests, seconds)


def _turn(selector: selectors.BaseSelector, requests: _Requests, seconds: float) -> Load:
    found = Load(seconds)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        ready = selector.select(PATIENCE)
        assert ready, f"no answer within {PATIENCE:.0f} s"
        for key, _ in ready:
            connection: _Connection = key.data
            _hear(connection.socket)
            found.times.setdefault(connection.kind, []).append(time.perf_counter() - connection.begun)
            requests.send(connection)
    return found


def _hear(connection: socket.socket) -> None:
    """Reads one answer, which must be a 2xx of a known length."""
    answer = connection.recv(65536)
    while not _is_whole(answer):
        more = connection.recv(65536)
        assert more, f"the server hung up: {answer!r}"
        answer += more
    assert answer[9:10] == b"2", answer


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    _, given, rest = head.lower().partition(b"content-length:")
    if given:
        return len(body) >= int(rest.partition(b"\r\n")[0])
    return b" 204 " in head or body.endswith(b"0\r\n\r\n")
