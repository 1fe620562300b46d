"""What somebody on the telephone needs in one look at a shipment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.timesince import timesince
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core.choices import LabelledEnum
from apps.shipments.admin.timeline import place_of
from apps.shipments.admin.wording import NEXT_BY_PHASE, STEPS, step_of, what_happens_next
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import CustomsPhase, ShipmentMode, ShipmentStatus, Substatus
from apps.shipments.models import Event, Shipment

ENDED_BADLY = frozenset(
    {ShipmentStatus.RETURNED.value, ShipmentStatus.CANCELLED.value, ShipmentStatus.EXPIRED.value}
)


@dataclass(frozen=True, slots=True)
class Promise:
    """The window we told the customer and how it stands: kept, late, broken, running, none."""

    start: dt.datetime | None
    end: dt.datetime | None
    standing: str
    said: str


@dataclass(frozen=True, slots=True)
class Step:
    """One station of a parcel's life: done, now, or still ahead."""

    label: str
    standing: str


@dataclass(frozen=True, slots=True)
class Glance:
    """The head of the shipment page."""

    status: LabelledEnum | None
    substatus: LabelledEnum | None
    mode: LabelledEnum | None
    carrier: str
    place: str
    latest: Event | None
    since: dt.datetime | None
    since_for: str
    silent_for: str
    heard_for: str
    next: str
    promise: Promise
    steps: tuple[Step, ...]


def glance_at(
    shipment: Shipment, events: Sequence[Event], *, now: dt.datetime, phase: str = ""
) -> Glance:
    """Return the head of the page; ``events`` in any order, ``now`` in business time.

    ``phase`` is where the parcel stands with customs.
    """
    latest = max(events, key=lambda event: (event.occurred_at, event.pk), default=None)
    placed = max(
        (event for event in events if place_of(event)),
        key=lambda event: (event.occurred_at, event.pk),
        default=None,
    )
    since = shipment.status_at or shipment.created_at
    return Glance(
        status=ShipmentStatus.parse(shipment.status),
        substatus=_beyond(shipment, phase),
        mode=ShipmentMode.parse(shipment.mode),
        carrier=carrier_name(shipment.carrier, get_language() or "zh-hans"),
        place=place_of(placed) if placed else "",
        latest=latest,
        since=since,
        since_for=span(since, now),
        silent_for=span(shipment.last_event_at, now),
        heard_for=span(shipment.last_heard_at, now),
        next=what_happens_next(
            status=shipment.status,
            substatus=shipment.substatus,
            number=shipment.number,
            phase=phase,
        ),
        promise=promise_of(shipment, now=now),
        steps=steps_of(shipment.status),
    )


def _beyond(shipment: Shipment, phase: str) -> LabelledEnum | None:
    """What is known beyond the status: customs' own word where it is the sharper one."""
    if shipment.status == ShipmentStatus.CUSTOMS.value and phase in NEXT_BY_PHASE:
        return CustomsPhase.parse(phase)
    return Substatus.parse(shipment.substatus) if shipment.substatus else None


def promise_of(shipment: Shipment, *, now: dt.datetime) -> Promise:
    """Return the promise and whether it is kept, by ``now`` or by the hour of delivery."""
    start, end = shipment.promise_from, shipment.promise_to
    if end is None:
        return Promise(start, end, "none", "")
    arrived = shipment.delivered_at
    if arrived is not None:
        if arrived <= end:
            return Promise(start, end, "kept", _("Kept"))
        return Promise(start, end, "broken", _("%(span)s late") % {"span": span(end, arrived)})
    if shipment.status in ENDED_BADLY:
        return Promise(start, end, "none", "")
    if now > end:
        return Promise(start, end, "late", _("Late by %(span)s") % {"span": span(end, now)})
    return Promise(start, end, "running", _("%(span)s left") % {"span": span(now, end)})


def steps_of(status: str) -> tuple[Step, ...]:
    """Return the stations with the present one marked; its label is the status itself."""
    here = step_of(status)
    found = ShipmentStatus.parse(status)
    return tuple(
        Step(
            label=str(found.label if found and index == here else states[0].label),
            standing=_standing(index, here, ended=here == len(STEPS) - 1),
        )
        for index, states in enumerate(STEPS)
    )


def _standing(index: int, here: int, *, ended: bool) -> str:
    if index == here:
        return "done" if ended else "now"
    return "done" if index < here else "ahead"


def span(start: dt.datetime | None, end: dt.datetime | None) -> str:
    """Return a length of time in words of the active language; empty where an end is missing."""
    if start is None or end is None:
        return ""
    if end - start < dt.timedelta(minutes=1):
        return _("less than a minute")
    words = timesince(start, end, depth=2).replace("\xa0", " ")
    return words.replace("，", " ").replace(", ", " ")
