"""The clock's look: shipments of which something may be said now though nothing happened."""

from __future__ import annotations

import datetime as dt
import time

from django.db import connection, transaction

from apps.core import clock
from apps.exceptions.services.judging_shipments import Judged, judge_each

BATCH = 1_000
LOOK_SECONDS = 5.0
DUE = """
SELECT shipment_id FROM exceptions_watch WHERE next_check_at <= %s
ORDER BY next_check_at, shipment_id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""


def look_at_due(*, limit: int = BATCH, seconds: float = LOOK_SECONDS) -> Judged:
    """Judge the shipments whose next look is due, the longest due first.

    Batch after batch, each a transaction, until none is left or the real time is up; the next
    tick takes the rest. Any number of callers at once: a watch that somebody holds is his. What
    is not committed stays due, so that a caller that dies loses nothing.
    """
    until, total = time.monotonic() + seconds, Judged()
    while True:
        looked = _look_once(limit, clock.now())
        total += looked
        if looked.shipments < limit or time.monotonic() > until:
            return total


def _look_once(limit: int, now: dt.datetime) -> Judged:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(DUE, [now, limit])
            ids = [row[0] for row in cursor.fetchall()]
        return judge_each(shipment_ids=ids, now=now) if ids else Judged()
