"""What reads legs: a card for each, and one line over all of them. Four queries, however many."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.db.models import QuerySet

from apps.baidiyun.choices import Topic
from apps.baidiyun.models import Subscription
from apps.core import clock
from apps.core.bulk import fetch
from apps.shipments.carriers import is_express
from apps.shipments.choices import LegFindingCode
from apps.shipments.legs import RETURN
from apps.shipments.models import LegFinding, Shipment
from apps.shipments.phases import phase_of
from apps.shipments.silence import LegClock, Silence, leg_silence
from apps.shipments.stages import SIGNS, Word, begins_at, stages_of
from apps.shipments.times import local_in

LEGS = """
SELECT id, shipment_id, sequence, kind, carrier, carrier_before, number, claimed_number,
       link_source, link_evidence, zone, from_country, to_country, planned_in, planned_out,
       opened_at, closed_at, handed_over_at, unlinked_at
FROM shipments_leg WHERE shipment_id = ANY(%s) ORDER BY shipment_id, sequence
"""
EVENTS = """
SELECT event.shipment_id, event.leg_id, event.id, event.occurred_at, event.original_time,
       event.zone, event.heard_at, event.text, event.code, event.status, event.substatus,
       event.location, event.area_name, event.longitude, event.latitude, event.sources,
       event.omitted_at IS NOT NULL
FROM shipments_event AS event
WHERE event.shipment_month = ANY(%s) AND event.shipment_id = ANY(%s)
ORDER BY event.shipment_id, event.occurred_at, event.id
"""


class LegLine(NamedTuple):
    """A leg as it is stored."""

    id: int
    shipment_id: int
    sequence: int
    kind: str
    carrier: str
    carrier_before: str
    number: str
    claimed_number: str
    link_source: str
    link_evidence: str
    zone: str
    from_country: str
    to_country: str
    planned_in: dt.datetime | None
    planned_out: dt.datetime | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    handed_over_at: dt.datetime | None
    unlinked_at: dt.datetime | None


class EventLine(NamedTuple):
    """An event as it is stored; coordinates in degrees as given (GCJ-02 assumed)."""

    shipment_id: int
    leg_id: int
    id: int
    occurred_at: dt.datetime
    original_time: str
    zone: str
    heard_at: dt.datetime
    text: str
    code: str
    status: str
    substatus: str
    location: str
    area_name: str
    longitude: float | None
    latitude: float | None
    sources: int
    is_omitted: bool

    @property
    def phase(self) -> str:
        """Where it says the parcel stands with customs."""
        if not self.code and not self.substatus:
            return ""
        return phase_of(
            status=self.status, substatus=self.substatus, code=self.code, text=self.text
        ).value


class Journey(NamedTuple):
    """What cards and the line are made of: legs in order, unlinked ones too, and events by time."""

    legs: Sequence[LegLine]
    events: Sequence[EventLine]


@dataclass(frozen=True, slots=True)
class LegCard:
    """A leg for a person: whose it is, where it stands, how long it has been silent.

    ``is_current``: it has the parcel. ``stage`` is the kind of stretch of its latest word.
    ``quiet_since`` is since when it has said nothing, None while it has no turn.
    ``late_for`` is how long ago it should have ended. ``subscription`` is the state of following
    its number at the platform, "" where it is not followed.
    """

    leg: LegLine
    events: int
    began_at: dt.datetime | None
    last_sign_at: dt.datetime | None
    stage: str
    phase: str
    is_current: bool
    silence: Silence
    quiet_since: dt.datetime | None
    late_for: dt.timedelta | None
    findings: tuple[LegFinding, ...]
    subscription: str
    subscription_message: str

    @property
    def silent_for(self) -> dt.timedelta | None:
        """How long it has said nothing, None while it has no turn."""
        return self.silence.silent_for

    @property
    def is_silent(self) -> bool:
        """Whether that is too long."""
        return self.silence.is_silent


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event on the line over all legs. ``local_at`` carries the offset of its place."""

    event: EventLine
    leg: LegLine
    stage: str
    phase: str
    local_at: dt.datetime
    is_hand_over: bool
    """Whether the parcel is with another leg than before."""


@dataclass(frozen=True, slots=True)
class BorderTimeline:
    """A shipment's legs and its events, newest first; unlinked legs and their events left out."""

    shipment: Shipment
    legs: tuple[LegLine, ...]
    entries: tuple[TimelineEntry, ...]


def leg_cards(
    shipment: Shipment, *, is_sensitive: bool = False, journey: Journey | None = None
) -> list[LegCard]:
    """Return a shipment's legs in order, unlinked ones too, in four queries.

    ``is_sensitive``: food, supplements, cosmetics, medical goods or batteries wait shorter. Two
    queries less for a caller that has read the ``journey``.
    """
    journey = journey or read_journey(shipment)
    legs, events = journey.legs, _by_leg(journey.events)
    findings: defaultdict[int, list[LegFinding]] = defaultdict(list)
    for row in LegFinding.objects.filter(shipment=shipment, cleared_at__isnull=True).order_by("id"):
        findings[row.leg_id].append(row)
    followed = {
        (row.carrier, row.number): row
        for row in Subscription.objects.filter(
            topic=Topic.TRACKING.value, subject=shipment.pk
        ).order_by("id")
    }
    now = clock.now()
    clocks = clocks_of(legs, events, is_closed=shipment.closed_at is not None)
    holder = _holder(legs, events)
    cards = []
    for leg in legs:
        told = events.get(leg.id, [])
        signs = [event.occurred_at for event in told if is_sign(event)]
        subscription = followed.get((leg.carrier, leg.number))
        silence_clock = clocks[leg.id]
        is_open = leg.handed_over_at is None and shipment.closed_at is None
        overdue = is_open and leg.planned_out is not None and leg.planned_out < now
        cards.append(
            LegCard(
                leg=leg,
                events=len(told),
                began_at=signs[0] if signs else None,
                last_sign_at=signs[-1] if signs else None,
                stage=silence_clock.stage,
                phase=silence_clock.phase,
                is_current=leg.id == holder and shipment.closed_at is None,
                silence=leg_silence(silence_clock._replace(is_sensitive=is_sensitive), now),
                quiet_since=silence_clock.quiet_since,
                late_for=now - leg.planned_out if overdue and leg.planned_out else None,
                findings=tuple(findings[leg.id]),
                subscription=subscription.state if subscription else "",
                subscription_message=subscription.message if subscription else "",
            )
        )
    return cards


def timeline_of(shipment: Shipment, *, journey: Journey | None = None) -> BorderTimeline:
    """Return one line over all legs, newest first, in two queries.

    Each entry knows its leg, the stretch it was about, customs' phase and the time of its place.
    No query for a caller that has read the ``journey``.
    """
    journey = journey or read_journey(shipment)
    legs = [leg for leg in journey.legs if leg.unlinked_at is None]
    by_id = {leg.id: leg for leg in legs}
    events = [event for event in journey.events if event.leg_id in by_id]
    stages: dict[int, str] = {}
    for leg_id, told in _by_leg(events).items():
        words = [word_of(event) for event in told]
        found = stages_of(by_id[leg_id].kind, words, begins=_begins(by_id[leg_id], legs))
        stages |= {event.id: stage for event, stage in zip(told, found, strict=True)}
    moved = {
        later.id for one, later in pairwise(events) if is_sign(later) and one.leg_id != later.leg_id
    }
    entries = [
        TimelineEntry(
            event=event,
            leg=by_id[event.leg_id],
            stage=stages[event.id],
            phase=event.phase,
            local_at=local_in(event.occurred_at, event.zone),
            is_hand_over=event.id in moved,
        )
        for event in reversed(events)
    ]
    return BorderTimeline(shipment, tuple(legs), tuple(entries))


def read_journey(shipment: Shipment) -> Journey:
    """Return a shipment's legs and all its events, in two queries."""
    return Journey(read_legs([shipment.pk]), read_events([shipment]))


def open_findings(*, code: LegFindingCode | None = None) -> QuerySet[LegFinding]:
    """Return what is wrong with legs now, newest first, with leg and shipment."""
    rows = LegFinding.objects.filter(cleared_at__isnull=True).select_related("leg", "shipment")
    return rows if code is None else rows.filter(code=code.value)


def read_legs(shipment_ids: Sequence[int]) -> list[LegLine]:
    """Return the legs of shipments in order, one query."""
    return [LegLine._make(row) for row in fetch(LEGS, [list(shipment_ids)])]


def read_events(shipments: Iterable[Shipment]) -> list[EventLine]:
    """Return the events of shipments in the order in which they happened, one query."""
    wanted = list(shipments)
    months = sorted({one.month for one in wanted})
    return [EventLine._make(row) for row in fetch(EVENTS, [months, [one.pk for one in wanted]])]


def word_of(event: EventLine) -> Word:
    """Return an event as the rules of stretches and findings read it."""
    place = event.location or event.area_name
    return Word(event.occurred_at, event.heard_at, event.status, event.phase, event.zone, place)


def clocks_of(
    legs: Sequence[LegLine], events: Mapping[int, Sequence[EventLine]], *, is_closed: bool
) -> dict[int, LegClock]:
    """Return what each leg's silence is told by; only the leg that has the parcel can be silent."""
    holder = None if is_closed else _holder(legs, events)
    given = max((leg.handed_over_at for leg in legs if leg.handed_over_at), default=None)
    clocks = {}
    for leg in legs:
        told = [event for event in events.get(leg.id, ()) if not event.is_omitted]
        words = [word_of(event) for event in told]
        stages = stages_of(leg.kind, words, begins=_begins(leg, legs))
        since = None
        if leg.id == holder:
            heard = [word.occurred_at for word in words if word.status]
            since = max(heard, default=None) or given or leg.opened_at
        phase = next((word.phase for word in reversed(words) if word.status), "")
        clocks[leg.id] = LegClock(
            stages[-1] if stages else leg.kind, phase, since, is_express(leg.carrier)
        )
    return clocks


def _begins(leg: LegLine, legs: Iterable[LegLine]) -> bool:
    before = (one for one in legs if one.sequence < leg.sequence and one.unlinked_at is None)
    return begins_at(one.kind for one in before)


def _holder(legs: Sequence[LegLine], events: Mapping[int, Sequence[EventLine]]) -> int | None:
    """Return the leg that has the parcel: the last with a sign of life, or the one handed to."""
    counting = [leg for leg in legs if leg.unlinked_at is None]
    if not counting:
        return None
    alive = [leg for leg in counting if any(is_sign(event) for event in events.get(leg.id, ()))]
    back = [leg for leg in alive if leg.kind == RETURN]
    if back:
        return back[-1].id
    if not alive:
        return next((leg.id for leg in counting if leg.closed_at is None), counting[0].id)
    last = alive[-1]
    after = counting[counting.index(last) + 1 :]
    return after[0].id if last.handed_over_at is not None and after else last.id


def is_sign(event: EventLine) -> bool:
    """Tell whether an event says that the leg had the parcel."""
    return event.status in SIGNS and not event.is_omitted


def _by_leg(events: Iterable[EventLine]) -> dict[int, list[EventLine]]:
    found: defaultdict[int, list[EventLine]] = defaultdict(list)
    for event in events:
        found[event.leg_id].append(event)
    return found
