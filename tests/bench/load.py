"""A load of signed deliveries over kept connections, from processes of their own."""

import hashlib
import hmac
import socket
import time
import uuid
from multiprocessing import get_context
from multiprocessing.pool import Pool
from urllib.parse import urlsplit

from tests.journeys.house import SECRET

CLIENTS = 4


def load(url: str, event: str, body: bytes, seconds: float) -> tuple[float, list[float]]:
    """Deliveries answered with 202 per second, and how long each took, in seconds."""
    with Pool(CLIENTS, context=get_context("spawn")) as pool:
        pool.starmap(_client, [(url, event, body, 0.2)] * CLIENTS)  # so that the processes are there
        found = pool.starmap(_client, [(url, event, body, seconds)] * CLIENTS)
    times = [one for client in found for one in client]
    return len(times) / seconds, times


def _client(url: str, event: str, body: bytes, seconds: float) -> list[float]:
    parts = urlsplit(url)
    head = _head(parts.netloc, event, body)
    times = []
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            delivery = f"X-GitHub-Delivery: {uuid.uuid4()}\r\n\r\n".encode()
            connection.sendall(head + delivery + body)
            _read_answer(connection)
            times.append(time.perf_counter() - begun)
    return times


def _head(host: str, event: str, body: bytes) -> bytes:
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return (
        f"POST /webhooks HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-GitHub-Event: {event}\r\nX-Hub-Signature-256: sha256={signature}\r\n"
    ).encode()


def _read_answer(connection: socket.socket) -> None:
    """Reads one answer, which must be a 202 with its length given."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, rest = answer.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    assert status == b"202", head
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        ),
        0,
    )
    while len(rest) < length:
        rest += connection.recv(65536)
