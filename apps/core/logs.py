"""Structured logs: one JSON object a line in production, readable lines at one's desk.

Every line has the id of the request it belongs to (`core.context`) and goes through the scrubber;
those of gunicorn and Celery too.
"""

from __future__ import annotations

import logging.config
from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from typing import Any

import structlog
from django.conf import settings as portal

from apps.core.scrubbing import Scrubber
from apps.core.telemetry.errors import tell_listeners

REQUESTS_A_LINE = 100
"""100 ids are 3.5 kB: collectors cut lines off from 16 kB on."""
SECRET_SETTINGS = (
    "SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASES", "REDIS_URL", "CELERY_BROKER_URL",
    "BAIDIYUN", "KD100", "BAIDIYUN_SALT_KEYS", "CREDENTIAL_KEYS", "METRICS_TOKEN", "SENTRY_DSN",
    "EMAIL_HOST_PASSWORD", "OTEL_EXPORTER_OTLP_HEADERS",
)  # fmt: skip
SECRET_PARTS = frozenset({"PASSWORD", "key", "customer", "secret"})
"""Which values of a setting that is a table are secrets; a salt's are all."""


def drop_secrets(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Processor: hide what must not be in a log, the words of an exception included."""
    kept: dict[str, Any] = scrubber().scrub(dict(event))
    return kept


@cache
def scrubber() -> Scrubber:
    """Return the scrubber that knows the secrets of this deployment."""
    return Scrubber(
        secret
        for name in SECRET_SETTINGS
        for secret in _secrets_in(getattr(portal, name, ""), every=name == "BAIDIYUN_SALT_KEYS")
    )


def _secrets_in(value: Any, *, every: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if every or isinstance(part, dict) or key in SECRET_PARTS:
                yield from _secrets_in(part, every=every)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _secrets_in(part, every=every)
    elif value:
        yield str(value)


def log_requests(log: Any, event: str, ids: Sequence[str], **fields: Any) -> None:
    """Say whose requests a batch was about, up to 100 ids a line; empty and repeated ones once."""
    named = list(dict.fromkeys(number for number in ids if number))
    for start in range(0, len(named), REQUESTS_A_LINE):
        log.info(event, requests=named[start : start + REQUESTS_A_LINE], **fields)


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def configure(settings: dict[str, str]) -> None:
    """Set up standard and structured logging from ``{"format": json|console, "level": …}``.

    gunicorn's own lines would name the address of a callback, and with it a token: they go the
    same way. Statements of the database are never logged: they carry what people sent.
    """
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings["format"] == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [
            tell_listeners,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            drop_secrets,
            renderer,
        ],
    }
    ours = {"handlers": ["stderr"], "propagate": False}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"portal": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "portal"}},
            "root": {"handlers": ["stderr"], "level": settings["level"]},
            "loggers": {
                "django.server": {"level": "WARNING"},
                "django.db.backends": {"level": "WARNING"},
                "kombu": {"level": "WARNING"},
                "urllib3": {"level": "WARNING"},
                "gunicorn.error": {**ours, "level": "INFO"},
                "gunicorn.access": {**ours, "level": "INFO"},
            },
        }
    )
