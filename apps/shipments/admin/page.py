"""Everything the shipment page shows, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from apps.accounts.admin_payloads import pretty_payload
from apps.accounts.scoping import merchant_of
from apps.baidiyun.choices import InboxState, Product, Source, SubscriptionState, Topic
from apps.baidiyun.models import ApiCall, InboxRow, Subscription
from apps.core import clock
from apps.core.choices import LabelledEnum
from apps.core.models import ActionLog
from apps.shipments.admin.glance import glance_at, span
from apps.shipments.admin.route import Picture, Sighting, draw_route
from apps.shipments.admin.timeline import days_of, place_of
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import ChangeKind, LegKind, ShipmentStatus, Substatus
from apps.shipments.models import Event, Leg, Shipment, ShipmentChange

EVENTS_MAX = 500
PAYLOADS_MAX = 8
CALLS_MAX = 20
CHANGES_MAX = 50
ACTIONS_MAX = 30
TRACKING_PRODUCTS = (Product.SUBSCRIBE.value, Product.QUERY.value)


@dataclass(frozen=True, slots=True)
class LegCard:
    """A leg in the strip."""

    leg: Leg
    kind: LabelledEnum | None
    carrier: str
    carrier_before: str
    events: int
    lasted: str


@dataclass(frozen=True, slots=True)
class Payload:
    """A raw message about the shipment."""

    row: InboxRow
    state: LabelledEnum | None
    source: LabelledEnum | None
    text: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One step of the shipment's history as we came to know it."""

    change: ShipmentChange
    before: LabelledEnum | None
    after: LabelledEnum | None
    after_more: LabelledEnum | None
    kinds: tuple[LabelledEnum | str, ...]


def page_of(request: HttpRequest, shipment: Shipment, *, revealed: bool) -> dict[str, Any]:
    """Return the context of the page; what a role may not see is not read at all."""
    now = clock.now()
    events = list(
        Event.objects.filter(shipment_month=shipment.month, shipment=shipment).order_by(
            "-occurred_at"
        )[:EVENTS_MAX]
    )
    return {
        "shipment": shipment,
        "glance": glance_at(shipment, events, now=now),
        "days": days_of(events, revealed=revealed),
        "events_count": len(events),
        "events_cut": len(events) == EVENTS_MAX,
        "omitted_count": sum(event.omitted_at is not None for event in events),
        "legs": legs_of(shipment, events),
        "route": route_of(events),
        "changes": changes_of(shipment),
        "order_url": order_url_of(shipment),
        **platform_of(request, shipment, revealed=revealed),
    }


def order_url_of(shipment: Shipment) -> str:
    """Return where the order is found: by its number, since shipments know no order."""
    query = urlencode({"q": shipment.reference})
    return f"{reverse('admin:orders_order_changelist')}?{query}" if shipment.reference else ""


def platform_of(request: HttpRequest, shipment: Shipment, *, revealed: bool) -> dict[str, Any]:
    """Return what only the operator's staff sees, each part by its own permission."""
    user = request.user
    staff = merchant_of(user) is None
    context: dict[str, Any] = {}
    if staff and user.has_perm("baidiyun.view_subscription"):
        context["subscription"] = subscription_of(shipment)
    if staff and user.has_perm("baidiyun.view_inboxrow"):
        context["payloads"] = payloads_of(shipment, revealed=revealed)
    if staff and user.has_perm("baidiyun.view_apicall"):
        calls = ApiCall.objects.filter(subject=shipment.pk, product__in=TRACKING_PRODUCTS)
        context["calls"] = list(calls.order_by("-id")[:CALLS_MAX])
    if staff and user.has_perm("core.view_actionlog"):
        actions = ActionLog.objects.filter(
            subject_kind=shipment._meta.label_lower, subject_id=str(shipment.pk)
        )
        context["actions"] = list(actions.order_by("-id")[:ACTIONS_MAX])
    return context


def legs_of(shipment: Shipment, events: Sequence[Event]) -> list[LegCard]:
    """Return the legs in order."""
    counts = Counter(event.leg_id for event in events)
    language = get_language() or "zh-hans"
    return [
        LegCard(
            leg=leg,
            kind=LegKind.parse(leg.kind),
            carrier=carrier_name(leg.carrier, language),
            carrier_before=carrier_name(leg.carrier_before, language),
            events=counts[leg.pk],
            lasted=span(leg.opened_at, leg.closed_at or clock.now()),
        )
        for leg in Leg.objects.filter(shipment=shipment).order_by("sequence")
    ]


def route_of(events: Sequence[Event]) -> Picture | None:
    """Return the picture of the way from the centres of the divisions events named."""
    return draw_route(
        Sighting(
            name=place_of(event).split(" ")[-1],
            longitude=event.longitude,
            latitude=event.latitude,
            at=event.occurred_at,
            colour=status.colour if (status := ShipmentStatus.parse(event.status)) else "default",
        )
        for event in events
        if event.longitude is not None and event.latitude is not None
    )


def payloads_of(shipment: Shipment, *, revealed: bool) -> list[Payload]:
    """Return the latest raw messages about the shipment."""
    rows = InboxRow.objects.filter(topic=Topic.TRACKING.value, subject=shipment.pk)
    return [
        Payload(
            row=row,
            state=InboxState.parse(row.state),
            source=Source.parse(row.source),
            text=pretty_payload(row.param, revealed=revealed),
        )
        for row in rows.order_by("-received_at")[:PAYLOADS_MAX]
    ]


def changes_of(shipment: Shipment) -> list[ChangeLine]:
    """Return the latest change rows."""
    rows = ShipmentChange.objects.filter(shipment=shipment).order_by("-id")[:CHANGES_MAX]
    return [
        ChangeLine(
            change=row,
            before=ShipmentStatus.parse(row.from_status) if row.from_status else None,
            after=ShipmentStatus.parse(row.to_status),
            after_more=Substatus.parse(row.to_substatus) if row.to_substatus else None,
            kinds=tuple(ChangeKind.parse(kind) or kind for kind in row.kinds),
        )
        for row in rows
    ]


def subscription_of(shipment: Shipment) -> dict[str, Any] | None:
    """Return the latest subscription and its state, None where the platform follows nothing."""
    row = (
        Subscription.objects.filter(topic=Topic.TRACKING.value, subject=shipment.pk)
        .order_by("-id")
        .first()
    )
    return {"row": row, "state": SubscriptionState.parse(row.state)} if row else None
