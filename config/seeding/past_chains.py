"""A few parcels abroad whose whole chain is known, so that the timeline has legs to show."""

from __future__ import annotations

import datetime as dt

from apps.core.actions import Actor
from apps.sandbox.models import SandboxParcel
from apps.shipments.carriers import HANDS_TO_POSTS
from apps.shipments.choices import LinkSource, ShipmentStatus
from apps.shipments.models import Shipment
from config.chains import HANDED_ON, hub_feed, link_first_mile, link_hub, report_hub

SHOWN, LOOKED_AT = 4, 60
FEWEST_EVENTS = 3
DELIVERED = ShipmentStatus.DELIVERED.value
SEEDER = Actor.system("seed")


def chain_past(*, now: dt.datetime) -> int:
    """Link first mile and hub to some parcels handed on abroad, those still under way before
    others; returns how many.

    Only parcels that got a number of their own there: a post's stays one item.
    """
    handed = Shipment.objects.filter(legs__link_source=LinkSource.DESTINATION_RESULT.value)
    lines = handed.exclude(legs__carrier__in=HANDS_TO_POSTS).distinct()
    newest = sorted(
        lines.order_by("-created_at", "-pk")[:LOOKED_AT], key=lambda row: row.status == DELIVERED
    )
    chained = 0
    for shipment in newest:
        chained += chained < SHOWN and _chain(shipment, now)
    return chained


def _chain(shipment: Shipment, now: dt.datetime) -> bool:
    """Whether the chain was linked: not where the hub has too little to tell."""
    parcel = SandboxParcel.objects.filter(number=shipment.number).first()
    plan = parcel.read_plan() if parcel is not None else None
    if parcel is None or plan is None:
        return False
    nodes = hub_feed(plan, int(now.timestamp()))
    if len(nodes) < FEWEST_EVENTS or nodes[-1].code != HANDED_ON:
        return False
    number = f"HUB{shipment.pk:010d}"
    link_first_mile(
        shipment_id=shipment.pk,
        reference=f"first-mile-{shipment.pk}",
        before=parcel.booked_at,
        actor=SEEDER,
    )
    link_hub(shipment_id=shipment.pk, number=number, actor=SEEDER)
    report_hub(shipment_id=shipment.pk, number=number, nodes=nodes)
    return True
