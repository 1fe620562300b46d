"""The numbers of a day, each with the address of the list behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.scoping import merchant_of, scope_to
from apps.baidiyun.choices import InboxState, Source
from apps.baidiyun.models import InboxRow, Quarantine
from apps.core import clock
from apps.monitoring.delays import recent_delays
from apps.monitoring.figures import (
    Figure,
    count_among,
    count_by_value,
    count_newest_since,
    count_rows,
)
from apps.monitoring.menu import list_address
from apps.orders.choices import BookingProblem
from apps.orders.models import ON_WORKLIST, Booking, Order
from apps.shipments.choices import ShipmentStatus
from apps.shipments.models import Shipment

TROUBLE = (ShipmentStatus.EXCEPTION, ShipmentStatus.ATTEMPT_FAILED, ShipmentStatus.REFUSED)
BOOKING_MERCHANT = "parcel__order__merchant"


@dataclass(frozen=True)
class Entry:
    """A labelled figure and where it leads."""

    label: Any
    figure: Figure
    url: str = ""
    colour: str = "default"
    hint: Any = ""


def midnight() -> dt.datetime:
    """Return when the business day began in the viewer's zone."""
    now = timezone.localtime(clock.now())
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def numbers(request: HttpRequest, counts: dict[str, Figure], *, mode: str) -> list[Entry]:
    """Return the day's big numbers; ``counts`` are those of :func:`parcel_counts`."""
    start = midnight()
    only = {"mode": mode} if mode else {}
    orders = scope_to(request.user, Order.objects.filter(created_at__gte=start, **only))
    done = Q(status=ShipmentStatus.DELIVERED.value, delivered_at__gte=start, **only)
    delivered = scope_to(request.user, Shipment.objects.filter(done))
    since = {"created_at_from_0": start.strftime("%Y-%m-%d"), "created_at_from_1": "00:00:00"}
    return [
        Entry(
            _("orders today"),
            count_rows(orders),
            list_address(request, "orders.order", **since, **_exact(only)),
        ),
        Entry(
            _("parcels delivered today"),
            count_rows(delivered),
            _shipments(
                request,
                [ShipmentStatus.DELIVERED],
                delivered_at__gte=start.astimezone(dt.UTC).isoformat(),
                **_exact(only),
            ),
        ),
        Entry(
            _("out for delivery now"),
            counts.get(ShipmentStatus.OUT_FOR_DELIVERY.value, Figure(0)),
            _shipments(request, [ShipmentStatus.OUT_FOR_DELIVERY], **_exact(only)),
        ),
        Entry(
            _("in trouble now"),
            together([counts.get(word.value, Figure(0)) for word in TROUBLE]),
            _shipments(request, list(TROUBLE), **_exact(only)),
            "danger",
            " · ".join(str(word.label) for word in TROUBLE),
        ),
    ]


def parcel_counts(request: HttpRequest, *, mode: str) -> dict[str, Figure]:
    """Return how many parcels have each main status; a merchant's are its newest."""
    only = {"mode": mode} if mode else {}
    if merchant_of(request.user) is None:
        return count_by_value(Shipment, "status", ShipmentStatus.values(), only=only)
    own = scope_to(request.user, Shipment.objects.filter(**only))
    return count_among(own.order_by("-pk"), "status")


def parcels(request: HttpRequest, counts: dict[str, Figure], *, mode: str) -> list[Entry]:
    """Return the parcels of every main status, with the list behind it."""
    only = _exact({"mode": mode} if mode else {})
    return [
        Entry(
            status.label,
            counts.get(status.value, Figure(0)),
            _shipments(request, [status], **only),
            status.colour,
        )
        for status in ShipmentStatus
    ]


def problems(request: HttpRequest) -> list[Entry]:
    """Return what could not be booked, by problem; only problems that exist."""
    rows = scope_to(request.user, Booking.objects.filter(ON_WORKLIST), path=BOOKING_MERCHANT)
    counts = count_among(rows.order_by(), "problem")
    found = [(word, counts[word.value]) for word in BookingProblem if word.value in counts]
    return [
        Entry(
            word.label,
            figure,
            list_address(request, "orders.booking", problem=word.value),
            word.colour,
        )
        for word, figure in found
    ]


def callbacks(request: HttpRequest) -> dict[str, Any]:
    """Return how the inbox does: what became of today's callbacks, and the delays on their way.

    Callbacks are counted on the real clock's day: delays are always real.
    """
    start = timezone.localtime(clock.real_now()).replace(hour=0, minute=0, second=0, microsecond=0)
    pushes = InboxRow.objects.filter(source=Source.PUSH.value)
    received, applied = count_newest_since(
        pushes, "received_at", start, Q(state=InboxState.APPLIED.value)
    )
    return {
        "rows": [
            Entry(_("received today"), received, _inbox(request)),
            Entry(_("applied"), applied, _inbox(request, InboxState.APPLIED), "success"),
            Entry(
                _("parked"),
                count_rows(InboxRow.objects.filter(state=InboxState.PARKED.value)),
                _inbox(request, InboxState.PARKED),
                "danger",
            ),
            Entry(
                _("refused, in quarantine"),
                Figure(Quarantine.objects.count()),
                list_address(request, "baidiyun.quarantine"),
                "warning",
            ),
        ],
        "delays": [delay for delay in recent_delays() if not delay.is_empty],
        "delays_url": list_address(request, "core.metricbucket"),
    }


def together(figures: list[Figure]) -> Figure:
    """Return the sum; it is "at least" if any part is."""
    return Figure(sum(f.value for f in figures), any(f.capped for f in figures))


def _shipments(request: HttpRequest, words: list[ShipmentStatus], **query: str) -> str:
    wanted = [word.value for word in words]
    return list_address(request, "shipments.shipment", status__exact=wanted, **query)


def _inbox(request: HttpRequest, state: InboxState | None = None) -> str:
    query = {"state__exact": state.value} if state else {}
    return list_address(request, "baidiyun.inboxrow", **query)


def _exact(only: dict[str, str]) -> dict[str, str]:
    return {f"{name}__exact": value for name, value in only.items()}
