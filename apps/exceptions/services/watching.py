"""Keeping the watch: what only the events tell, computed for many shipments in one statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from apps.core import bulk, clock
from apps.shipments.choices import ChangeKind, ShipmentStatus
from apps.shipments.models import ShipmentChange

KNOWN = (("id", "bigint"), ("corrected_at", "timestamptz"), ("undone_at", "timestamptz"))
EVENTS = """
    SELECT event.*, regexp_replace(event.area_code, '^CN', '') AS area
    FROM shipments_event event
    WHERE event.shipment_month = date_trunc('month', s.created_at AT TIME ZONE 'UTC')::date
      AND event.shipment_id = s.id
      AND (event.omitted_at IS NULL OR event.status NOT IN ('delivered', 'returned', 'cancelled'))
"""
REFRESH = f"""
INSERT INTO exceptions_watch (
    shipment_id, checked_at, rules_seen, first_scan_at, scan_area, out_since, customs_since,
    carrier_corrected_at, signature_undone_at, signed_area, signed_parts)
SELECT s.id, %s, 0, said.first_scan_at, coalesce(said.scan_area, ''), stay.out_since,
       stay.customs_since, coalesce(known.corrected_at, old.carrier_corrected_at),
       CASE WHEN s.delivered_at IS NULL
            THEN coalesce(stay.undone_at, known.undone_at, old.signature_undone_at) END,
       coalesce(said.signed_area, ''), '{{}}'
FROM {bulk.unnest(KNOWN, "known")}
JOIN shipments_shipment s ON s.id = known.id
LEFT JOIN exceptions_watch old ON old.shipment_id = s.id
LEFT JOIN LATERAL (
    SELECT id FROM shipments_leg WHERE shipment_id = s.id AND kind <> 'return'
    ORDER BY sequence DESC LIMIT 1
) final ON true
LEFT JOIN LATERAL (
    SELECT min(occurred_at) FILTER (
               WHERE status NOT IN ('', 'created', 'awaiting_pickup', 'cancelled', 'expired')
           ) AS first_scan_at,
           (array_agg(area ORDER BY occurred_at DESC, id DESC) FILTER (WHERE area <> ''))[1]
               AS scan_area,
           max(occurred_at) FILTER (WHERE status NOT IN ('', 'out_for_delivery', 'delivered'))
               AS elsewhere_at,
           max(occurred_at) FILTER (
               WHERE status NOT IN ('', 'customs') OR substatus = 'cleared') AS uncustomed_at,
           min(occurred_at) FILTER (WHERE status = 'delivered' AND leg_id = final.id)
               AS signed_at,
           (array_agg(area ORDER BY occurred_at DESC, id DESC) FILTER (
               WHERE status = 'delivered' AND leg_id = final.id AND area <> ''))[1] AS signed_area
    FROM ({EVENTS}) event
) said ON true
LEFT JOIN LATERAL (
    SELECT min(occurred_at) FILTER (
               WHERE status = 'out_for_delivery'
                 AND occurred_at >= coalesce(said.elsewhere_at, '-infinity')) AS out_since,
           min(occurred_at) FILTER (
               WHERE status = 'customs' AND substatus <> 'cleared'
                 AND occurred_at > coalesce(said.uncustomed_at, '-infinity')) AS customs_since,
           min(occurred_at) FILTER (
               WHERE occurred_at > said.signed_at
                 AND (status IN ('returning', 'returned', 'refused')
                      OR substatus = 'signature_withdrawn')) AS undone_at
    FROM ({EVENTS}) event
) stay ON true
ORDER BY s.id
ON CONFLICT (shipment_id) DO UPDATE SET
    first_scan_at = EXCLUDED.first_scan_at, scan_area = EXCLUDED.scan_area,
    out_since = EXCLUDED.out_since, customs_since = EXCLUDED.customs_since,
    carrier_corrected_at = EXCLUDED.carrier_corrected_at,
    signature_undone_at = EXCLUDED.signature_undone_at, signed_area = EXCLUDED.signed_area
"""  # noqa: S608 - names are the module's own
LOCK = """
SELECT shipment_id FROM exceptions_watch WHERE shipment_id = ANY(%s)
ORDER BY shipment_id FOR NO KEY UPDATE
"""
LOOKED = (("id", "bigint"), ("next_at", "timestamptz"))
KEEP = f"""
UPDATE exceptions_watch watch SET next_check_at = made.next_at, checked_at = %s, rules_seen = %s
FROM {bulk.unnest(LOOKED, "made")} WHERE watch.shipment_id = made.id
"""  # noqa: S608
WAKE = """
UPDATE exceptions_watch SET next_check_at = least(next_check_at, %s) WHERE shipment_id = ANY(%s)
"""


@dataclass(slots=True)
class Known:
    """What change rows tell that events do not: when a carrier was corrected, when a signature
    was taken back because a newer snapshot omits it."""

    corrected: dict[int, dt.datetime] = field(default_factory=dict)
    undone: dict[int, dt.datetime] = field(default_factory=dict)


def known_of(changes: Iterable[ShipmentChange]) -> Known:
    """Return what change rows tell, the earliest word of each shipment."""
    known, delivered = Known(), ShipmentStatus.DELIVERED.value
    for change in changes:
        if ChangeKind.CARRIER.value in change.kinds:
            known.corrected.setdefault(change.shipment_id, change.at)
        if change.from_status == delivered and change.to_status != delivered:
            known.undone.setdefault(change.shipment_id, change.at)
    return known


def refresh_watches(*, shipment_ids: Collection[int], known: Known | None = None) -> None:
    """Write what the events of shipments tell, inside the caller's transaction.

    A shipment that has no watch gets one. The rows stay locked until the transaction ends, in
    the order of their ids. Two statements for any number of shipments, none of them per event.
    """
    if not shipment_ids:
        return
    told = known or Known()
    rows = [(pk, told.corrected.get(pk), told.undone.get(pk)) for pk in sorted(shipment_ids)]
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, [clock.now(), *bulk.pack(KNOWN, rows)])


def lock_watches(shipment_ids: Collection[int]) -> list[int]:
    """Lock the watches of shipments in the order of their ids; returns those there are."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(shipment_ids)])
        return [row[0] for row in cursor.fetchall()]


def keep_looks(
    *, looks: Mapping[int, dt.datetime | None], rules_seen: int, now: dt.datetime
) -> None:
    """Write when each shipment is looked at next (None: not before something happens)."""
    if looks:
        rows: Sequence[tuple[int, dt.datetime | None]] = sorted(looks.items())
        with connection.cursor() as cursor:
            cursor.execute(KEEP, [now, rules_seen, *bulk.pack(LOOKED, rows)])


def wake_watches(*, shipment_ids: Collection[int]) -> None:
    """Have shipments looked at by the next tick: something changed that no change row tells."""
    if shipment_ids:
        with connection.cursor() as cursor:
            cursor.execute(WAKE, [clock.now(), list(shipment_ids)])
