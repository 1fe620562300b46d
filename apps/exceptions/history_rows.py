"""Histories of shipments, read from rows for replay: four statements for a whole batch."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from apps.core import bulk
from apps.exceptions.facts_rows import ABROAD, subjects_of
from apps.exceptions.rulebook.replay import History, Told
from apps.shipments.choices import TERMINAL_STATUSES
from apps.shipments.legs import Part, parts_of

EVENTS = """
SELECT event.shipment_id, event.occurred_at, event.key, event.status, event.substatus,
       event.certainty, event.heard_at, event.omitted_at, event.leg_id, event.area_code
FROM shipments_shipment s
JOIN shipments_event event ON event.shipment_id = s.id
 AND event.shipment_month = date_trunc('month', s.created_at AT TIME ZONE 'UTC')::date
WHERE s.id = ANY(%s)
ORDER BY event.id
"""
LEGS = """
SELECT shipment_id, id, kind, sequence, link_source, unlinked_at FROM shipments_leg
WHERE shipment_id = ANY(%s) ORDER BY shipment_id, sequence
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


class _Leg(NamedTuple):
    """What the roles of legs are told by."""

    id: int
    kind: str
    sequence: int
    link_source: str
    unlinked_at: dt.datetime | None


def _told(ids: list[int]) -> dict[int, list[Told]]:
    """Return the events of shipments; those of a leg somebody unlinked are left out."""
    found: defaultdict[int, list[Told]] = defaultdict(list)
    parts = _parts(ids)
    for shipment_id, *said, leg_id, area in bulk.fetch(EVENTS, [ids]):
        if leg_id in parts:
            role, place = parts[leg_id]
            told = Told._make((*said, role, area.removeprefix("CN"), place))
            found[shipment_id].append(told)
    return found


def _parts(ids: list[int]) -> dict[int, Part]:
    chains: defaultdict[int, list[_Leg]] = defaultdict(list)
    for shipment_id, *leg in bulk.fetch(LEGS, [ids]):
        chains[shipment_id].append(_Leg._make(leg))
    return {leg_id: part for legs in chains.values() for leg_id, part in parts_of(legs).items()}
