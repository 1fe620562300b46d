"""Histories of shipments, read from rows for replay: four statements for a whole batch."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from apps.core import bulk
from apps.exceptions.facts_rows import ABROAD, subjects_of
from apps.exceptions.rulebook.replay import History, Told
from apps.shipments.choices import TERMINAL_STATUSES

EVENTS = """
SELECT event.shipment_id, event.occurred_at, event.key, event.status, event.substatus,
       event.certainty, event.heard_at, event.omitted_at, event.leg_id, event.area_code
FROM shipments_shipment s
JOIN shipments_event event ON event.shipment_id = s.id
 AND event.shipment_month = date_trunc('month', s.created_at AT TIME ZONE 'UTC')::date
WHERE s.id = ANY(%s)
ORDER BY event.id
"""
ROLES = """
SELECT id, CASE WHEN kind = 'return' THEN 2
                WHEN sequence = max(sequence) FILTER (WHERE kind <> 'return')
                     OVER (PARTITION BY shipment_id) THEN 0 ELSE 1 END
FROM shipments_leg WHERE shipment_id = ANY(%s)
"""
ENDED = """
SELECT s.id, coalesce(cancelled.at, s.closed_at)
FROM shipments_shipment s
LEFT JOIN LATERAL (
    SELECT min(at) AS at FROM shipments_shipmentchange
    WHERE shipment_id = s.id AND 'cancelled' = ANY(kinds)
) cancelled ON true
WHERE s.id = ANY(%s) AND s.closed_at IS NOT NULL AND s.status = 'cancelled'
"""
COMPLAINTS = """
SELECT shipment_id, at FROM exceptions_contact
WHERE shipment_id = ANY(%s) AND is_complaint AND withdrawn_at IS NULL
ORDER BY shipment_id, at
"""


@dataclass(frozen=True, slots=True)
class Past:
    """A shipment's history, and when its customer complained (the earliest first)."""

    shipment_id: int
    history: History
    complaints: tuple[dt.datetime, ...]


def pasts_of(shipment_ids: Collection[int]) -> list[Past]:
    """Return the histories of shipments in the order of their ids; unknown ids are left out."""
    ids = list(shipment_ids)
    if not ids:
        return []
    told = _told(ids)
    ended = dict(bulk.fetch(ENDED, [ids]))
    complaints: defaultdict[int, list[dt.datetime]] = defaultdict(list)
    for shipment_id, at in bulk.fetch(COMPLAINTS, [ids]):
        complaints[shipment_id].append(at)
    found = []
    for subject in sorted(subjects_of(ids), key=lambda one: one.shipment_id):
        pk = subject.shipment_id
        events = told.get(pk, [])
        end = ended.get(pk) if subject.facts.status in TERMINAL_STATUSES else None
        history = History(subject.facts, events, end, ABROAD)
        found.append(Past(pk, history, tuple(complaints.get(pk, ()))))
    return found


def _told(ids: list[int]) -> dict[int, list[Told]]:
    found: defaultdict[int, list[Told]] = defaultdict(list)
    roles = dict(bulk.fetch(ROLES, [ids]))
    for shipment_id, *said, leg_id, area in bulk.fetch(EVENTS, [ids]):
        told = Told._make((*said, roles[leg_id], area.removeprefix("CN")))
        found[shipment_id].append(told)
    return found
