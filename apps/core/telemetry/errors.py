"""Errors in the log, told to whoever wants to hear of them (`sentry.py`, if it is switched on)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, MutableMapping
from types import TracebackType
from typing import Any

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
Listener = Callable[[str, Mapping[str, Any], ExcInfo | None], None]
TOLD = frozenset(
    {
        "attempt", "carrier", "delivery", "job", "level", "logger", "mode", "parked", "process",
        "product", "request_id", "row", "source", "status", "task", "topic",
    }
)  # fmt: skip
"""Fields that never hold what somebody sent; the words of an error may."""
ERRORS = frozenset({"error", "critical"})
OWN = ("sentry_sdk", "opentelemetry", "urllib3")
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call ``listener(title, fields, exc_info)`` for every error in the log from now on."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_listeners(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Processor, before meta fields are removed: pass errors on and change nothing.

    Our own events are constants; the text of others may quote anything, their logger's name says
    enough.
    """
    if _listeners and event.get("level") in ERRORS:
        name = str(event.get("logger", ""))
        if not name.startswith(OWN):
            title = str(event.get("event", "")) if event.get("_from_structlog") else name
            fields = {key: event[key] for key in TOLD if key in event}
            for listener in _listeners:
                listener(title, fields, _exc_info(event.get("exc_info")))
    return event


def _exc_info(given: Any) -> ExcInfo | None:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    kind, error, trace = given if isinstance(given, tuple) and len(given) == 3 else sys.exc_info()
    return (kind, error, trace) if given and kind is not None and error is not None else None
