"""Opening a shipment, giving it its number, cancelling it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.baidiyun.credentials import acting_for
from apps.baidiyun.services import cancel_subscription, subscribe_tracking
from apps.core import clock
from apps.shipments.carriers import reports_local_time
from apps.shipments.choices import (
    TERMINAL_STATUSES,
    ChangeKind,
    LegKind,
    LinkSource,
    ShipmentMode,
    ShipmentStatus,
)
from apps.shipments.errors import NumberInvalid, NumberTaken, ShipmentClosed
from apps.shipments.models import Leg, Shipment
from apps.shipments.modes import platform_mode
from apps.shipments.risk import risk_of, silence_threshold
from apps.shipments.services.changes import write_change
from apps.shipments.services.claims import make_room
from apps.shipments.services.estimating import queue_estimate
from apps.shipments.services.manual import add_manual_event
from apps.shipments.zones import CHINA, zone_of_country

NUMBER = re.compile(r"[0-9A-Z][0-9A-Z-]{4,30}[0-9A-Z]")
REACH_BOOKED_DAYS = 3
REACH_MANUAL_DAYS = 60
OPEN_NUMBER = "shipments_leg_number_open_once"


def open_shipment(
    *,
    merchant_id: int,
    reference: str,
    mode: str,
    carrier: str,
    number: str = "",
    origin_code: str = "",
    destination_code: str = "",
    destination_country: str = "CN",
    phone_tail: str = "",
    sender_phone_tail: str = "",
    kind: str = LegKind.DOMESTIC.value,
    created_at: dt.datetime | None = None,
    subscribe: bool = True,
) -> Shipment:
    """Create a shipment with its first leg and its first change row, in one transaction.

    ``origin_code``/``destination_code`` are 12-digit division codes, the tails the last four
    digits of a phone. With a ``number`` it is assigned at once (see `assign_number`). Raises
    NumberInvalid, NumberTaken.
    """
    opened = created_at or clock.now()
    with transaction.atomic():
        shipment = Shipment.objects.create(
            merchant_id=merchant_id,
            reference=reference,
            mode=ShipmentMode(mode).value,
            carrier=carrier,
            origin_code=origin_code,
            destination_code=destination_code,
            destination_country=destination_country.upper() or "CN",
            phone_tail=phone_tail[-4:],
            sender_phone_tail=sender_phone_tail[-4:],
            created_at=opened,
            version=1,
            risk=risk_of(status=ShipmentStatus.CREATED.value),
        )
        Leg.objects.create(
            shipment=shipment,
            kind=LegKind(kind).value,
            carrier=carrier,
            sequence=1,
            zone=_leg_zone(carrier, shipment.destination_country),
            reach_back_days=_reach(shipment.mode),
            opened_at=opened,
        )
        write_change(shipment=shipment, kinds=[ChangeKind.OPENED])
        queue_estimate(shipment=shipment)
        if number:
            shipment = assign_number(
                shipment_id=shipment.pk,
                carrier=carrier,
                number=number,
                opened_at=opened,
                subscribe=subscribe,
            )
    return shipment


def assign_number(
    *,
    shipment_id: int,
    carrier: str,
    number: str,
    opened_at: dt.datetime | None = None,
    subscribe: bool = True,
) -> Shipment:
    """Give a shipment its carrier number; the same number again changes nothing.

    A second, different number opens a new leg and closes the one before (the parcel was booked
    again). A number the platform gave ends what a shop or the sandbox claimed (`claims.py`).
    Raises NumberInvalid, NumberTaken if it is another shipment's of the carrier, ShipmentClosed.
    Queues the subscription unless told not to.
    """
    carrier, number = clean_number(carrier, number)
    with transaction.atomic():
        shipment = Shipment.objects.select_for_update(no_key=True).get(pk=shipment_id)
        if (shipment.carrier, shipment.number) == (carrier, number):
            return shipment
        if shipment.status in TERMINAL_STATUSES:
            raise ShipmentClosed(_("This shipment has ended; it takes no number any more."))
        make_room(shipment=shipment, carrier=carrier, number=number)
        _open_leg(shipment, carrier, number, opened_at or clock.now())
        before = shipment.status
        _set_number(shipment, carrier, number)
        changed = [ChangeKind.NUMBER]
        if shipment.status != before:
            changed.append(ChangeKind.STATUS)
        write_change(shipment=shipment, kinds=changed, from_status=before)
        queue_estimate(shipment=shipment)
        if subscribe:
            with acting_for(shipment.merchant_id):
                subscribe_tracking(
                    subject=shipment.pk,
                    carrier=carrier,
                    number=number,
                    mode=platform_mode(shipment.mode),
                    phone=shipment.phone_tail or shipment.sender_phone_tail,
                )
    return shipment


def cancel_shipment(*, shipment_id: int, reason: str = "") -> Shipment:
    """Cancel a shipment that has not ended; a manual event says so, the status follows from it.

    A parcel the carrier moves on nevertheless is moving again: its later scans count. Cancelling
    twice changes nothing. Raises ShipmentClosed once it is delivered or returned.
    """
    with transaction.atomic():
        shipment = Shipment.objects.select_for_update(no_key=True).get(pk=shipment_id)
        if shipment.status == ShipmentStatus.CANCELLED.value:
            return shipment
        if shipment.status in TERMINAL_STATUSES:
            raise ShipmentClosed(_("This shipment has ended and cannot be cancelled."))
        cancel_subscription(subject=shipment.pk)
        return add_manual_event(
            shipment_id=shipment.pk,
            status=ShipmentStatus.CANCELLED.value,
            text=reason or "运单已取消",
            kinds=[ChangeKind.CANCELLED],
        )


def clean_number(carrier: str, number: str) -> tuple[str, str]:
    """Return carrier and number as stored (number in capitals). Raises NumberInvalid."""
    carrier, number = carrier.strip().lower(), number.strip().upper()
    if not carrier:
        raise NumberInvalid(_("A tracking number needs its carrier."))
    if NUMBER.fullmatch(number) is None:
        raise NumberInvalid(_("“%s” is not a tracking number (6–32 letters and digits).") % number)
    return carrier, number


def _open_leg(shipment: Shipment, carrier: str, number: str, at: dt.datetime) -> Leg:
    """Put the number on the first leg while that has none, else open the next leg."""
    booked = shipment.legs.filter(link_source=LinkSource.BOOKED.value)
    last = booked.order_by("-sequence").first()
    values: dict[str, Any] = {
        "carrier": carrier,
        "number": number,
        "zone": _leg_zone(carrier, shipment.destination_country),
        "opened_at": at,
        "reach_back_days": _reach(shipment.mode),
    }
    try:
        with transaction.atomic():
            if last is not None and not last.number:
                for name, value in values.items():
                    setattr(last, name, value)
                last.save(update_fields=list(values))
                return last
            shipment.legs.filter(closed_at__isnull=True).update(closed_at=at)
            kind = last.kind if last else LegKind.DOMESTIC.value
            highest = shipment.legs.aggregate(highest=Max("sequence"))["highest"]
            sequence = (highest or 0) + 1
            return Leg.objects.create(shipment=shipment, kind=kind, sequence=sequence, **values)
    except IntegrityError as error:
        if OPEN_NUMBER not in str(error):
            raise
        raise NumberTaken(
            _("%(number)s is still on its way in another shipment of this carrier.")
            % {"number": number}
        ) from error


def _set_number(shipment: Shipment, carrier: str, number: str) -> None:
    shipment.carrier, shipment.number = carrier, number
    if shipment.status == ShipmentStatus.CREATED.value and shipment.status_at is None:
        shipment.status = ShipmentStatus.AWAITING_PICKUP.value
    shipment.poll_due_at = clock.now() + silence_threshold(shipment.status)
    shipment.risk = risk_of(status=shipment.status, substatus=shipment.substatus)
    shipment.version += 1
    shipment.save(update_fields=["carrier", "number", "status", "poll_due_at", "risk", "version"])


def _leg_zone(carrier: str, country: str) -> str:
    """Return the zone that stands in where a node's place is not known."""
    if not reports_local_time(carrier):
        return CHINA
    return zone_of_country(country) or CHINA


def _reach(mode: str) -> int:
    return REACH_MANUAL_DAYS if mode == ShipmentMode.MANUAL.value else REACH_BOOKED_DAYS
