"""Keeps secrets out of logs, errors and notes: tokens by their shape, our own secrets by what they are."""

import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from adapters.settings import Settings

HIDDEN = "[hidden]"
# Characters of a secret that is sought by what it is. A shorter one would hide half of the log; in an address a
# password is found by where it stands, however short.
SHORTEST = 8

_SHAPES = re.compile(
    "|".join(
        (
            r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
            # An installation's token may be long and have dots: `ghs_`, the App's number, and a JWT.
            r"\bgh[a-z]_[A-Za-z0-9_.\-]{16,}",
            r"\bgithub_pat_[A-Za-z0-9_]{16,}",
            r"\beyJ[A-Za-z0-9_\-]{6,}\.[A-Za-z0-9_\-]{6,}(?:\.[A-Za-z0-9_\-]*)?",  # a JWT, also one cut short
            r"\bv1\.[0-9a-f]{40}\b",  # how installations' tokens looked on older servers
        )
    ),
    re.DOTALL,
)
_PASSWORD = re.compile(
    r"(?P<before>[a-z][a-z0-9+.\-]{1,30}://[^\s:/@'\"]{0,200}):[^\s/'\"]{1,500}@", re.IGNORECASE
)
_HEADER = re.compile(
    r"(?P<before>\bauthorization\b['\"]?\s{0,3}[:=,]\s{0,3}['\"]?(?:(?:bearer|basic|token)\s{1,3})?)[^\s'\",]{4,}",
    re.IGNORECASE,
)

_known: set[str] = set()
_ours: re.Pattern[str] | None = None


def know(settings: Settings) -> None:
    """From now on these secrets are hidden wherever they appear in this process's words."""
    global _ours
    secrets = [*settings.webhook_secrets, settings.client_secret or "", settings.metrics_token or ""]
    secrets += [line for line in (settings.private_key or "").splitlines() if len(line) > 2 * SHORTEST]
    secrets += [_password(settings.database_url), _password(settings.redis_url or "")]
    _known.update(
        form for one in secrets if len(one) >= SHORTEST for form in (one, quote(one, safe=""), unquote(one))
    )
    # The longest first: one may begin as another one does.
    found = sorted(_known, key=lambda one: (-len(one), one))
    _ours = re.compile("|".join(map(re.escape, found))) if found else None


def _password(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    # `lamplighter:lamplighter@` hides nothing, and the word stands in every other line.
    is_a_word = parts.password in {
        parts.username,
        parts.path.strip("/"),
        "lamplighter",
        "postgres",
        "password",
    }
    return "" if is_a_word else parts.password or ""


def redact(text: str) -> str:
    """The text without secrets."""
    if len(text) < SHORTEST:
        return text
    # To look for each of them is faster than one pattern of all, and hardly ever finds one.
    if _ours and any(secret in text for secret in _known):
        text = _ours.sub(HIDDEN, text)
    text = _SHAPES.sub(HIDDEN, text)
    if "://" in text:
        text = _PASSWORD.sub(rf"\g<before>:{HIDDEN}@", text)
    if "uthorization" in text or "UTHORIZATION" in text:
        text = _HEADER.sub(rf"\g<before>{HIDDEN}", text)
    return text


class _Record(logging.LogRecord):
    """A line of the log that was redacted before anybody formats it, its exception included."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[0] is not None:
            self.exc_text = redact("".join(traceback.format_exception(*self.exc_info)).rstrip("\n"))
        if self.stack_info:
            self.stack_info = redact(self.stack_info)

    def getMessage(self) -> str:
        return redact(super().getMessage())


def guard_logs() -> None:
    """Redacts everything that is logged in this process, by whichever library, and what ends it."""
    logging.setLogRecordFactory(_Record)
    sys.excepthook = _tell
    threading.excepthook = lambda ended: _tell(ended.exc_type, ended.exc_value, ended.exc_traceback)


def _tell(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    print(redact("".join(traceback.format_exception(kind, error, trace))), end="", file=sys.stderr)
