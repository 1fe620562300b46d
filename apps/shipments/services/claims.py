"""Whose number is it? What the platform gave a booking outranks what a shop says is its own.

A shop may bring any number, so bringing one proves nothing: it must neither keep a number from the
parcel the platform booked under it, nor draw a delivered parcel's late return to itself. The
sandbox's numbers are made up and stand back for all others.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.baidiyun.services import cancel_subscription
from apps.core import clock
from apps.shipments.choices import ChangeKind, ShipmentMode, ShipmentStatus
from apps.shipments.errors import NumberTaken
from apps.shipments.models import Leg, Shipment
from apps.shipments.services.manual import add_manual_event

RANK = {
    ShipmentMode.SANDBOX.value: 0,
    ShipmentMode.MANUAL.value: 1,
    ShipmentMode.LIVE.value: 2,
}
NEVER_WENT = (ShipmentStatus.CANCELLED.value, ShipmentStatus.EXPIRED.value)
RETURN_WINDOW = dt.timedelta(days=30)
"""So long a number stays with a parcel that ended; carriers use theirs again after months."""


def make_room(*, shipment: Shipment, carrier: str, number: str) -> None:
    """End weaker claims to a number that ``shipment`` is about to get, in the same transaction.

    The weaker shipment expires with a sentence that says why. Raises NumberTaken for a number a
    shop brings that was another merchant's parcel until a month ago. What is left open at an
    equal or stronger shipment is for the table's own constraint to refuse.
    """
    mine = RANK[shipment.mode]
    if not mine:
        return
    legs = Leg.objects.filter(carrier=carrier, number=number).exclude(shipment_id=shipment.pk)
    for leg in legs.filter(closed_at__isnull=True).select_related("shipment"):
        if RANK[leg.shipment.mode] < mine:
            _end(leg.shipment)
    if shipment.mode == ShipmentMode.MANUAL.value and _ended_lately(legs, shipment).exists():
        raise NumberTaken(_("%(number)s was another parcel's until recently.") % {"number": number})


def _ended_lately(legs: QuerySet[Leg], shipment: Shipment) -> QuerySet[Leg]:
    return (
        legs.filter(closed_at__gt=clock.now() - RETURN_WINDOW)
        .exclude(shipment__mode=ShipmentMode.SANDBOX.value)
        .exclude(shipment__status__in=NEVER_WENT)
        .exclude(shipment__merchant_id=shipment.merchant_id)
    )


def _end(weaker: Shipment) -> None:
    cancel_subscription(subject=weaker.pk)
    add_manual_event(
        shipment_id=weaker.pk,
        status=ShipmentStatus.EXPIRED.value,
        text="该单号已由快递公司分配给另一运单",
        kinds=[ChangeKind.NUMBER],
    )
