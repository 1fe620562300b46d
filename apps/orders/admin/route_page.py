"""What the page of routes shows, read in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Merchant
from apps.core import clock
from apps.orders.admin.page import named
from apps.orders.admin.route_changes import RAISE_RIGHT, RELEASE_RIGHT
from apps.orders.brake import FEWEST_CALLS, MOST_FAILED_PERCENT
from apps.orders.models import LiveBrake, ShadowCall
from apps.orders.route_selectors import (
    RouteFigures,
    current_shares,
    live_figures,
    open_brake,
    route_overview,
    shadow_differences,
    shadow_overview,
    share_history,
)
from apps.orders.routing import STEPS, Share, next_step
from apps.shipments.choices import ShipmentMode, ShipmentStatus

SPANS: dict[str, tuple[Any, dt.timedelta]] = {
    "hour": (_("Last hour"), dt.timedelta(hours=1)),
    "day": (_("Last 24 hours"), dt.timedelta(days=1)),
    "week": (_("Last 7 days"), dt.timedelta(days=7)),
}
DEFAULT_SPAN = "day"
HISTORY_SHOWN = 50
BRAKES_SHOWN = 10
DIFFERENCES_SHOWN = 10
KIND_OF_VALUE: dict[str, Any] = {
    "price": _("price"),
    "carrier": _("carrier"),
    "number": _("carrier number"),
    "state": _("state"),
    "weight_grams": _("weight (g)"),
    "freight": _("freight"),
}


def routes_page(request: HttpRequest) -> dict[str, Any]:
    """Return the template's context: figures of the chosen span, shares, brake, history."""
    span = request.GET.get("span", "")
    span = span if span in SPANS else DEFAULT_SPAN
    length = SPANS[span][1]
    since = clock.now() - length
    figures = route_overview(since=since, calls_since=clock.real_now() - length)
    may_change = request.user.has_perm(RAISE_RIGHT)
    return {
        "spans": [
            {"label": label, "value": value, "on": value == span}
            for value, (label, _length) in SPANS.items()
        ],
        "routes": [route_card(found) for found in figures],
        "statuses": status_rows(figures, since),
        "brake": brake_card(),
        "brakes": LiveBrake.objects.select_related("released_by")[:BRAKES_SHOWN],
        "shares": share_rows(may_change=may_change),
        "shadow": shadow_overview(since=clock.real_now() - length),
        "differences": [difference_row(call) for call in shadow_differences()[:DIFFERENCES_SHOWN]],
        "history": [history_row(row) for row in share_history()[:HISTORY_SHOWN]],
        "may_change": may_change,
        "may_release": request.user.has_perm(RELEASE_RIGHT),
    }


def route_card(found: RouteFigures) -> dict[str, Any]:
    """Return one route's volume, error rate and latency."""
    mode = ShipmentMode.parse(found.route)
    return {
        "mode": mode,
        "own_calls": mode is not ShipmentMode.MANUAL,
        "parcels": found.parcels,
        "calls": found.calls,
        "failed": found.failed,
        "rate": f"{found.error_rate * 100:.1f}" if found.calls else "",
        "hot": found.error_rate * 100 > MOST_FAILED_PERCENT,
        "median": rounded(found.median_ms),
        "p95": rounded(found.p95_ms),
        "link": shipments_address(found.route),
    }


def rounded(value: float | None) -> int | None:
    """Return whole milliseconds."""
    return None if value is None else round(value)


def status_rows(figures: list[RouteFigures], since: dt.datetime) -> list[dict[str, Any]]:
    """Return where the shipments of the span stand: a row a status, a column a route."""
    start = since.astimezone(dt.UTC).isoformat()
    rows = []
    for status in ShipmentStatus:
        counts = [(found.route, found.by_status.get(status.value, 0)) for found in figures]
        if any(count for _route, count in counts):
            cells = [
                {"count": count, "link": shipments_address(route, status.value, start)}
                for route, count in counts
            ]
            rows.append({"status": status, "cells": cells})
    return rows


def shipments_address(route: str, status: str = "", since: str = "") -> str:
    """Return the list of shipments of a route, of one status and span if given."""
    query = {"mode__exact": route}
    query |= {"status__exact": status} if status else {}
    query |= {"created_at__gte": since} if since else {}
    return reverse("admin:shipments_shipment_changelist") + f"?{urlencode(query)}"


def brake_card() -> dict[str, Any]:
    """Return the brake that is on, and what it watches."""
    figures = live_figures()
    return {
        "on": open_brake(),
        "calls": figures.calls,
        "failed": figures.failed,
        "fewest": FEWEST_CALLS,
        "most": MOST_FAILED_PERCENT,
    }


def share_rows(*, may_change: bool) -> list[dict[str, Any]]:
    """Return what counts now for every place, everything together first."""
    shares = current_shares()
    if not any(share.merchant_id is None and not share.carrier for share in shares):
        shares.append(Share(None, "", 0))
    ids = {share.merchant_id for share in shares if share.merchant_id}
    names = dict(Merchant.objects.filter(pk__in=ids).values_list("pk", "name"))
    rows = [share_row(share, names, may_change=may_change) for share in shares]
    return sorted(rows, key=lambda row: (row["merchant"] != "", row["merchant"], row["carrier"]))


def share_row(share: Share, names: dict[int, str], *, may_change: bool) -> dict[str, Any]:
    """Return one place with the addresses of what can be done there."""
    place = {"merchant": share.merchant_id or "", "carrier": share.carrier}
    after = next_step(share.percent)
    links = {
        "raise": change_address("raise", place) if after else "",
        "lower": change_address("lower", place) if share.percent else "",
        "shadow": change_address("shadow", place),
    }
    return {
        "merchant": names.get(share.merchant_id or 0, ""),
        "carrier": named(share.carrier),
        "percent": share.percent,
        "steps": [{"step": step, "on": share.percent >= step} for step in STEPS if step],
        "next": after,
        "shadow": share.shadow,
        "links": links if may_change else {},
    }


def change_address(change: str, place: dict[str, Any]) -> str:
    """Return the page of a change, its place filled in."""
    return reverse(f"admin:orders_liveshare_{change}") + f"?{urlencode(place)}"


def difference_row(call: ShadowCall) -> dict[str, Any]:
    """Return a shadow call that differed: what we hold beside what the platform says."""
    order = call.booking.parcel.order
    names = list(dict.fromkeys((*call.ours, *call.theirs)))
    return {
        "row": call,
        "product": call.get_product_display(),
        "order": order,
        "url": reverse("admin:orders_order_change", args=[order.pk]),
        "values": [
            {
                "name": KIND_OF_VALUE.get(name, name),
                "ours": call.ours.get(name, ""),
                "theirs": call.theirs.get(name, ""),
            }
            for name in names
        ],
    }


def history_row(row: Any) -> dict[str, Any]:
    """Return one change of a share."""
    return {
        "row": row,
        "merchant": row.merchant.name if row.merchant else "",
        "carrier": named(row.carrier),
        "who": row.raised_by.get_username() if row.raised_by else "",
    }
