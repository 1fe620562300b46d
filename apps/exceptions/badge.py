"""The number beside the menu's entry: counted at most twice a minute in each process."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.http import HttpRequest

from apps.accounts.scoping import merchant_of
from apps.exceptions.selectors import MOST_COUNTED, queue_counts

FRESH_SECONDS = 30.0


@dataclass(slots=True)
class _Kept:
    text: str = ""
    until: float = 0.0


_kept = _Kept()


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
