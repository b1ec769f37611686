"""Logs: one line for each thing that happened, with the delivery it belongs to through every step.

People at a terminal get readable lines; anything else gets one JSON object a line. Every record that is made while
`about(delivery=…)` holds says so, in whichever module it is made.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.contextvars import bound_contextvars as about
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

from adapters.redaction import guard_logs, redact

__all__ = ["about", "to_terminal"]

CHATTER = ("rq", "alembic", "github", "urllib3")  # libraries that say more than anybody wants to read

_FACTS: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def to_terminal(stream: TextIO | None = None) -> None:
    """Sends every record of this process to `stream` (default: standard error), without secrets."""
    guard_logs()
    handler = logging.StreamHandler(stream or sys.stderr)
    steps = [
        ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _without_secrets,
        _for_people() if handler.stream.isatty() else _for_machines(),
    ]
    handler.setFormatter(ProcessorFormatter(foreign_pre_chain=_FACTS, processors=steps))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for library in CHATTER:
        logging.getLogger(library).setLevel(logging.WARNING)


def _without_secrets(_logger: Any, _method: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    told = "\n".join(value for value in facts.values() if isinstance(value, str))
    if redact(told) == told:  # as nearly always: one look instead of one for each fact
        return facts
    return {name: redact(value) if isinstance(value, str) else value for name, value in facts.items()}


def _for_people() -> Any:
    return structlog.dev.ConsoleRenderer()


def _for_machines() -> Any:
    return structlog.processors.JSONRenderer(ensure_ascii=False)
