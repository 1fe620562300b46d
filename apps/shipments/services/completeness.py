"""The hourly roll-up of the ledger, in two statements, and its retention."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.db.models import Max

from apps.core import clock
from apps.shipments.choices import EventSource, LedgerVerdict
from apps.shipments.models import CompletenessHour, ReconciliationRun

HOUR = dt.timedelta(hours=1)
FIRST_REACH = dt.timedelta(days=2)
KEEP_AGREED = dt.timedelta(days=3)
KEEP_ENTRIES = dt.timedelta(days=90)
KEEP_HOURS = dt.timedelta(days=400)
HEARD = EventSource.PUSH.value | EventSource.POLL.value

COUNT_EXPECTED = """
INSERT INTO shipments_completenesshour AS old
    (hour, merchant_id, mode, carrier, expected, missing, late, wrong, healed, unreachable,
     late_30m, late_2h, late_6h, late_24h, late_more)
SELECT date_trunc('hour', event.heard_at, 'UTC'), item.merchant_id, item.mode, leg.carrier,
       count(*), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
FROM shipments_event AS event
JOIN shipments_leg AS leg ON leg.id = event.leg_id
JOIN shipments_shipment AS item ON item.id = event.shipment_id
WHERE event.heard_at >= %s AND event.heard_at < %s AND event.sources & %s > 0
GROUP BY 1, 2, 3, 4
ON CONFLICT (hour, merchant_id, mode, carrier) DO UPDATE SET expected = EXCLUDED.expected
"""
COUNT_LEDGER = """
WITH touched AS (
    SELECT DISTINCT date_trunc('hour', known_at, 'UTC') AS hour
    FROM shipments_ledgerentry WHERE changed_at >= %s
)
INSERT INTO shipments_completenesshour AS old
    (hour, merchant_id, mode, carrier, expected, missing, late, wrong, healed, unreachable,
     late_30m, late_2h, late_6h, late_24h, late_more)
SELECT touched.hour, entry.merchant_id, entry.mode, entry.carrier, 0,
       sum(healed_events - late_events), sum(late_events), sum(wrong_events),
       sum(healed_events), count(*) FILTER (WHERE verdict = 'unreachable'),
       coalesce(sum(late_events) FILTER (WHERE late_by_s <= 1800), 0),
       coalesce(sum(late_events) FILTER (WHERE late_by_s > 1800 AND late_by_s <= 7200), 0),
       coalesce(sum(late_events) FILTER (WHERE late_by_s > 7200 AND late_by_s <= 21600), 0),
       coalesce(sum(late_events) FILTER (WHERE late_by_s > 21600 AND late_by_s <= 86400), 0),
       coalesce(sum(late_events) FILTER (WHERE late_by_s > 86400), 0)
FROM touched JOIN shipments_ledgerentry AS entry
    ON entry.known_at >= touched.hour AND entry.known_at < touched.hour + interval '1 hour'
WHERE entry.kind = 'tracking'
GROUP BY 1, 2, 3, 4
ON CONFLICT (hour, merchant_id, mode, carrier) DO UPDATE SET
    missing = EXCLUDED.missing, late = EXCLUDED.late, wrong = EXCLUDED.wrong,
    healed = EXCLUDED.healed, unreachable = EXCLUDED.unreachable,
    late_30m = EXCLUDED.late_30m, late_2h = EXCLUDED.late_2h, late_6h = EXCLUDED.late_6h,
    late_24h = EXCLUDED.late_24h, late_more = EXCLUDED.late_more
"""
PURGE_ENTRIES = """
DELETE FROM shipments_ledgerentry WHERE id IN (
    SELECT id FROM shipments_ledgerentry
    WHERE known_at < %s AND (known_at < %s OR verdict = %s) LIMIT %s)
"""


def roll_up_completeness() -> int:
    """Bring the hourly figures up to date; returns how many hours were counted anew.

    Counted are the hours since the last one held (at first two days) and every older hour whose
    entries changed since then, because a push that came late belongs to the hour that missed it.
    """
    now = clock.now()
    last = CompletenessHour.objects.aggregate(last=Max("hour"))["last"]
    since = last - HOUR if last else now - FIRST_REACH
    since = since.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COUNT_EXPECTED, [since, now + HOUR, HEARD])
        counted = cursor.rowcount
        cursor.execute(COUNT_LEDGER, [since])
        return max(counted, cursor.rowcount)


def purge_ledger(*, limit: int = 10_000) -> int:
    """Delete what is old: agreements after 3 days, other entries after 90, hours after 400.

    Returns how many entries went; never more than ``limit`` at once.
    """
    now = clock.now()
    CompletenessHour.objects.filter(hour__lt=now - KEEP_HOURS).delete()
    agreed = LedgerVerdict.AGREED.value
    with connection.cursor() as cursor:
        cursor.execute(PURGE_ENTRIES, [now - KEEP_AGREED, now - KEEP_ENTRIES, agreed, limit])
        purged = cursor.rowcount
    ReconciliationRun.objects.filter(slot__lt=now - KEEP_ENTRIES).delete()
    return purged
