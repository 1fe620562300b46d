"""The number beside the menu's entry: counted at most twice a minute in each process."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest

from apps.accounts.scoping import merchant_of
from apps.exceptions.choices import CaseState
from apps.exceptions.selectors import MOST_COUNTED, queue_counts

FRESH_SECONDS = 30.0
UNACKNOWLEDGED = """
SELECT coalesce(sum(count), 0) AS on_the_menu FROM exceptions_casetally WHERE state = %s
"""


@dataclass(slots=True)
class _Kept:
    text: str = ""
    until: float = 0.0


_kept, _cases = _Kept(), _Kept()


def cases_badge(request: HttpRequest) -> str:
    """Return how many cases nobody has acknowledged, for the operator's staff; as old at most."""
    if merchant_of(request.user) is not None:
        return ""
    if time.monotonic() > _cases.until:
        with connection.cursor() as cursor:
            cursor.execute(UNACKNOWLEDGED, [CaseState.OPEN.value])
            [count] = cursor.fetchone()
        _cases.text = f"{count:,}" if count else ""
        _cases.until = time.monotonic() + FRESH_SECONDS
    return _cases.text


def waiting_badge(request: HttpRequest) -> str:
    """Return how many flags wait, for the operator's staff; at most half a minute old."""
    if merchant_of(request.user) is not None:
        return ""
    if time.monotonic() > _kept.until:
        counts = queue_counts(request.user)
        waiting = sum(count.waiting for count in counts)
        more = any(count.more for count in counts)
        _kept.text = f"{MOST_COUNTED}+" if more else str(waiting or "")
        _kept.until = time.monotonic() + FRESH_SECONDS
    return _kept.text
