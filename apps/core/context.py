"""What belongs to the request at hand: its id, and the world clock for every page."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.http import HttpRequest

from apps.core import clock

SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
ID_BYTES = 16
"""As many as a made-up id has; an id from a hash looks like one."""


def request_id() -> str:
    """Return the id of the request or task being served, or an empty text."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def choose_request_id(offered: str | None) -> str:
    """Keep a caller's id where it is harmless, else make one."""
    if offered and SAFE_ID.fullmatch(offered):
        return offered
    return uuid.uuid4().hex


def request_id_of(digest: bytes) -> str:
    """Return the request id of what is known by a hash: the same content has the same id."""
    return digest[:ID_BYTES].hex()


@contextmanager
def carrying(number: str) -> Iterator[str]:
    """Serve a request for the time of the block: logs, actions and calls carry its id.

    An empty id leaves whatever is being served.
    """
    if not number:
        yield request_id()
        return
    with structlog.contextvars.bound_contextvars(request_id=number):
        yield number


def world_clock(request: HttpRequest) -> dict[str, Any]:
    """Template context: business time and whether it is a simulated one."""
    state = clock.world()
    return {"world_clock": state, "business_now": clock.now()}
