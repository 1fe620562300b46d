"""Rules follow the change rows: whatever happened to a shipment, it is judged at once."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.db import connection, transaction

from apps.core import clock
from apps.core.locks import try_lock
from apps.exceptions.live_rules import current_book
from apps.exceptions.services.judging_shipments import Judged, judge_each
from apps.exceptions.services.signatures import score_signatures
from apps.exceptions.services.watching import known_of, lock_watches, refresh_watches
from apps.shipments.selectors import read_changes
from apps.shipments.services import advance_reader, register_reader

READER = "exceptions.rules"
FOLLOW_SECONDS = 5.0
NEWS = dt.timedelta(minutes=15)
"""For how long news of customs are looked for; later the clock's own look finds them."""
UNTOLD = """
SELECT p.shipment_id FROM orders_booking b
JOIN orders_parcel p ON p.id = b.parcel_id
JOIN exceptions_watch w ON w.shipment_id = p.shipment_id
WHERE b.problem <> '' AND NOT b.settled AND b.hold_reasons <> '{manual_route}'
  AND w.checked_at < b.problem_at + interval '30 seconds'
UNION
SELECT f.shipment_id FROM (
    SELECT shipment_id, decided_at FROM exceptions_flag WHERE state = 'escalated'
    ORDER BY id DESC LIMIT %(limit)s
) f
JOIN exceptions_watch w ON w.shipment_id = f.shipment_id
WHERE w.checked_at < f.decided_at + interval '30 seconds'
UNION
SELECT n.shipment_id FROM customs_consignment n
JOIN exceptions_watch w ON w.shipment_id = n.shipment_id
WHERE n.changed_at >= %(since)s AND w.checked_at < n.changed_at + interval '30 seconds'
UNION
SELECT c.shipment_id FROM exceptions_case c
WHERE c.rule_id = ANY(%(booking_rules)s) AND c.state IN ('open', 'acknowledged', 'waiting')
  AND NOT EXISTS (
    SELECT 1 FROM orders_parcel p JOIN orders_booking b ON b.parcel_id = p.id
    WHERE p.shipment_id = c.shipment_id AND b.problem <> '' AND NOT b.settled)
UNION
SELECT c.shipment_id FROM exceptions_case c
WHERE c.rule_id = ANY(%(flag_rules)s) AND c.state IN ('open', 'acknowledged', 'waiting')
  AND NOT EXISTS (
    SELECT 1 FROM exceptions_flag f
    WHERE f.shipment_id = c.shipment_id AND f.state = 'escalated')
LIMIT %(limit)s
"""


def follow_changes(*, limit: int = 500, seconds: float = FOLLOW_SECONDS) -> int:
    """Judge the shipments that changed since the last time; returns how many change rows.

    Watch, cases and the cursor's step are one transaction a batch, so that a crash repeats the
    work and loses none. A second caller at the same time does nothing.
    """
    until, total = time.monotonic() + seconds, 0
    with try_lock("exceptions.follow_changes") as held:
        if not held:
            return 0
        register_reader(reader=READER)
        while True:
            done = _follow_once(limit)
            total += done
            if done < limit or time.monotonic() > until:
                return total


def follow_desk(*, limit: int = 2_000) -> Judged:
    """Judge shipments of which people and the platform said something no change row tells.

    A booking with a new problem, a flag somebody passed on, news of customs, and cases whose
    problem or flag is dealt with. What was said is looked for until 30 s after the look, because
    it may have been committed later than it is dated.
    """
    rules = current_book().rules
    given: dict[str, Any] = {
        "limit": limit,
        "since": clock.now() - NEWS,
        "booking_rules": [r.rule_id for r in rules if r.spec.anchor == "booking_problem_at"],
        "flag_rules": [r.rule_id for r in rules if r.spec.anchor == "flagged_at"],
    }
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(UNTOLD, given)
            untold = [row[0] for row in cursor.fetchall()]
        ids = lock_watches(untold)
        return judge_each(shipment_ids=ids) if ids else Judged()


def _follow_once(limit: int) -> int:
    with transaction.atomic():
        changes = read_changes(reader=READER, limit=limit)
        if not changes:
            return 0
        ids = {change.shipment_id for change in changes}
        refresh_watches(shipment_ids=ids, known=known_of(changes))
        score_signatures(shipment_ids=ids)
        judge_each(shipment_ids=ids)
        advance_reader(reader=READER, change=changes[-1])
    return len(changes)
