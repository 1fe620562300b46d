"""Refused callbacks: our own, whose address carried a token of ours, and those of strangers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from functools import partial
from typing import Any

from apps.baidiyun.models import QUARANTINE_ROWS, QUARANTINE_STRANGERS, Quarantine
from apps.core import clock
from apps.monitoring.series.base import once

DAY = dt.timedelta(days=1)
LOOKED_AT = dt.timedelta(minutes=10)
NAMED = 3
Row = tuple[str, str, dt.datetime]


def counted(ours: bool, at: dt.datetime, window: dt.timedelta) -> tuple[float, float | None]:
    """Return how many were refused within the window, and per window before it.

    The quarantine holds a day, at most 800 of ours and 200 of strangers': a full ring reaches
    back less far, and what is usual is taken over the time it does reach back.
    """
    rows = _rows(ours)
    begin = at - window
    recent = [row for row in rows if row[2] >= begin]
    ring = QUARANTINE_ROWS - QUARANTINE_STRANGERS if ours else QUARANTINE_STRANGERS
    reach = begin - min(row[2] for row in rows) if len(rows) >= ring else DAY
    windows = max(reach / window, 1.0)
    return float(len(recent)), (len(rows) - len(recent)) / windows


def message(ours: bool) -> str:
    """Return the reasons of the last ten minutes as codes, the most frequent first, and the salt
    keys their addresses named: ``bad_signature 6, no_param 1; k1``."""
    begin = clock.real_now() - LOOKED_AT
    recent = [row for row in _rows(ours) if row[2] >= begin]
    reasons = Counter(reason for reason, *_ in recent)
    ranked = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:NAMED]
    said = ", ".join(f"{reason} {n}" for reason, n in ranked)
    kids = ", ".join(sorted({kid for _, kid, _ in recent} - {""})[:NAMED])
    return f"{said}; {kids}" if kids else said


def of(ours: bool) -> dict[str, Any]:
    """Return what a series of one sort is made with."""
    return {"counted": partial(counted, ours), "message": partial(message, ours)}


def _rows(ours: bool) -> list[Row]:
    rows = once(
        "quarantine",
        lambda: list(Quarantine.objects.values_list("slot", "reason", "kid", "received_at")),
    )
    return [tuple(rest) for slot, *rest in rows if (slot >= QUARANTINE_STRANGERS) is ours]  # type: ignore[misc]
