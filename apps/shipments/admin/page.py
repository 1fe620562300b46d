"""Everything the shipment page shows, in a fixed number of queries."""

from __future__ import annotations

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
from apps.shipments.admin.glance import glance_at
from apps.shipments.admin.leg_strip import strip_of
from apps.shipments.admin.route import Picture, Sighting, draw_route
from apps.shipments.admin.stretches import country_of, journey_of, stretches_of
from apps.shipments.admin.timeline import place_of
from apps.shipments.choices import ChangeKind, ShipmentStatus, Substatus
from apps.shipments.gateways import gateway_of
from apps.shipments.leg_selectors import leg_cards, read_legs, timeline_of
from apps.shipments.models import Event, Shipment, ShipmentChange

EVENTS_MAX = 500
PAYLOADS_MAX = 8
CALLS_MAX = 20
CHANGES_MAX = 50
ACTIONS_MAX = 30
MAY_LINK = "shipments.change_shipment"
TRACKING_PRODUCTS = (Product.SUBSCRIBE.value, Product.QUERY.value)


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
    read = list(
        Event.objects.filter(shipment_month=shipment.month, shipment=shipment).order_by(
            "-occurred_at"
        )[:EVENTS_MAX]
    )
    journey = journey_of(read_legs([shipment.pk]), read)
    counting = {leg.id for leg in journey.legs if leg.unlinked_at is None}
    events = [event for event in read if event.leg_id in counting]
    staff = merchant_of(request.user) is None
    may_link = staff and request.user.has_perm(MAY_LINK)
    cards = leg_cards(shipment, journey=journey)
    legs = strip_of(shipment, cards, may_change=may_link, staff=staff)
    holder = next((face for face in legs if face.standing == "now"), None)
    line = timeline_of(shipment, journey=journey)
    stretches = stretches_of(
        line,
        {event.pk: event for event in events},
        {face.card.leg.id: face for face in legs},
        revealed=revealed,
    )
    return {
        "shipment": shipment,
        "glance": glance_at(shipment, events, now=now, phase=holder.card.phase if holder else ""),
        "stretches": stretches,
        "is_plain": len(legs) < 2 and len({stretch.stage for stretch in stretches}) < 2,
        "holder": holder,
        "events_count": len(events),
        "events_cut": len(read) == EVENTS_MAX,
        "omitted_count": sum(event.omitted_at is not None for event in events),
        "legs": legs,
        "may_link": may_link,
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


def route_of(events: Sequence[Event]) -> Picture | None:
    """Return the picture of the way: centres of the divisions events named, gateways abroad."""
    language = get_language() or "zh-hans"
    return draw_route(seen for event in events if (seen := sighting_of(event, language)))


def sighting_of(event: Event, language: str) -> Sighting | None:
    """Return where an event happened, None where neither coordinates nor a name we know say it."""
    status = ShipmentStatus.parse(event.status)
    colour = status.colour if status else "default"
    country = country_of(event)
    if event.longitude is not None and event.latitude is not None:
        name = place_of(event).split(" ")[-1]
        where = (name, event.longitude, event.latitude)
        return Sighting(*where, event.occurred_at, colour, country=country)
    place = gateway_of(event.location) or gateway_of(event.area_name)
    if place is None:
        return None
    name = place.name_zh if language.startswith("zh") else place.name_en
    return Sighting(
        name, place.longitude, place.latitude, event.occurred_at, colour,
        country=country, is_country=place.is_country,
    )  # fmt: skip


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
