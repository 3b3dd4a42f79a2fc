"""What goes to standard error: a line for people or JSON for machines, and never a secret."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import structlog

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from structlog.typing import EventDict, WrappedLogger

    type Answer = Callable[[HttpRequest], HttpResponse]

SECRETS: Final = re.compile(
    r"(?i)(bearer\s+|dpop\s+|(?:access|refresh)_?(?:jwt|token)[\"'=:\s]+|password[\"'=:\s]+)[^\s\"',}]+"
)
"""What looks like a secret where somebody else's words are logged."""


def logging(level: str, form: str) -> dict[str, Any]:
    """The `LOGGING` setting; `form` is “line” or “json”."""
    shared = [structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level, redact]
    shown: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    )
    plain = {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    structured = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [
            *shared,
            structlog.stdlib.ExtraAdder(allow=["status_code"]),
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            shown,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": plain, "json": structured},
        "filters": {"tokens": {"()": "coalition.web.redaction.NoTokens"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["tokens"]}
        },
        "loggers": {"kombu.connection": {"level": "ERROR"}},  # it calls a queue in memory a mistake
        "root": {"handlers": ["stderr"], "level": level},
    }


def redact(_logger: "WrappedLogger", _name: str, event: "EventDict") -> "EventDict":
    """Take out of every text what looks like a secret."""
    return {
        key: SECRETS.sub(r"\1…", value) if isinstance(value, str) else value
        for key, value in event.items()
    }


def numbered(answer: "Answer") -> "Answer":
    """Middleware: whatever is logged while a request is answered carries one number."""

    def numbering(request: "HttpRequest") -> "HttpResponse":
        with structlog.contextvars.bound_contextvars(request=uuid4().hex[:16]):
            return answer(request)

    return numbering
