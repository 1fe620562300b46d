"""What rules know of shipments, read from rows: one statement for a whole batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from apps.core import bulk
from apps.exceptions.rulebook.facts import Facts
from apps.shipments.choices import ShipmentStatus

HOME = "CN"
ABROAD = frozenset(
    {
        ShipmentStatus.CUSTOMS.value,
        ShipmentStatus.AT_DESTINATION.value,
        ShipmentStatus.OUT_FOR_DELIVERY.value,
        ShipmentStatus.READY_FOR_PICKUP.value,
        ShipmentStatus.ATTEMPT_FAILED.value,
        ShipmentStatus.REFUSED.value,
    }
)
"""Statuses in which a parcel for abroad is there, so that the days off there count."""

READ = """
SELECT s.id, s.merchant_id, s.status, s.substatus, s.carrier, m.slug, s.mode, s.number,
       coalesce(nullif(s.destination_country, ''), 'CN'),
       s.origin_code, coalesce(nullif(s.destination_code, ''), o.address_code, ''),
       s.created_at, s.picked_up_at, s.last_event_at, s.status_at, s.delivered_at, s.promise_to,
       o.value::float8, coalesce(o.currency, ''), coalesce(o.paid_at,
           CASE WHEN o.placed_at < o.created_at - interval '1 second' THEN o.placed_at END),
       coalesce(b.state, ''), b.booked_at, b.problem, b.problem_at, coalesce(q.service_type, ''),
       w.first_scan_at, coalesce(w.scan_area, ''), w.out_since, w.customs_since,
       w.carrier_corrected_at, w.signature_undone_at, coalesce(w.signed_area, ''), w.signed_score,
       goods.classes, flagged.at, border.export_since, border.import_since, border.held_since,
       CASE WHEN NOT c.is_complete AND c.overridden_at IS NULL AND NOT c.has_left
            THEN c.cut_off END,
       pace.export_hours, pace.import_hours
FROM unnest(%s::bigint[]) AS wanted (id)
JOIN shipments_shipment s ON s.id = wanted.id
JOIN accounts_merchant m ON m.id = s.merchant_id
LEFT JOIN exceptions_watch w ON w.shipment_id = s.id
LEFT JOIN orders_parcel p ON p.shipment_id = s.id
LEFT JOIN orders_order o ON o.id = p.order_id
LEFT JOIN LATERAL (
    SELECT id, state, booked_at,
           CASE WHEN NOT settled AND hold_reasons <> '{manual_route}' THEN problem ELSE '' END
               AS problem,
           coalesce(problem_at, send_started_at, created_at) AS problem_at
    FROM orders_booking WHERE parcel_id = p.id ORDER BY attempt DESC LIMIT 1
) b ON true
LEFT JOIN orders_quote q ON q.booking_id = b.id
LEFT JOIN LATERAL (
    SELECT string_agg(DISTINCT goods_class, ' ') AS classes
    FROM orders_orderline WHERE order_id = o.id
) goods ON true
LEFT JOIN LATERAL (
    SELECT min(decided_at) AS at FROM exceptions_flag
    WHERE shipment_id = s.id AND state = 'escalated'
) flagged ON true
LEFT JOIN customs_consignment c ON c.shipment_id = s.id
LEFT JOIN LATERAL (
    SELECT min(entered_at) FILTER (WHERE direction = 'export') AS export_since,
           min(entered_at) FILTER (WHERE direction = 'import') AS import_since,
           min(held_since) AS held_since
    FROM customs_declaration WHERE consignment_id = c.id AND ended_at IS NULL
) border ON true
LEFT JOIN LATERAL (
    SELECT max(p90_hours) FILTER (WHERE direction = 'export')::float8 AS export_hours,
           max(p90_hours) FILTER (WHERE direction = 'import')::float8 AS import_hours
    FROM exceptions_lanepace
    WHERE destination = s.destination_country AND service = coalesce(q.service_type, '')
      AND origin = CASE WHEN s.origin_code ~ '^[A-Z]{2}' THEN left(s.origin_code, 2) ELSE 'CN' END
      AND parcels >= 30
) pace ON true
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A shipment as rules see it, with the keys its cases need."""

    shipment_id: int
    merchant_id: int
    facts: Facts


def subjects_of(shipment_ids: Collection[int]) -> list[Subject]:
    """Return the shipments with their facts, in one query; unknown ids are left out.

    A shipment nobody watches yet has no facts from its events. An order nobody said was paid
    counts as paid when it was placed, if that was told; a number counts from the booking.
    """
    if not shipment_ids:
        return []
    return [_subject(row) for row in bulk.fetch(READ, [list(shipment_ids)])]


def facts_of(shipment_ids: Collection[int]) -> dict[int, Facts]:
    """Return the facts by shipment, see `subjects_of`."""
    return {one.shipment_id: one.facts for one in subjects_of(shipment_ids)}


def _subject(row: tuple[Any, ...]) -> Subject:
    (
        shipment_id, merchant_id, status, substatus, carrier, merchant, mode, number, country,
        origin, destination, created_at, picked_up_at, last_event_at, status_at, delivered_at,
        promise_to, value, currency, paid_at, booking_state, booked_at, problem, problem_at,
        service, first_scan_at, scan_area, out_since, customs_since, corrected_at, undone_at,
        signed_area, signed_score, goods, flagged_at,
        export_since, import_since, waits_since, papers_by, export_pace, import_pace,
    ) = row  # fmt: skip
    facts = Facts(
        status=status,
        substatus=substatus,
        carrier=carrier,
        service=service,
        merchant=merchant,
        mode=mode,
        number=number,
        country=country,
        region=region_of(country, status),
        lane_from=origin[:2],
        lane_to=destination[:2] if country == HOME else country,
        value=value,
        currency=currency,
        goods=frozenset(goods.split()) if goods else frozenset(),
        booking_state=booking_state,
        booking_problem=problem or "",
        scan_area=scan_area,
        signed_area=signed_area,
        address_area=destination if country == HOME else "",
        signed_score=signed_score,
        created_at=created_at,
        paid_at=paid_at,
        numbered_at=_numbered(number, booked_at, created_at),
        first_scan_at=first_scan_at,
        picked_up_at=picked_up_at,
        last_event_at=last_event_at,
        status_at=status_at or created_at,
        customs_since=customs_since,
        out_since=out_since,
        delivered_at=delivered_at,
        promise_to=promise_to,
        booking_problem_at=problem_at if problem else None,
        carrier_corrected_at=corrected_at,
        signature_undone_at=undone_at,
        flagged_at=flagged_at,
        export_since=export_since,
        import_since=import_since,
        customs_waits_since=waits_since,
        papers_by=papers_by,
        export_pace=export_pace,
        import_pace=import_pace,
    )
    return Subject(shipment_id, merchant_id, facts)


def region_of(country: str, status: str) -> str:
    """Return the country whose days off count for a parcel in a status."""
    return country if country == HOME or status in ABROAD else HOME


def _numbered(
    number: str, booked_at: dt.datetime | None, created_at: dt.datetime
) -> dt.datetime | None:
    return (booked_at or created_at) if number else None
