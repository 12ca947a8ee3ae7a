"""Logs as JSON lines on standard error, with no secret and no message text."""

import logging
import sys
from typing import Any

import structlog

_SECRET_NAMES = ("cookie", "token", "secret", "authorization", "password", "li_at", "jsessionid", "api_key")


def configure(level: str) -> None:
    """Log from `level` (`debug`, `info`, `warning`, `error`) up."""
    number = getattr(logging, level.upper())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries log addresses and headers at lower levels.
    root.setLevel(max(number, logging.WARNING))


def _without_secrets(_: Any, __: str, event: Any) -> Any:
    for name in event:
        if any(word in name.lower() for word in _SECRET_NAMES):
            event[name] = "[secret]"
    return event
