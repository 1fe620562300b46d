"""The queue of tracks somebody should look at, and the one way to change what a fix is used for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter

from django.db import connection, transaction

from apps.core import clock
from apps.core.bulk import pack, unnest
from apps.shipments.choices import PositionUse
from apps.shipments.models import PlannedRoute, Position, Shipment, Track

LEASE = dt.timedelta(minutes=2)
CLAIM = """
UPDATE shipments_track SET claimed_until = %s WHERE shipment_id = ANY(ARRAY(
    SELECT shipment_id FROM shipments_track
    WHERE wanted_at IS NOT NULL AND (claimed_until IS NULL OR claimed_until < %s)
    ORDER BY wanted_at LIMIT %s FOR UPDATE SKIP LOCKED
)) RETURNING shipment_id, version, wanted_at
"""
CORRECTION_COLUMNS = (
    ("id", "bigint"),
    ("at", "timestamptz"),
    ("latitude", "float8"),
    ("longitude", "float8"),
)
CORRECT = (
    "UPDATE shipments_position AS old SET use = 'corrected', corrected_at = new.at,"  # noqa: S608
    " corrected_latitude = new.latitude, corrected_longitude = new.longitude"
    f" FROM {unnest(CORRECTION_COLUMNS, 'new')}"
    " WHERE old.shipment_month = %s AND old.shipment_id = %s AND old.id = new.id"
)
USE_COLUMNS = (
    ("month", "date"),
    ("shipment_id", "bigint"),
    ("position_id", "bigint"),
    ("use", "text"),
    ("at", "timestamptz"),
    ("latitude", "float8"),
    ("longitude", "float8"),
    ("instead_of", "text"),
)
WRITE_USES = (
    "UPDATE shipments_position AS old SET"  # noqa: S608
    " use = CASE WHEN new.use = 'accepted' AND NOT (abs(old.latitude) <= 90"
    " AND abs(old.longitude) <= 180) THEN 'excluded' ELSE new.use END,"
    " corrected_at = new.at, corrected_latitude = new.latitude,"
    " corrected_longitude = new.longitude"
    f" FROM {unnest(USE_COLUMNS, 'new')}"
    " WHERE old.shipment_month = new.month AND old.shipment_id = new.shipment_id"
    " AND old.id = new.position_id AND (new.instead_of = '' OR new.instead_of = old.use)"
)
FINISH_COLUMNS = (("shipment_id", "bigint"), ("version", "int"))
FINISH = (
    "UPDATE shipments_track AS old SET claimed_until = NULL,"  # noqa: S608
    " looked_version = greatest(old.looked_version, least(seen.version, old.version)),"
    " wanted_at = CASE WHEN old.version = seen.version THEN NULL"
    " WHEN old.wanted_at IS NOT NULL THEN %s END"
    " FROM (SELECT track.shipment_id, new.version FROM shipments_track AS track"
    f" JOIN {unnest(FINISH_COLUMNS, 'new')} USING (shipment_id)"
    " ORDER BY track.shipment_id FOR UPDATE OF track) AS seen"
    " WHERE old.shipment_id = seen.shipment_id"
)


@dataclass(frozen=True, slots=True)
class WantedTrack:
    """A claimed track: look at it, then finish it with the version that was claimed."""

    shipment_id: int
    version: int
    wanted_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """Where and when a fix really was: aware UTC, WGS-84 degrees."""

    at: dt.datetime
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class FixUse:
    """What one fix is used for, with the corrected values where it is corrected.

    ``instead_of``: the change is made only while the fix is used like that.
    """

    month: dt.date
    shipment_id: int
    position_id: int
    use: str
    at: dt.datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    instead_of: str = ""


def claim_tracks(*, limit: int) -> list[WantedTrack]:
    """Take up to ``limit`` tracks with fixes nobody has looked at, the longest waiting first.

    The claim lasts two real minutes: a worker that dies gives its tracks back.
    """
    now = clock.real_now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, [now + LEASE, now, limit])
        rows = cursor.fetchall()
    return sorted((WantedTrack(*row) for row in rows), key=lambda track: track.wanted_at)


def finish_track(*, shipment_id: int, version: int) -> bool:
    """Say that a track was looked at as of ``version``; return whether nothing came since.

    Otherwise it stays wanted, from now on, and can be claimed at once.
    """
    now = clock.real_now()
    with transaction.atomic():
        track = Track.objects.select_for_update().get(pk=shipment_id)
        settled = track.version == version
        track.looked_version = max(track.looked_version, min(version, track.version))
        track.claimed_until = None
        if settled:
            track.wanted_at = None
        elif track.wanted_at is not None:
            track.wanted_at = now
        track.save(update_fields=["looked_version", "claimed_until", "wanted_at"])
    return settled


def finish_tracks(*, versions: Mapping[int, int]) -> int:
    """Do what :func:`finish_track` does for many tracks (shipment id → version) at once."""
    if not versions:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        packed = pack(FINISH_COLUMNS, sorted(versions.items()))
        cursor.execute(FINISH, [clock.real_now(), *packed])
        return int(cursor.rowcount)


def want_look(*, shipment_ids: Collection[int]) -> int:
    """Ask for another look at tracks, as the nightly sweep does; return how many."""
    rows = Track.objects.filter(pk__in=list(shipment_ids), wanted_at__isnull=True)
    return rows.update(wanted_at=clock.real_now())


def set_position_use(*, shipment: Shipment, position_ids: Collection[int], use: PositionUse) -> int:
    """Set what fixes of a shipment are used for; return how many changed.

    ``CORRECTED`` needs values: see :func:`correct_positions`. What is not on earth is never
    accepted: it stays excluded. Runs inside the caller's transaction.
    """
    if use is PositionUse.CORRECTED:
        raise ValueError("corrected positions need their values")
    rows = Position.objects.filter(
        shipment_month=shipment.month, shipment_id=shipment.pk, id__in=list(position_ids)
    )
    cleared = {"corrected_at": None, "corrected_latitude": None, "corrected_longitude": None}
    if use is not PositionUse.ACCEPTED:
        return rows.exclude(use=use.value).update(use=use.value, **cleared)
    nowhere = rows.exclude(latitude__range=(-90.0, 90.0))
    changed = nowhere.exclude(use="excluded").update(use=PositionUse.EXCLUDED.value, **cleared)
    on_earth = rows.filter(latitude__range=(-90.0, 90.0)).exclude(use=use.value)
    return changed + on_earth.update(use=use.value, **cleared)


def write_uses(*, uses: Sequence[FixUse]) -> int:
    """Write what fixes of any shipments are used for, in one statement; return how many.

    What is not on earth is never accepted: it is excluded. Runs inside the caller's transaction.
    """
    if not uses:
        return 0
    values = attrgetter(*(name for name, _ in USE_COLUMNS))
    rows = sorted((values(one) for one in uses), key=itemgetter(1, 2))
    with connection.cursor() as cursor:
        cursor.execute(WRITE_USES, pack(USE_COLUMNS, rows))
        return int(cursor.rowcount)


def correct_positions(*, shipment: Shipment, corrections: Mapping[int, Correction]) -> int:
    """Write where fixes really were, by position id; readers use these values from now on."""
    if not corrections:
        return 0
    rows = [(pk, fix.at, fix.latitude, fix.longitude) for pk, fix in sorted(corrections.items())]
    with connection.cursor() as cursor:
        packed = pack(CORRECTION_COLUMNS, rows)
        cursor.execute(CORRECT, [*packed, shipment.month, shipment.pk])
        return int(cursor.rowcount)


def plan_route(
    *, shipment: Shipment, latitudes: list[float], longitudes: list[float]
) -> PlannedRoute:
    """Store or replace the way a shipment is meant to take (WGS-84) and ask for a new look."""
    route, _made = PlannedRoute.objects.update_or_create(
        pk=shipment.pk,
        defaults={
            "latitudes": latitudes,
            "longitudes": longitudes,
            "planned_at": clock.now(),
        },
    )
    want_look(shipment_ids=[shipment.pk])
    return route
