"""The newest rows of many tracks as arrays, one query for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from apps.exceptions.tracks.steps import Floats
from apps.exceptions.trajectory import Track
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


@dataclass(slots=True)
class Window:
    """The newest rows of one track in order of arrival, and what is known of its shipment.

    ``before`` counts the rows of the track that are not in the window.
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
        """The rows as the detector wants them."""
        columns = (self.rows[name].astype(np.float64) for name in NUMBERS)
        return Track(*columns, route=self.route)


def load_windows(shipment_ids: Collection[int], *, rows: int) -> list[Window]:
    """Return the newest ``rows`` rows of each track, in order of shipment; three queries."""
    tracks = list(
        TrackRow.objects.filter(pk__in=shipment_ids)
        .order_by("pk")
        .values_list(
            "pk", "shipment__merchant_id", "shipment__created_at", "device_id", "version",
            "looked_version", "fixes",
        )
    )  # fmt: skip
    routes = {
        route.pk: np.array([route.latitudes, route.longitudes]).T
        for route in PlannedRoute.objects.filter(pk__in=shipment_ids)
    }
    with connection.cursor() as cursor:
        ids, months = [row[0] for row in tracks], [month_of(row[2]) for row in tracks]
        cursor.execute(WINDOWS, [ids, months, rows])
        packed = {pk: _finite(bytes(raw)) for pk, raw in cursor.fetchall()}
    return [
        Window(
            pk, merchant_id, month_of(created_at), device_id, version, looked,
            max(fixes - len(packed[pk]), 0), packed[pk], routes.get(pk),
        )
        for pk, merchant_id, created_at, device_id, version, looked, fixes in tracks
        if len(packed.get(pk, ()))
    ]  # fmt: skip


def _finite(raw: bytes) -> NDArray[np.void]:
    """Return the rows whose numbers are numbers; nothing else may reach the detector."""
    rows = np.frombuffer(raw, dtype=ROW)
    numbers = np.stack([rows[name] for name in ("t", "heard", "lat", "lon")])
    return rows[np.isfinite(numbers).all(axis=0)]
