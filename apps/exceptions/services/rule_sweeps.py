"""After a change of rules or days everything that is underway is judged once more."""

from __future__ import annotations

import datetime as dt
import time

from django.db import connection, transaction
from django.db.models import F, Max

from apps.core import clock
from apps.core.locks import try_lock
from apps.exceptions.live_rules import current_book
from apps.exceptions.models import RuleSweep
from apps.exceptions.services.judging_shipments import judge_each
from apps.exceptions.services.signatures import score_signatures
from apps.exceptions.services.watching import lock_watches, refresh_watches
from apps.shipments.models import Shipment

SPAN = 5_000
SWEEP_SECONDS = 3.0
KEEP_LOOKING = dt.timedelta(days=30)
UNDERWAY = """
SELECT s.id, w.shipment_id IS NULL FROM shipments_shipment s
LEFT JOIN exceptions_watch w ON w.shipment_id = s.id
WHERE s.id > %s AND s.id <= %s AND w.rules_seen IS DISTINCT FROM %s
  AND (s.closed_at IS NULL OR s.closed_at > %s
       OR EXISTS (SELECT 1 FROM exceptions_case c WHERE c.shipment_id = s.id
                  AND c.state IN ('open', 'acknowledged', 'waiting')))
ORDER BY s.id
"""


def sweep_rules(*, seconds: float = SWEEP_SECONDS) -> int:
    """Go on judging what is underway by the rules as they are now; returns how many shipments.

    Does nothing while the rules are those of the last finished sweep. Goes by shipment id, a
    span of 5,000 at a time, and keeps how far it is: a sweep cut short goes on where it was, a
    further change begins a new one. What changed or came due meanwhile was judged by the new
    rules already and is passed over. Shipments that ended over 30 days ago are left alone
    unless they have a live case. A shipment without a watch gets one.
    """
    until, judged = time.monotonic() + seconds, 0
    with try_lock("exceptions.sweep_rules") as held:
        sweep = _wanted() if held else None
        while sweep is not None and sweep.finished_at is None:
            judged += _sweep_span(sweep)
            if time.monotonic() > until:
                break
    return judged


def _wanted() -> RuleSweep | None:
    """Return the sweep of the rules as they are, None where it is finished."""
    seen = current_book().fingerprint
    last = RuleSweep.objects.order_by("-id").first()
    if last is not None and last.rules_seen == seen:
        return None if last.finished_at else last
    total = Shipment.objects.aggregate(most=Max("id"))["most"] or 0
    RuleSweep.objects.filter(rules_seen=seen).delete()
    return RuleSweep.objects.create(rules_seen=seen, total=total)


def _sweep_span(sweep: RuleSweep) -> int:
    upto = min(sweep.cursor + SPAN, sweep.total)
    with transaction.atomic():
        rows = _underway(sweep, upto)
        unknown = [pk for pk, is_new in rows if is_new]
        refresh_watches(shipment_ids=unknown)
        score_signatures(shipment_ids=unknown)
        ids = lock_watches([pk for pk, _ in rows])
        if ids:
            judge_each(shipment_ids=ids)
        done = upto >= sweep.total
        RuleSweep.objects.filter(pk=sweep.pk).update(
            cursor=upto,
            judged=F("judged") + len(ids),
            finished_at=clock.real_now() if done else None,
        )
    sweep.refresh_from_db()
    return len(ids)


def _underway(sweep: RuleSweep, upto: int) -> list[tuple[int, bool]]:
    since = clock.now() - KEEP_LOOKING
    with connection.cursor() as cursor:
        cursor.execute(UNDERWAY, [sweep.cursor, upto, sweep.rules_seen, since])
        rows: list[tuple[int, bool]] = cursor.fetchall()
    return rows
