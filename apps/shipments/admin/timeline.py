"""The events of a shipment as somebody reads them: newest first, by day, in two zones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from apps.accounts.faces import shown
from apps.core.choices import LabelledEnum
from apps.shipments.choices import CustomsPhase, EventSource, ShipmentStatus, Substatus
from apps.shipments.models import Event
from apps.shipments.phases import phase_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. ``local_at`` is the naive wall time there, only where it is not the viewer's.

    It is naive because a template turns every aware moment into the viewer's zone; ``offset`` is
    that of the place then ("+01:00"). ``phase`` is where it leaves the parcel with customs.
    ``given_time`` is the carrier's own writing of the time where that says more.
    """

    event: Event
    at: dt.datetime
    status: LabelledEnum | None
    substatus: LabelledEnum | None
    text: str
    text_as_given: str
    place: str
    local_at: dt.datetime | None
    offset: str
    given_time: str
    phase: LabelledEnum | None
    by_push: bool
    by_poll: bool
    by_hand: bool
    by_feed: bool

    @property
    def colour(self) -> str:
        """The colour of its dot."""
        return self.status.colour if self.status else "default"

    @property
    def has_unknown_code(self) -> bool:
        """Whether it carries a code our tables give no meaning."""
        return bool(self.event.code) and self.status is None


@dataclass(frozen=True, slots=True)
class Day:
    """The events of one day of the viewer's calendar, newest first."""

    date: dt.date
    entries: tuple[Entry, ...]


def days_of(events: Iterable[Event], *, revealed: bool) -> list[Day]:
    """Return events grouped by day, newest first; the viewer's zone is the active one.

    Personal data in the carrier's words is masked unless ``revealed``.
    """
    newest_first = sorted(events, key=lambda event: (event.occurred_at, event.pk), reverse=True)
    entries = [entry_of(event, revealed=revealed) for event in newest_first]
    return [Day(day, tuple(of_day)) for day, of_day in groupby(entries, key=lambda e: e.at.date())]


def entry_of(event: Event, *, revealed: bool) -> Entry:
    """Return what to show of one event."""
    at = timezone.localtime(event.occurred_at)
    local = local_time(event.occurred_at, event.zone)
    plain = local.strftime("%Y-%m-%d %H:%M:%S") if local else ""
    return Entry(
        event=event,
        at=at,
        status=ShipmentStatus.parse(event.status),
        substatus=Substatus.parse(event.substatus) if event.substatus else None,
        text=shown(event.text, "text", revealed=revealed),
        text_as_given=shown(event.original_text, "text", revealed=revealed),
        place=place_of(event),
        local_at=(
            local.replace(tzinfo=None) if local and local.utcoffset() != at.utcoffset() else None
        ),
        offset=local.isoformat()[-6:] if local else "",
        given_time=event.original_time if event.original_time != plain else "",
        phase=phase_shown(event),
        by_push=bool(event.sources & EventSource.PUSH),
        by_poll=bool(event.sources & EventSource.POLL),
        by_hand=bool(event.sources & EventSource.MANUAL),
        by_feed=bool(event.sources & EventSource.FEED),
    )


def phase_shown(event: Event) -> LabelledEnum | None:
    """Return where an event leaves the parcel with customs, None where it says nothing of it."""
    if not event.code and not event.substatus:
        return None
    phase = phase_of(
        status=event.status, substatus=event.substatus, code=event.code, text=event.text
    )
    return None if phase is CustomsPhase.NONE else phase


def place_of(event: Event) -> str:
    """Return the place an event names: the division without repetition, else the free words."""
    parts = [part.strip() for part in event.area_name.replace("，", ",").split(",")]
    kept: list[str] = []
    for part in parts:
        if part and not (kept and part.startswith(kept[-1])):
            kept.append(part)
        elif part:
            kept[-1] = part
    return " ".join(kept) or event.location


def local_time(moment: dt.datetime, zone: str) -> dt.datetime | None:
    """Return a moment in a named zone, None for a name nobody knows."""
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return None
