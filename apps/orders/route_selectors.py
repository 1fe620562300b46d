"""What is read about routes: shares, the brake, and what a page about them shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from apps.accounts.scoping import scope_to
from apps.baidiyun.choices import Mode
from apps.core import clock
from apps.orders.brake import WINDOW, CallResult, Figures, tally
from apps.orders.models import LiveBrake, LiveShare, Parcel, ShadowCall
from apps.orders.routing import Share
from apps.shipments.choices import ShipmentMode

GROUPED_CALLS = """
SELECT product, ok, http_status = 0, http_status, return_code, permanent, count(*)
FROM baidiyun_apicall WHERE mode = %s AND at > %s AND at <= %s GROUP BY 1, 2, 3, 4, 5, 6
"""
LATENCY = """
SELECT percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY duration_ms)
FROM baidiyun_apicall WHERE mode = %s AND at > %s AND http_status > 0
"""


@dataclass(frozen=True, slots=True)
class RouteFigures:
    """One route since a moment: parcels by status, and the calls made for it.

    ``median_ms`` and ``p95_ms`` are of answered calls, None without any. Manual parcels are
    tracked by live calls, so those count as live.
    """

    route: str
    parcels: int
    by_status: dict[str, int]
    calls: int
    failed: int
    median_ms: float | None
    p95_ms: float | None

    @property
    def error_rate(self) -> float:
        """Failed calls among all, 0 to 1."""
        return self.failed / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class ShadowFigures:
    """How shadow calls compared: agreed, differed, without an answer."""

    agreed: int
    differed: int
    unanswered: int


def current_shares() -> list[Share]:
    """Return what counts now: the newest row of every place."""
    rows = LiveShare.objects.order_by("merchant_id", "carrier", "-id")
    return [
        Share(row.merchant_id, row.carrier, row.percent, row.shadow)
        for row in rows.distinct("merchant_id", "carrier")
    ]


def open_brake() -> LiveBrake | None:
    """Return the brake that is on, None while new live bookings go out."""
    return LiveBrake.objects.filter(released_at__isnull=True).first()


def live_figures() -> Figures:
    """Return the live calls of the last five minutes (real time), since the last release."""
    now = clock.real_now()
    released = LiveBrake.objects.filter(released_at__isnull=False).order_by("-released_at").first()
    since = now - WINDOW
    if released is not None and released.released_at is not None:
        since = max(since, released.released_at)
    return call_figures(Mode.LIVE.value, since=since)


def call_figures(mode: str, *, since: dt.datetime) -> Figures:
    """Return how many calls to one platform were made and failed since a real moment."""
    with connection.cursor() as cursor:
        cursor.execute(GROUPED_CALLS, [mode, since, clock.real_now()])
        return tally([CallResult(*row) for row in cursor.fetchall()])


def route_overview(*, since: dt.datetime, calls_since: dt.datetime) -> list[RouteFigures]:
    """Return every route: parcels opened since (business time), calls since (real time)."""
    return [_route(route, since, calls_since) for route in ShipmentMode]


def shadow_overview(*, since: dt.datetime) -> ShadowFigures:
    """Return how shadow calls since a real moment compared."""
    found = ShadowCall.objects.filter(at__gte=since).aggregate(
        agreed=Count("id", filter=Q(agrees=True)),
        differed=Count("id", filter=Q(agrees=False)),
        unanswered=Count("id", filter=Q(agrees__isnull=True)),
    )
    return ShadowFigures(**found)


def shadow_differences() -> QuerySet[ShadowCall]:
    """Return shadow calls that differed, newest first. For staff only, never for a merchant."""
    rows = ShadowCall.objects.filter(agrees=False).order_by("-id")
    return rows.select_related("booking__parcel__order__merchant")


def parcels_by_route(route: str, *, viewer: Any = None) -> QuerySet[Parcel]:
    """Return where the shipments of a route stand, newest first."""
    rows = Parcel.objects.filter(shipment__mode=route)
    if viewer is not None:
        rows = scope_to(viewer, rows, path="order__merchant")
    return rows.select_related("order__merchant", "shipment").order_by("-shipment_id")


def share_history() -> QuerySet[LiveShare]:
    """Return every change of the share, newest first."""
    return LiveShare.objects.select_related("merchant", "raised_by").order_by("-id")


def wants_shadow(shares: Iterable[Share]) -> bool:
    """Whether any place asks for shadow calls."""
    return any(share.shadow for share in shares)


def _route(route: ShipmentMode, since: dt.datetime, calls_since: dt.datetime) -> RouteFigures:
    rows = Parcel.objects.filter(shipment__mode=route.value, shipment__created_at__gte=since)
    counted = rows.order_by().values_list("shipment__status").annotate(count=Count("id"))
    by_status = dict(counted)
    figures = Figures()
    latency: tuple[float | None, float | None] = (None, None)
    if route is not ShipmentMode.MANUAL:
        figures = call_figures(route.value, since=calls_since)
        latency = _latency(route.value, calls_since)
    return RouteFigures(
        route=route.value,
        parcels=sum(by_status.values()),
        by_status=by_status,
        calls=figures.calls,
        failed=figures.failed,
        median_ms=latency[0],
        p95_ms=latency[1],
    )


def _latency(mode: str, since: dt.datetime) -> tuple[float | None, float | None]:
    with connection.cursor() as cursor:
        cursor.execute(LATENCY, [mode, since])
        found = cursor.fetchone()[0]
    return (found[0], found[1]) if found else (None, None)
