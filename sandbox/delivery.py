"""Hands webhooks over: signed, in order of creation, one attempt each; GitHub never tries again by itself."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections import deque
from dataclasses import replace
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sandbox.records import Delivery

if TYPE_CHECKING:
    from sandbox.state import State

ANSWER_WITHIN = 10.0  # seconds; documented in "Best practices for using webhooks"


class Courier:
    """A queue and a background thread that lives only while there is something to hand over."""

    def __init__(self, world: State) -> None:
        self._world = world
        self._waiting: deque[Delivery] = deque()
        self._changed = threading.Condition()
        self._running = False

    def enqueue(self, delivery: Delivery) -> None:
        """Hand this over after everything enqueued before."""
        with self._changed:
            self._waiting.append(delivery)
        self.start()

    def start(self) -> None:
        """Begin handing over, unless deliveries are held or it is under way."""
        with self._changed:
            if self._running or not self._waiting or self._world.faults.hold_deliveries:
                return
            self._running = True
            threading.Thread(target=self._run, name="sandbox-courier", daemon=True).start()

    def wait(self, timeout: float) -> bool:
        """Block until everything is handed over (or only held deliveries are left)."""
        self.start()
        with self._changed:
            return self._changed.wait_for(self._is_idle, timeout)

    def _is_idle(self) -> bool:
        return not self._running and (not self._waiting or self._world.faults.hold_deliveries)

    def _run(self) -> None:
        while (delivery := self._next()) is not None:
            self._hand_over(delivery)
            if self._world.faults.strikes_delivery(self._world.faults.duplicate_deliveries):
                self._hand_over(self._twin(delivery))

    def _next(self) -> Delivery | None:
        faults = self._world.faults
        with self._changed:
            if not self._waiting or faults.hold_deliveries:
                self._running = False
                self._changed.notify_all()
                return None
            if faults.shuffle_deliveries:
                self._waiting.rotate(-faults.courier_random.randrange(len(self._waiting)))
            return self._waiting.popleft()

    def _twin(self, delivery: Delivery) -> Delivery:
        with self._world.lock:
            twin = replace(delivery, id=self._world.new_id("delivery"))
            self._world.deliveries.append(twin)
        return twin

    def _hand_over(self, delivery: Delivery) -> None:
        delivery.request_headers = headers_for(delivery)
        started = time.monotonic()
        try:
            if self._world.faults.strikes_delivery(self._world.faults.lose_deliveries):
                raise ConnectionRefusedError
            code, headers, text = _post(delivery)
            status = "OK" if 200 <= code < 300 else f"Invalid HTTP Response: {code}"
        except TimeoutError:
            code, headers, text, status = 0, {}, "", "timed out"
        except (OSError, HTTPException):
            code, headers, text, status = 0, {}, "", "failed to connect to host"
        delivery.duration = time.monotonic() - started
        delivery.delivered_at = self._world.now()
        delivery.response_headers, delivery.response = headers, text
        delivery.status_code, delivery.status = code, status


def headers_for(delivery: Delivery) -> dict[str, str]:
    """The headers GitHub sends with a delivery."""
    app = delivery.app
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/5a2db0c",
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Hook-ID": str(app.hook_id),
        "X-GitHub-Hook-Installation-Target-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
    }
    if app.webhook_secret:
        secret = app.webhook_secret.encode()
        headers["X-Hub-Signature"] = "sha1=" + hmac.new(secret, delivery.body, hashlib.sha1).hexdigest()
        headers["X-Hub-Signature-256"] = (
            "sha256=" + hmac.new(secret, delivery.body, hashlib.sha256).hexdigest()
        )
    return headers


def _post(delivery: Delivery) -> tuple[int, dict[str, str], str]:
    url = urlsplit(delivery.url)
    if (url.hostname or "").endswith(".invalid"):
        raise ConnectionRefusedError  # no name server knows such a name (RFC 6761); nor is one asked here
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.hostname or "127.0.0.1", url.port, timeout=ANSWER_WITHIN)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        connection.request("POST", path, delivery.body, delivery.request_headers)
        answer: HTTPResponse = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read(100_000).decode(errors="replace")
    finally:
        connection.close()
