"""Logs: one JSON object a line, on standard error, with nothing in it that says who a patient is."""

import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

PERSONAL_KEYS = frozenset({"ip", "user_agent", "username", "email", "request_body", "args", "kwargs", "result"})
# PostgreSQL quotes the offending row in its message; the row is a person.
QUOTED_ROW = re.compile(r"^\s*(DETAIL|CONTEXT):.*$", re.MULTILINE)
QUERY_STRING = re.compile(r"\?\S*")

EventDict = MutableMapping[str, Any]


def without_personal_data(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Drop the keys in which libraries put persons, query strings, and the rows that PostgreSQL quotes in errors."""
    for key in PERSONAL_KEYS & event.keys():
        del event[key]
    for key in ("event", "exception", "error"):
        if isinstance(event.get(key), str):
            event[key] = QUOTED_ROW.sub(r"\1: (left out)", event[key])
    if isinstance(event.get("request"), str):
        event["request"] = QUERY_STRING.sub("", event["request"])
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    without_personal_data,
]


def settings() -> dict[str, Any]:
    """The logging configuration, for everything that runs: web, worker, beat, commands."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "compliance": {"level": "INFO"},
            "prescriptions": {"level": "INFO"},
            "reports": {"level": "INFO"},
            "django_structlog": {"level": "INFO"},
            # Django's own line about a response repeats what django_structlog has said with more in it.
            "django.request": {"level": "ERROR"},
        },
    }


def configure(logging_settings: dict[str, Any]) -> None:
    """Set up the standard library's logging and structlog over it (Django's LOGGING_CONFIG)."""
    logging.config.dictConfig(logging_settings)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
