"""Looking at scan events: a hop no vehicle makes, a loop, a city that is not on the way."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from django.db import transaction

from apps.core import clock
from apps.core.geo import centre_of
from apps.core.locks import lock_keys
from apps.exceptions.choices import SCAN_KINDS, FlagState
from apps.exceptions.models import Flag
from apps.exceptions.policies import Rules, current_rules
from apps.exceptions.ranking import parts_of, rank_of
from apps.exceptions.services.flag_rows import HOUR, stakes_of
from apps.exceptions.stretches import Held, Plan, Stretch, plan, undecided
from apps.exceptions.tracks.scans import Scan, detect_scans
from apps.shipments.choices import ChangeKind
from apps.shipments.models import Event, Shipment
from apps.shipments.selectors import read_changes
from apps.shipments.services import advance_reader, register_reader

READER = "exceptions.scans"
MOST_SCANS = 300


def follow_scans(*, limit: int = 500) -> int:
    """Look at the scans of the shipments that changed since the last time; return the changes."""
    with transaction.atomic():
        register_reader(reader=READER)
        changes = read_changes(reader=READER, limit=limit)
        if not changes:
            return 0
        fresh = {one.shipment_id for one in changes if ChangeKind.EVENTS.value in one.kinds}
        look_at_scans(shipment_ids=fresh)
        advance_reader(reader=READER, change=changes[-1])
    return len(changes)


def look_at_scans(*, shipment_ids: Collection[int]) -> int:
    """Look at the newest 300 placed scans of shipments; return how many flags were raised.

    Nothing is held: a scan is no fix. Raised, kept and withdrawn as flags on tracks are.
    """
    if not shipment_ids:
        return 0
    rules = current_rules()
    with transaction.atomic():
        lock_keys("look", shipment_ids)
        flags = _flags(shipment_ids)
        shipments = Shipment.objects.in_bulk(list(shipment_ids))
        raised = 0
        for pk, events in sorted(_scans(shipments.values()).items()):
            found = _found(shipments[pk], events, rules)
            if found or flags[pk]:
                ids = np.array([event.pk for event in events])
                left = undecided(found, flags[pk], ids)
                made = plan(left, flags[pk], ids, trusted=0)
                _write(shipments[pk], events, made, rules)
                raised += len(made.raised)
    return raised


def _scans(shipments: Collection[Shipment]) -> dict[int, list[Event]]:
    months = {shipment.month for shipment in shipments}
    rows = (
        Event.objects.filter(
            shipment_month__in=months, shipment_id__in=[shipment.pk for shipment in shipments],
            omitted_at=None,
        )
        .exclude(area_code="")
        .order_by("shipment_id", "id")
        .only("id", "shipment_id", "occurred_at", "area_code")
    )  # fmt: skip
    found: defaultdict[int, list[Event]] = defaultdict(list)
    for event in rows:
        if centre_of(event.area_code) is not None:
            found[event.shipment_id].append(event)
    return {pk: events[-MOST_SCANS:] for pk, events in found.items()}


def _found(shipment: Shipment, events: Sequence[Event], rules: Rules) -> list[Stretch]:
    scans = []
    for event in events:
        latitude, longitude = _place(event.area_code) or (0.0, 0.0)
        scans.append(Scan(event.occurred_at.timestamp(), event.area_code, latitude, longitude))
    found = detect_scans(
        scans,
        origin=_place(shipment.origin_code),
        destination=_place(shipment.destination_code),
        thresholds=rules.thresholds,
    )
    return [
        Stretch(one.kind, one.start, one.end, float(one.score), dict(one.numbers))
        for one in found
        if rules.policies[one.kind].is_raised
    ]


def _place(code: str) -> tuple[float, float] | None:
    centre = centre_of(code) if code else None
    return (centre.latitude, centre.longitude) if centre else None


def _flags(shipment_ids: Collection[int]) -> defaultdict[int, list[Held]]:
    now = clock.real_now()
    rows = Flag.objects.filter(shipment_id__in=shipment_ids, kind__in=SCAN_KINDS)
    found: defaultdict[int, list[Held]] = defaultdict(list)
    for flag in rows.exclude(state=FlagState.WITHDRAWN.value).order_by("id"):
        held = flag.claimed_until is not None and flag.claimed_until > now
        found[flag.shipment_id].append(
            Held(flag.pk, flag.kind, flag.state, flag.first_row, flag.last_row, held)
        )
    return found


def _write(shipment: Shipment, events: Sequence[Event], made: Plan, rules: Rules) -> None:
    now = clock.now()
    for pk, one in made.kept:
        Flag.objects.filter(pk=pk, state=FlagState.OPEN.value).update(
            **_described(events, one, rules)
        )
    Flag.objects.filter(pk__in=made.withdrawn, state=FlagState.OPEN.value).update(
        state=FlagState.WITHDRAWN.value, decided_at=now, claimed_by=None, claimed_until=None
    )
    if not made.raised:
        return
    parts = parts_of(stakes_of([shipment.pk])[shipment.pk], now=now)
    Flag.objects.bulk_create(
        Flag(
            merchant_id=shipment.merchant_id,
            shipment_id=shipment.pk,
            raised_at=now,
            expires_at=now + rules.policies[one.kind].expires_after_hours * HOUR,
            rank=rank_of(parts, raised_at=now),
            rank_parts=parts,
            **_described(events, one, rules),
        )
        for one in made.raised
    )


def _described(events: Sequence[Event], one: Stretch, rules: Rules) -> dict[str, Any]:
    rows = events[one.first : one.last + 1]
    moments: list[dt.datetime] = [event.occurred_at for event in rows]
    return {
        "kind": one.kind,
        "first_row": rows[0].pk,
        "last_row": rows[-1].pk,
        "rows": len(rows),
        "started_at": min(moments),
        "ended_at": max(moments),
        "score": one.score,
        "numbers": {**one.numbers, "row": one.first},
        "thresholds_version": rules.version,
    }
