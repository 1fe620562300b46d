"""What reads tracks: which shipment a report means, and what of a track may be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet

from apps.core.geo import centre_of
from apps.core.geo.coordinates import wgs84_to_bd09_arrays, wgs84_to_gcj02_arrays
from apps.shipments.choices import CoordinateSystem, PositionUse
from apps.shipments.fixes import is_dated_well
from apps.shipments.models import Leg, PlannedRoute, Position, Shipment
from apps.shipments.selectors import shipment_events

MAX_SHOWN = 2_000
MAX_SCANS = 200
_INTO = {
    CoordinateSystem.GCJ02.value: wgs84_to_gcj02_arrays,
    CoordinateSystem.BD09.value: wgs84_to_bd09_arrays,
}


@dataclass(frozen=True, slots=True)
class ShownPoint:
    """A fix that may be used. ``after_gap``: between it and the one before, fixes are held back."""

    at: dt.datetime
    latitude: float
    longitude: float
    accuracy_m: float | None
    corrected: bool
    after_gap: bool


@dataclass(frozen=True, slots=True)
class ScanPlace:
    """Where a carrier scanned the parcel: the centre of a division, never a fix."""

    at: dt.datetime
    area_code: str
    area_name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class ShownTrack:
    """What a reader of a track gets. ``uncertain_since``: the newest fixes are held since then."""

    points: tuple[ShownPoint, ...]
    scans: tuple[ScanPlace, ...]
    planned: tuple[tuple[float, float], ...]
    uncertain_since: dt.datetime | None
    more: bool


def shipments_by_reference(
    *, merchant_id: int, references: Iterable[str], modes: Iterable[str] | None = None
) -> dict[str, tuple[int, dt.datetime]]:
    """Return (id, created) of the newest shipment each reference means, in three lookups.

    A reference is our id, the merchant's order number or a carrier's number of any leg. What is
    another merchant's is not found.
    """
    wanted = sorted(set(references))
    if not wanted:
        return {}
    rows = Shipment.objects.filter(merchant_id=merchant_id)
    if modes is not None:
        rows = rows.filter(mode__in=list(modes))
    found: dict[str, tuple[int, dt.datetime]] = {}
    numbers = [reference.upper() for reference in wanted]
    by_leg = Leg.objects.filter(number__in=numbers, shipment__in=rows)
    for number, pk, created_at in by_leg.order_by("shipment_id").values_list(
        "number", "shipment_id", "shipment__created_at"
    ):
        found[number] = (pk, created_at)
    found = {ref: found[ref.upper()] for ref in wanted if ref.upper() in found}
    for name in ("reference", "uid"):
        matching = rows.filter(**{f"{name}__in": wanted}).order_by("id")
        for ref, pk, created_at in matching.values_list(name, "pk", "created_at"):
            found[ref] = (pk, created_at)
    return found


def track_positions(shipment: Shipment) -> QuerySet[Position]:
    """Return all fixes of a shipment as they arrived, oldest first; the month picks the part."""
    return Position.objects.filter(shipment_month=shipment.month, shipment_id=shipment.pk).order_by(
        "id"
    )


def read_track(shipment: Shipment, *, system: str = CoordinateSystem.WGS84.value) -> ShownTrack:
    """Return what may be shown of a shipment's track, from ``Position.use`` alone.

    Degrees are in ``system``. At most the newest 2,000 fixes; ``more`` says there are others.
    """
    newest = list(track_positions(shipment).order_by("-id")[: MAX_SHOWN + 1])
    rows = sorted(newest[:MAX_SHOWN], key=_moment)
    points, uncertain_since = _shown(rows, system)
    return ShownTrack(
        points=points,
        scans=_scans(shipment, system),
        planned=_planned(shipment, system),
        uncertain_since=uncertain_since,
        more=len(newest) > MAX_SHOWN,
    )


def convert_points(points: Sequence[tuple[float, float]], system: str) -> list[tuple[float, float]]:
    """Return (latitude, longitude) pairs of WGS-84 in another system."""
    into = _INTO.get(system)
    if into is None or not points:
        return [(float(a), float(b)) for a, b in points]
    latitude, longitude = into(*np.array(points, dtype=np.float64).T)
    return list(zip(latitude.tolist(), longitude.tolist(), strict=True))


def _moment(row: Position) -> dt.datetime:
    """When a fix counts as taken; the clock of one that is held may be what is wrong with it."""
    if row.use == PositionUse.HELD.value and not is_dated_well(row.happened_at, row.heard_at):
        return row.heard_at
    return row.corrected_at or row.happened_at


def _shown(rows: list[Position], system: str) -> tuple[tuple[ShownPoint, ...], dt.datetime | None]:
    kept: list[tuple[Position, bool]] = []
    gap, since = False, None
    for row in rows:
        if row.use == PositionUse.HELD.value:
            gap, since = True, since or row.heard_at
        elif row.use != PositionUse.EXCLUDED.value:
            kept.append((row, gap and bool(kept)))
            gap, since = False, None
    places = convert_points([_place(row) for row, _gap in kept], system)
    points = tuple(
        ShownPoint(
            at=_moment(row),
            latitude=latitude,
            longitude=longitude,
            accuracy_m=row.accuracy_m,
            corrected=row.use == PositionUse.CORRECTED.value,
            after_gap=after_gap,
        )
        for (row, after_gap), (latitude, longitude) in zip(kept, places, strict=True)
    )
    return points, since


def _place(row: Position) -> tuple[float, float]:
    if row.use == PositionUse.CORRECTED.value:
        return row.corrected_latitude or 0.0, row.corrected_longitude or 0.0
    return row.latitude, row.longitude


def _scans(shipment: Shipment, system: str) -> tuple[ScanPlace, ...]:
    found: list[ScanPlace] = []
    events = shipment_events(shipment).exclude(area_code="")[:MAX_SCANS]
    for event in reversed(list(events)):
        centre = centre_of(event.area_code)
        if centre is None or (found and found[-1].area_code == event.area_code):
            continue
        [(latitude, longitude)] = convert_points([(centre.latitude, centre.longitude)], system)
        found.append(
            ScanPlace(event.occurred_at, event.area_code, event.area_name, latitude, longitude)
        )
    return tuple(found)


def _planned(shipment: Shipment, system: str) -> tuple[tuple[float, float], ...]:
    route = PlannedRoute.objects.filter(pk=shipment.pk).first()
    if route is None:
        return ()
    return tuple(convert_points(list(zip(route.latitudes, route.longitudes, strict=True)), system))
