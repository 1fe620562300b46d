"""One line over all legs: stretches of the way, newest first, joined where it changed hands.

A stretch is a run of events that one leg told about one part of the way. A leg's carrier, number
and countries head it where the leg is another than above; a joint lies below the first stretch of
a leg and says how we know that the two belong together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from apps.core.choices import LabelledEnum
from apps.shipments.admin.leg_strip import LegFace, countries_said
from apps.shipments.admin.timeline import Day, days_of
from apps.shipments.choices import CustomsPhase, LegKind
from apps.shipments.gateways import gateway_of
from apps.shipments.leg_selectors import (
    BorderTimeline,
    EventLine,
    Journey,
    LegLine,
    TimelineEntry,
    is_sign,
)
from apps.shipments.models import Event
from apps.shipments.zones import CHINA


@dataclass(frozen=True, slots=True)
class Joint:
    """A hand-over: when, from whom to whom, and how we know."""

    at: dt.datetime | None
    before: LegFace
    after: LegFace


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the line. ``heads``: its leg is another than that of the stretch above."""

    face: LegFace
    stage: LabelledEnum | None
    phase: LabelledEnum | None
    countries: str
    heads: bool
    days: tuple[Day, ...]
    joint: Joint | None


def journey_of(legs: Sequence[LegLine], events: Sequence[Event]) -> Journey:
    """Return what cards and line are made of from events that were read already, in any order."""
    ordered = sorted(events, key=lambda event: (event.occurred_at, event.pk))
    return Journey(legs, [_line(event) for event in ordered])


def stretches_of(
    line: BorderTimeline,
    events: Mapping[int, Event],
    faces: Mapping[int, LegFace],
    *,
    revealed: bool,
) -> list[Stretch]:
    """Return the line as stretches, newest first; ``events`` and ``faces`` by their ids."""
    runs = [
        (leg_id, stage, list(entries))
        for (leg_id, stage), entries in groupby(
            line.entries, key=lambda entry: (entry.leg.id, entry.stage)
        )
    ]
    joints = _joints(runs, faces)
    above = None
    found = []
    for index, (leg_id, stage, entries) in enumerate(runs):
        phase = next((entry.phase for entry in entries if entry.phase), "")
        found.append(
            Stretch(
                face=faces[leg_id],
                stage=LegKind.parse(stage),
                phase=CustomsPhase.parse(phase) if phase else None,
                countries=countries_said(*_countries(entries)),
                heads=leg_id != above,
                days=tuple(days_of([events[one.event.id] for one in entries], revealed=revealed)),
                joint=joints.get(index),
            )
        )
        above = leg_id
    return found


def _joints(
    runs: Sequence[tuple[int, str, list[TimelineEntry]]], faces: Mapping[int, LegFace]
) -> dict[int, Joint]:
    """Return the hand-overs by the index of the stretch they lie below.

    A leg that only announces the parcel has not got it; the first sign of life is the hand-over.
    """
    found: dict[int, Joint] = {}
    before: LegFace | None = None
    for index in range(len(runs) - 1, -1, -1):
        leg_id, _stage, entries = runs[index]
        if not any(is_sign(entry.event) for entry in entries):
            continue
        face = faces[leg_id]
        if before is not None and face.card.leg.sequence > before.card.leg.sequence:
            at = before.card.leg.handed_over_at or entries[-1].event.occurred_at
            found[index] = Joint(at, before, face)
        if before is None or face.card.leg.sequence > before.card.leg.sequence:
            before = face
    return found


def country_of(event: EventLine | Event) -> str:
    """Return the ISO code of the country an event happened in, "" where nothing says it."""
    place = gateway_of(event.location) or gateway_of(event.area_name)
    if place is not None:
        return place.country
    return "CN" if event.zone == CHINA else ""


def _countries(entries: Sequence[TimelineEntry]) -> list[str]:
    return [country_of(entry.event) for entry in reversed(entries)]


def _line(event: Event) -> EventLine:
    return EventLine(
        event.shipment_id,
        event.leg_id,
        event.pk,
        event.occurred_at,
        event.original_time,
        event.zone,
        event.heard_at,
        event.text,
        event.code,
        event.status,
        event.substatus,
        event.location,
        event.area_name,
        event.longitude,
        event.latitude,
        event.sources,
        event.omitted_at is not None,
    )
