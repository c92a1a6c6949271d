"""Structured logs: one JSON object a line on standard error, each with its request's id, and nothing personal."""

from __future__ import annotations

import logging
from typing import Any

import structlog

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class Impersonal(logging.Filter):
    """Django's own lines about a request name its path, and a path may name a person's order: they name the route instead."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None:
            match = getattr(request, "resolver_match", None)
            record.msg, record.args = (
                f"{getattr(record, 'status_code', '')} {match.route if match else 'unmatched'}".strip(),
                (),
            )
        return True


def logging_settings(*, plain: bool) -> dict[str, Any]:
    """What Django is told about logging; `plain` is for a person at a terminal."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = structlog.dev.ConsoleRenderer(colors=False) if plain else structlog.processors.JSONRenderer()
    ending = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"impersonal": {"()": Impersonal}},
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [*ending, *([] if plain else [structlog.processors.format_exc_info]), renderer],
            }
        },
        "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["impersonal"]}},
        "root": {"handlers": ["standard_error"], "level": "INFO"},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "ERROR"},
            "axes": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            "apprise": {"level": "CRITICAL"},
            "procrastinate": {"level": "WARNING"},
        },
    }
