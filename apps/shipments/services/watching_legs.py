"""The clock over open legs: what is silent, goes round in circles, or was written by a wrong clock.

A parcel that is stuck sends nothing, so no callback can tell: this runs by itself, page by page
over the shipments with an open leg across a border.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db import connection, transaction

from apps.core import clock
from apps.shipments.choices import LegFindingCode
from apps.shipments.leg_selectors import (
    EventLine,
    LegLine,
    clocks_of,
    read_events,
    read_legs,
    word_of,
)
from apps.shipments.models import LegFinding, Shipment
from apps.shipments.services.leg_findings import Seen, open_findings
from apps.shipments.silence import leg_silence
from apps.shipments.stages import backwards_in, loop_in

PAGE = 300
WATCHED = (
    LegFindingCode.SILENT.value,
    LegFindingCode.LOOP.value,
    LegFindingCode.CLOCK_BACKWARDS.value,
)
OPEN = """
SELECT DISTINCT shipment_id FROM shipments_leg
WHERE closed_at IS NULL AND kind <> 'domestic' AND shipment_id > %s ORDER BY shipment_id LIMIT %s
"""
CLEAR = """
UPDATE shipments_legfinding SET cleared_at = %s
WHERE cleared_at IS NULL AND code = ANY(%s) AND shipment_id = ANY(%s) AND seen_at < %s
"""
ENDED = """
UPDATE shipments_legfinding AS old SET cleared_at = %s
FROM shipments_leg AS leg JOIN shipments_shipment AS item ON item.id = leg.shipment_id
WHERE leg.id = old.leg_id AND old.cleared_at IS NULL AND old.code = ANY(%s)
  AND item.closed_at IS NOT NULL
"""


def watch_legs() -> dict[str, int]:
    """Look at every open leg abroad; returns shipments looked at and findings open of each kind.

    Findings that no longer hold are cleared; those about numbers and hand-overs are not touched,
    since only words or people settle them.
    """
    now = clock.now()
    after = looked = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(OPEN, [after, PAGE])
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            break
        after = ids[-1]
        looked += len(ids)
        _watch(ids, now)
    with connection.cursor() as cursor:
        cursor.execute(ENDED, [now, list(WATCHED)])
    open_ = LegFinding.objects.filter(cleared_at__isnull=True)
    return {"shipments": looked} | {
        code.value: open_.filter(code=code.value).count() for code in LegFindingCode
    }


def _watch(ids: Sequence[int], now: dt.datetime) -> None:
    shipments = list(Shipment.objects.filter(pk__in=ids).order_by("id"))
    legs: defaultdict[int, list[LegLine]] = defaultdict(list)
    for leg in read_legs(ids):
        legs[leg.shipment_id].append(leg)
    events: defaultdict[int, dict[int, list[EventLine]]] = defaultdict(dict)
    for event in read_events(shipments):
        events[event.shipment_id].setdefault(event.leg_id, []).append(event)
    seen = [
        one for item in shipments for one in _findings(item, legs[item.pk], events[item.pk], now)
    ]
    with transaction.atomic():
        open_findings(seen, now=now)
        with connection.cursor() as cursor:
            cursor.execute(CLEAR, [now, list(WATCHED), list(ids), now])


def _findings(
    shipment: Shipment,
    legs: Sequence[LegLine],
    events: dict[int, list[EventLine]],
    now: dt.datetime,
) -> list[Seen]:
    counting = [leg for leg in legs if leg.unlinked_at is None]
    clocks = clocks_of(counting, events, is_closed=shipment.closed_at is not None)
    seen = []
    before: list[EventLine] = []
    for leg in counting:
        told = [event for event in events.get(leg.id, []) if not event.is_omitted]
        leg_clock = clocks[leg.id]
        silence, since = leg_silence(leg_clock, now), leg_clock.quiet_since
        if silence.is_silent and silence.silent_for is not None and since is not None:
            hours = int(silence.silent_for.total_seconds() // 3600)
            detail = {
                "level": silence.level,
                "hours": hours,
                "stage": leg_clock.stage,
                "since": f"{since.isoformat().removesuffix('+00:00')}Z",
            }
            seen.append(Seen(shipment.pk, leg.id, LegFindingCode.SILENT.value, dict(detail)))
        words = [word_of(event) for event in told]
        for trouble in (loop_in(words), backwards_in(words, [word_of(one) for one in before])):
            if trouble is not None:
                seen.append(Seen(shipment.pk, leg.id, trouble.code, trouble.detail))
        before = told
    return seen
