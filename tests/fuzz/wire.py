"""Sends requests as bytes: no client library would let us send what is wrong with some of them."""

import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.fuzz.mutations import Delivery

HUNG_UP = 0  # in place of a status: the server closed the connection without an answer
PATIENCE = 10.0  # seconds: GitHub waits no longer


@dataclass
class Tally:
    """What was answered."""

    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def add(self, other: "Tally") -> None:
        self.answers += other.answers
        self.wrong += other.wrong
        self.slowest = max(self.slowest, other.slowest)


class Wire:
    """One kept connection to the front door."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._socket: socket.socket | None = None
        self._rest = b""
        self.tally = Tally()

    def send(self, one: Delivery) -> int:
        """Sends a request; the status of the answer. A wrong answer is noted in the tally."""
        begun = time.perf_counter()
        reused = self._socket is not None
        status = self._try(one)
        if status == HUNG_UP and reused:  # a server may close a connection that it kept
            status = self._try(one)
        self.tally.slowest = max(self.tally.slowest, time.perf_counter() - begun)
        self.tally.answers[status] += 1
        # A body that is refused unread may be answered by hanging up.
        right = one.right | ({HUNG_UP} if 413 in one.right else set())
        if status not in right:
            self.tally.wrong.append(f"{status} for {one.kind}, {one.headers}, {one.body[:2000]!r}")
        return status

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _try(self, one: Delivery) -> int:
        try:
            if self._socket is None:
                self._socket = socket.create_connection(self._address, timeout=PATIENCE)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._rest = b""
            self._socket.sendall(_bytes(one, self._address))
            return self._answer()
        except OSError:
            self.close()
            return HUNG_UP

    def _answer(self) -> int:
        assert self._socket is not None
        answer = self._rest
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, _, rest = answer.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
        while len(rest) < length:
            rest += self._more()
        self._rest = rest[length:]
        if b"connection: close" in lines:
            self.close()
        return int(head.split(b" ", 2)[1])

    def _more(self) -> bytes:
        assert self._socket is not None
        more = self._socket.recv(65536)
        if not more:
            raise ConnectionResetError
        return more


def _bytes(one: Delivery, address: tuple[str, int]) -> bytes:
    head = f"POST /webhooks HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\n".encode()
    head += b"".join(name + b": " + value + b"\r\n" for name, value in one.headers)
    if not one.chunked:
        return head + f"Content-Length: {len(one.body)}\r\n\r\n".encode() + one.body
    half = len(one.body) // 2
    parts = [part for part in (one.body[:half], one.body[half:]) if part]
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts)
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
