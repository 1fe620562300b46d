"""What the pages of orders show of parcels abroad: by which way each is booked, and its sheets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _now

from apps.accounts.faces import shown
from apps.baidiyun.models import CarrierAccount
from apps.core.regions import HOME
from apps.orders.choices import BookingState, CallState, PickupReason
from apps.orders.ewaybill_rows import Ewaybill, LabelSheet
from apps.orders.ewaybill_sheets import ENDINGS
from apps.orders.ewaybill_words import words_of_refusal
from apps.orders.models import Booking, Order

LOST = "may_be_ordered"
WAITING = (BookingState.HELD.value, BookingState.READY.value)


def ways_of(order: Order) -> dict[int, dict[str, Any]]:
    """Return by booking how each goes over the border; an order at home asks nothing.

    ``text`` says the way, ``words`` what a refusal means, ``call`` how the carrier's call stands.
    """
    if order.country == HOME:
        return {}
    bookings = [one for parcel in order.parcels.all() for one in parcel.bookings.all()]
    rows = Ewaybill.objects.select_related("account").filter(booking__in=bookings)
    there = {row.booking_id: row for row in rows}
    accounts = CarrierAccount.objects.filter(
        merchant_id=order.merchant_id, mode=order.mode, active=True
    )
    carriers = set(accounts.values_list("carrier", flat=True))
    return {one.pk: _way(one, there.get(one.pk), carriers) for one in bookings}


def _way(booking: Booking, waybill: Ewaybill | None, carriers: set[str]) -> dict[str, Any]:
    if waybill is None:
        return {"text": _pickup_text(booking, carriers), "words": "", "call": None, "row": None}
    text = _now("International e-waybill · account %(account)s · record version %(n)s") % {
        "account": waybill.account.fingerprint,
        "n": waybill.record_version,
    }
    call = CallState.parse(waybill.call_state) if waybill.call_state else None
    lost = booking.state == BookingState.UNKNOWN.value
    code = LOST if lost else booking.error_code
    return {
        "text": text,
        "words": words_of_refusal(code, booking.error_message),
        "call": call,
        "row": waybill,
        "others": waybill.package_numbers[1:],
    }


def _pickup_text(booking: Booking, carriers: set[str]) -> str:
    kept = PickupReason.parse(booking.carrier_facts.get("way", ""))
    if kept is None and booking.state in WAITING and booking.carrier in carriers:
        return _now("Goes by the international e-waybill once its declaration is complete")
    if booking.state == BookingState.BROUGHT.value:
        return ""
    reason = kept or PickupReason.NO_ACCOUNT
    return _now("Pickup, no international e-waybill: %(why)s") % {"why": reason.label}


def sheet_response(orders: Any, label_id: int) -> HttpResponse:
    """Return a carrier's own sheet as a file; ``orders`` are those the viewer may see.

    Raises Http404 where there is none of theirs.
    """
    rows = LabelSheet.objects.select_related("label")
    sheet = rows.filter(label_id=label_id, label__parcel__order__in=orders.values("pk")).first()
    if sheet is None:
        raise Http404
    name = f"{sheet.label.kind}-{sheet.label.number}.{ENDINGS[sheet.content_type]}"
    answer = HttpResponse(bytes(sheet.content), content_type=sheet.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{_plain(name)}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


def labels_with_sheets(order: Order) -> frozenset[int]:
    """Return which labels of an order have a sheet of the carrier's own; one at home has none."""
    if order.country == HOME:
        return frozenset()
    rows = LabelSheet.objects.filter(label__parcel__order=order)
    return frozenset(rows.values_list("label_id", flat=True))


def message_of(way: dict[str, Any] | None, booking: Booking, *, revealed: bool) -> str:
    """Return what the platform said, after its meaning where that is known."""
    said = shown(booking.error_message, "text", revealed=revealed)
    parts: Iterable[str] = (way["words"] if way else "", said)
    return " — ".join(part for part in parts if part)


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in name)
