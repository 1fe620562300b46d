"""The newest rows of many tracks as arrays, one query for all of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from apps.exceptions.tracks.steps import Floats
from apps.exceptions.trajectory import Fence, Track, shares_fixes
from apps.shipments.models import PlannedRoute
from apps.shipments.models import Track as TrackRow
from apps.shipments.months import month_of

ROW = np.dtype(
    [
        *(("id", ">i8"), ("t", ">f8"), ("heard", ">f8"), ("lat", ">f8"), ("lon", ">f8")),
        *(("accuracy", ">f8"), ("use", "S1")),
    ]
)
NUMBERS = ("t", "lat", "lon", "heard", "accuracy")
MARGIN = 40
"""Rows at the beginning of a cut window that are context only."""
FENCE_METRES = 300.0
"""How far from the depot or the destination a vehicle may stand and still be there."""
MOST_SIBLINGS = 2
WINDOWS = """
SELECT w.shipment_id, string_agg(
    int8send(p.id) || float8send(extract(epoch FROM p.happened_at)::float8)
    || float8send(extract(epoch FROM p.heard_at)::float8) || float8send(p.latitude)
    || float8send(p.longitude) || float8send(coalesce(p.accuracy_m, 'NaN'))
    || convert_to(left(p.use, 1), 'UTF8'), ''::bytea ORDER BY p.id)
FROM unnest(%s::bigint[], %s::date[]) AS w(shipment_id, month)
CROSS JOIN LATERAL (
    SELECT id, happened_at, heard_at, latitude, longitude, accuracy_m, use FROM shipments_position
    WHERE shipment_month = w.month AND shipment_id = w.shipment_id ORDER BY id DESC LIMIT %s
) AS p GROUP BY w.shipment_id
"""

SIBLINGS = """
SELECT w.shipment_id, o.shipment_id, o.created_at
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
    AS w(shipment_id, device_id, first_heard_at, last_heard_at)
CROSS JOIN LATERAL (
    SELECT t.shipment_id, s.created_at
    FROM shipments_track t JOIN shipments_shipment s ON s.id = t.shipment_id
    WHERE t.device_id = w.device_id AND t.shipment_id <> w.shipment_id
      AND t.last_heard_at >= w.first_heard_at AND t.first_heard_at <= w.last_heard_at
    ORDER BY t.last_heard_at DESC LIMIT %s
) AS o ORDER BY w.shipment_id, o.shipment_id
"""


@dataclass(slots=True)
class Window:
    """The newest rows of one track in order of arrival, and what is known of its shipment.

    ``before`` counts the rows of the track that are not in the window; ``siblings`` are the
    newest accepted fixes of up to two other tracks of the device that were heard meanwhile.
    """

    shipment_id: int
    merchant_id: int
    month: dt.date
    device_id: int | None
    version: int
    looked_version: int
    before: int
    rows: NDArray[np.void]
    route: Floats | None
    siblings: list[NDArray[np.void]] = field(default_factory=list)

    @property
    def ids(self) -> NDArray[np.int64]:
        """Ids of the rows."""
        return self.rows["id"].astype(np.int64)

    @property
    def trusted(self) -> int:
        """The first row whose findings count on their own: 0 where the track is seen whole."""
        return min(MARGIN, len(self.rows) - 1) if self.before else 0

    @property
    def track(self) -> Track:
        """The rows as the detector wants them, with the depot and the destination as fences."""
        ends = () if self.route is None else (self.route[0], self.route[-1])
        fences = [Fence(float(lat), float(lon), FENCE_METRES) for lat, lon in ends]
        return Track(*_columns(self.rows), route=self.route, fences=fences)

    @property
    def others(self) -> list[Track]:
        """The other tracks of the device that are reports of their own."""
        own = self.track
        tracks = [Track(*_columns(rows)) for rows in self.siblings]
        return [track for track in tracks if not shares_fixes(own, track)]


def load_windows(shipment_ids: Collection[int], *, rows: int) -> list[Window]:
    """Return the newest ``rows`` rows of each track, in order of shipment; four queries at most."""
    tracks = list(
        TrackRow.objects.filter(pk__in=shipment_ids)
        .order_by("pk")
        .values_list(
            "pk", "shipment__merchant_id", "shipment__created_at", "device_id", "version",
            "looked_version", "fixes", "first_heard_at", "last_heard_at",
        )
    )  # fmt: skip
    routes = {
        route.pk: np.array([route.latitudes, route.longitudes]).T
        for route in PlannedRoute.objects.filter(pk__in=shipment_ids)
    }
    months = {row[0]: month_of(row[2]) for row in tracks}
    siblings = _siblings([(row[0], row[3], row[7], row[8]) for row in tracks if row[3]], months)
    packed = _load(months, rows)
    return [
        Window(
            pk, merchant_id, months[pk], device_id, version, looked,
            max(fixes - len(packed[pk]), 0), packed[pk], routes.get(pk),
            [accepted for other in siblings[pk] if len(accepted := _accepted(packed, other)) > 1],
        )
        for pk, merchant_id, _, device_id, version, looked, fixes, *_ in tracks
        if len(packed.get(pk, ()))
    ]  # fmt: skip


def _siblings(
    tracks: Sequence[tuple[int, int, dt.datetime, dt.datetime]], months: dict[int, dt.date]
) -> defaultdict[int, list[int]]:
    """Return the other tracks of each track's device and add their months to ``months``."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    if not tracks:
        return found
    with connection.cursor() as cursor:
        columns = [list(column) for column in zip(*tracks, strict=True)]
        cursor.execute(SIBLINGS, [*columns, MOST_SIBLINGS])
        for pk, other, created_at in cursor.fetchall():
            found[pk].append(other)
            months[other] = month_of(created_at)
    return found


def _load(months: Mapping[int, dt.date], rows: int) -> dict[int, NDArray[np.void]]:
    """Return the newest rows of shipments, each looked for in its month."""
    with connection.cursor() as cursor:
        cursor.execute(WINDOWS, [list(months), list(months.values()), rows])
        return {pk: _finite(bytes(raw)) for pk, raw in cursor.fetchall()}


def _accepted(packed: Mapping[int, NDArray[np.void]], shipment_id: int) -> NDArray[np.void]:
    """Return the rows of a track that nobody doubts."""
    rows = packed.get(shipment_id, np.empty(0, ROW))
    return rows[rows["use"] == b"a"]


def _columns(rows: NDArray[np.void]) -> Iterator[Floats]:
    return (rows[name].astype(np.float64) for name in NUMBERS)


def _finite(raw: bytes) -> NDArray[np.void]:
    """Return the rows whose numbers are numbers; nothing else may reach the detector."""
    rows = np.frombuffer(raw, dtype=ROW)
    numbers = np.stack([rows[name] for name in ("t", "heard", "lat", "lon")])
    return rows[np.isfinite(numbers).all(axis=0)]
