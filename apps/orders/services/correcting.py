"""Correcting where an order goes, while no carrier has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.actions import Actor, record_action
from apps.core.geo import centre_of
from apps.core.masking import mask_name, mask_parts, mask_phone
from apps.orders.choices import BookingProblem, BookingState, HoldReason, WarningCode
from apps.orders.drafts import RecipientDraft
from apps.orders.errors import InvalidOrder, NotAllowedNow
from apps.orders.intake import Cleaning, CleanRecipient, clean_recipient, problems_of_recipient
from apps.orders.models import Booking, Order, Ride
from apps.orders.places import HOME
from apps.orders.services.common import lock_bookings, lock_orders, refresh_orders
from apps.orders.services.declaring import declare_again
from apps.orders.services.hearing_customs import hold_or_free
from apps.orders.services.worklist import new_attempt
from apps.orders.validation import FieldProblem
from apps.shipments.services import change_destination

ADDRESS_FIELDS = frozenset({"province", "city", "district", "street", "address"})
FIELDS = ADDRESS_FIELDS | {"name", "phone", "email", "country", "postcode"}
ADDRESS_WARNINGS = frozenset(
    {
        WarningCode.CONTRADICTION.value,
        WarningCode.AMBIGUOUS.value,
        WarningCode.INCOMPLETE.value,
    }
)
CARRIER_HAS_IT = (
    BookingState.SENDING.value,
    BookingState.BOOKED.value,
    BookingState.CANCELLING.value,
    BookingState.BROUGHT.value,
)


def correct_order_address(
    *, order_id: int, fields: Mapping[str, str], actor: Actor, retry: bool = True, note: str = ""
) -> Order:
    """Change recipient fields (name, phone, email, country, province, city, district, street,
    address, postcode), cleaned and checked like a new order's.

    With ``address`` alone the other parts of the old address are forgotten. With ``retry``
    bookings that stand on the worklist because of the address are sent (again). Raises
    InvalidOrder, NotAllowedNow once a carrier has a parcel or may have it.
    """
    unknown = [FieldProblem(name, "unknown_choice") for name in sorted(set(fields) - FIELDS)]
    if unknown:
        raise InvalidOrder(unknown)
    with transaction.atomic():
        order = lock_orders([order_id])[order_id]
        bookings = _lock_open_bookings(order)
        if ADDRESS_FIELDS & set(fields) and Ride.objects.filter(parcel__order=order).exists():
            message = _("A ride goes to a point: cancel the order and place it anew.")
            raise NotAllowedNow(message, code="ride_is_fixed")
        before, was_in = masked_recipient(order), order.country
        cleaning = Cleaning()
        recipient = clean_recipient(_draft(order, fields), cleaning)
        problems = problems_of_recipient(recipient)
        if problems:
            raise InvalidOrder(problems)
        _store(order, recipient, _touched(cleaning, fields))
        for parcel in order.parcels.order_by("pk"):
            change_destination(
                shipment_id=parcel.shipment_id,
                destination_code=order.address_code,
                destination_country=order.country,
                phone_tail=recipient.phone.tail,
            )
        declared = {}
        if {was_in, order.country} != {HOME}:
            declared = declare_again(order, actor=actor, reason=_("The address was corrected."))
        for booking in bookings:
            _reconsider(booking, contradictory=recipient.contradictory, retry=retry)
            if booking.parcel_id in declared:
                hold_or_free(booking, declared[booking.parcel_id])
        refresh_orders([order])
        record_action(
            action="orders.address_corrected",
            actor=actor,
            subject=order,
            merchant_id=order.merchant_id,
            before=before,
            after=masked_recipient(order),
            note=note[:300],
        )
    return order


def masked_recipient(order: Order) -> dict[str, str]:
    """Who receives, as the action log may keep it."""
    return {
        "name": mask_name(order.recipient_name),
        "phone": mask_phone(order.recipient_phone),
        "address": mask_parts(order.province, order.city, order.district),
        "code": order.address_code,
    }


def _lock_open_bookings(order: Order) -> list[Booking]:
    if order.cancelled_at is not None:
        raise NotAllowedNow(_("This order is cancelled."))
    latest = Booking.objects.filter(parcel__order=order).order_by("parcel_id", "-attempt")
    ids = latest.distinct("parcel_id").values_list("pk", flat=True)
    bookings = list(lock_bookings(ids).values())
    if order.parcels.exclude(bookings__isnull=False).exists() or any(
        booking.state in CARRIER_HAS_IT or booking.maybe_sent for booking in bookings
    ):
        raise NotAllowedNow(_("A carrier has a parcel of this order: its address is fixed."))
    return bookings


def _draft(order: Order, fields: Mapping[str, str]) -> RecipientDraft:
    draft = RecipientDraft(
        name=order.recipient_name,
        phone=order.recipient_phone,
        country=order.country,
        province=order.province,
        city=order.city,
        district=order.district,
        street=order.street,
        postcode=order.postcode,
        email=order.recipient_email,
    )
    if order.country != HOME and not order.city:
        draft = replace(draft, address=order.street, street="")
    if fields.get("address"):
        draft = replace(draft, province="", city="", district="", street="")
    return replace(draft, **fields)


def _touched(cleaning: Cleaning, fields: Mapping[str, str]) -> dict[str, str]:
    """The originals of the fields that were given now."""
    return {
        name: text
        for name, text in cleaning.originals.items()
        if name.removeprefix("recipient.") in fields
    }


def _store(order: Order, recipient: CleanRecipient, originals: dict[str, str]) -> None:
    place = recipient.place
    centre = centre_of(place.code) if place.code else None
    order.recipient_name = recipient.name
    order.recipient_phone = recipient.phone.value
    order.recipient_email = recipient.email
    order.country, order.province, order.city = place.country, place.province, place.city
    order.district, order.street, order.postcode = place.district, place.street, place.postcode
    order.address_code = place.code
    order.longitude = centre.longitude if centre else None
    order.latitude = centre.latitude if centre else None
    order.originals = {**order.originals, **originals}
    kept = [found for found in order.warnings if found.get("code") not in ADDRESS_WARNINGS]
    order.warnings = kept + [
        {"code": found.code, "field": found.field, "detail": found.detail}
        for found in recipient.warnings
    ]
    order.save()


def _reconsider(booking: Booking, *, contradictory: bool, retry: bool) -> None:
    """Hold or free a booking by the new address, and send again what the old one stopped."""
    reasons = [held for held in booking.hold_reasons if held != HoldReason.ADDRESS.value]
    if booking.state == BookingState.FAILED.value:
        if retry and booking.problem == BookingProblem.BAD_ADDRESS.value and not contradictory:
            new_attempt(booking, carrier=booking.carrier)
        return
    if booking.state not in (BookingState.HELD.value, BookingState.READY.value):
        return
    if contradictory:
        reasons.append(HoldReason.ADDRESS.value)
    booking.hold_reasons = reasons
    booking.state = (BookingState.HELD if reasons else BookingState.READY).value
    if contradictory:
        booking.raise_problem(BookingProblem.BAD_ADDRESS, code=HoldReason.ADDRESS.value)
    elif reasons:
        booking.raise_problem(BookingProblem.BLOCKED, code=reasons[0])
    else:
        booking.clear_problem()
    booking.save()
