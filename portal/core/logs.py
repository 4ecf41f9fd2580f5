"""Structured logs: one JSON object a line in service, readable lines in development. Nothing personal is logged."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(
        allow=["status", "path", "ms", "method", "event_id", "subscriber", "stream", "job", "request_id"]
    ),
]


# What a fault may repeat: addresses of mail and telephones, keys on their way, rows as PostgreSQL quotes them.
_PERSONAL = (
    (re.compile(r"[^\s@<>()\"'=,:]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"(?<![\w.])\+\d{8,15}\b"), "+…"),
    (re.compile(r"(?i)\b(bearer|basic) \S+"), r"\1 …"),
    (re.compile(r"(?m)^(\s*DETAIL:).*$"), r"\1 …"),
)


def mask(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Takes out of a finished line what must not stand in a log, wherever it came from."""
    for name, value in line.items():
        if isinstance(value, str):
            for pattern, instead in _PERSONAL:
                value = pattern.sub(instead, value)
            line[name] = value
    return line


def json_formatter() -> logging.Formatter:
    """The formatter of production: JSON lines."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def plain_formatter() -> logging.Formatter:
    """The formatter of development: short lines without colours, so that run.py can prefix them."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.dev.ConsoleRenderer(colors=False),
        ],
    )
