"""What a repair would make of the fixes of a flag, before anybody decides on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from apps.exceptions.choices import SCAN_KINDS, Repair
from apps.exceptions.errors import RepairImpossible
from apps.exceptions.models import Flag
from apps.exceptions.repairs import Floats, snap, unshift, usual_lag
from apps.shipments.models import PlannedRoute, Position
from apps.shipments.track_selectors import track_positions

MOST_SHIFT_SECONDS = 50 * 365 * 86_400.0


@dataclass(frozen=True, slots=True)
class RepairedFix:
    """Where and when a fix would be: aware UTC, WGS-84 degrees."""

    position_id: int
    at: dt.datetime
    latitude: float
    longitude: float


def stretch_positions(flag: Flag) -> list[Position]:
    """Return the fixes of a flag in order of arrival; none for the kinds of scans."""
    if flag.kind in SCAN_KINDS:
        return []
    return list(
        track_positions(flag.shipment).filter(id__gte=flag.first_row, id__lte=flag.last_row)
    )


def preview_repair(
    *, flag: Flag, repair: str, numbers: Mapping[str, Any] | None = None
) -> list[RepairedFix]:
    """Return where and when each fix of the flag would be; nothing is written.

    ``numbers``: ``seconds`` to add for shift_clock; without it the median of how long the fixes
    seem to have been under way. Raises RepairImpossible.
    """
    return repaired(flag=flag, rows=stretch_positions(flag), repair=repair, numbers=numbers)[0]


def repaired(
    *, flag: Flag, rows: list[Position], repair: str, numbers: Mapping[str, Any] | None
) -> tuple[list[RepairedFix], dict[str, float]]:
    """Return the repaired fixes and the numbers the repair was made with."""
    if not rows:
        raise RepairImpossible(_("There are no fixes here to repair."))
    latitude = np.array([row.latitude for row in rows])
    longitude = np.array([row.longitude for row in rows])
    seconds, said = 0.0, {}
    if repair in (Repair.FROM_GCJ02.value, Repair.FROM_BD09.value):
        system = repair.removeprefix("from_")
        latitude, longitude = unshift(latitude, longitude, system)
    elif repair == Repair.SWAP_AXES.value:
        latitude, longitude = _swapped(rows)
    elif repair == Repair.SHIFT_CLOCK.value:
        seconds = _seconds(rows, numbers)
        said = {"seconds": seconds}
    elif repair == Repair.SNAP_TO_ROUTE.value:
        latitude, longitude = snap(latitude, longitude, _route(flag))
    else:
        raise RepairImpossible(_("There is no such repair."))
    fit = np.isfinite(latitude) & np.isfinite(longitude)
    if not (fit & (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180)).all():
        raise RepairImpossible(_("Some of these fixes would not lie on earth."))
    return _fixes(rows, seconds, latitude, longitude), said


def _fixes(
    rows: list[Position], seconds: float, latitude: Floats, longitude: Floats
) -> list[RepairedFix]:
    shift = dt.timedelta(seconds=seconds)
    try:
        return [
            RepairedFix(row.pk, row.happened_at + shift, lat, lon)
            for row, lat, lon in zip(rows, latitude.tolist(), longitude.tolist(), strict=True)
        ]
    except OverflowError:
        raise RepairImpossible(_("No clock can be off by that much.")) from None


def _swapped(rows: list[Position]) -> tuple[Floats, Floats]:
    """Exchange the axes as given, then convert from the system that was declared."""
    latitude = np.array([row.given_longitude for row in rows])
    longitude = np.array([row.given_latitude for row in rows])
    systems = np.array([row.system for row in rows])
    for system in set(systems.tolist()):
        here = systems == system
        latitude[here], longitude[here] = unshift(latitude[here], longitude[here], system)
    return latitude, longitude


def _seconds(rows: list[Position], numbers: Mapping[str, Any] | None) -> float:
    given = (numbers or {}).get("seconds")
    if given is None:
        happened = np.array([row.happened_at.timestamp() for row in rows])
        return round(usual_lag(happened, np.array([row.heard_at.timestamp() for row in rows])), 3)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise RepairImpossible(_("The shift of the clock must be a number of seconds."))
    if not abs(given) <= MOST_SHIFT_SECONDS:
        raise RepairImpossible(_("No clock can be off by that much."))
    return float(given)


def _route(flag: Flag) -> Floats:
    route = PlannedRoute.objects.filter(pk=flag.shipment_id).first()
    if route is None:
        raise RepairImpossible(_("This shipment has no planned route."))
    return np.array([route.latitudes, route.longitudes]).T
