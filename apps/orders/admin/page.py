"""What the page of one order shows, read in a fixed number of queries."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from apps.accounts.faces import shown
from apps.baidiyun.choices import SameCityState
from apps.core.masking import mask_parts
from apps.core.models import ActionLog
from apps.customs.choices import GoodsClass
from apps.orders.admin.declaring import borders_of
from apps.orders.admin.ewaybills import labels_with_sheets, message_of, ways_of
from apps.orders.admin.printing import PRINT, labels_of
from apps.orders.admin.tasks import WORK, may_bring
from apps.orders.admin.wording import (
    AWAITING_NUMBER,
    HOLD_HELP,
    action_name,
    carriers_for,
    field_name,
    kind_of,
    reasons_of,
    value_name,
    warning_of,
)
from apps.orders.choices import (
    BookingProblem,
    BookingState,
    OrderMode,
    OrderStatus,
)
from apps.orders.models import Booking, Order, Parcel
from apps.orders.reasons import describe_reason
from apps.orders.services.ride_orders import ride_of
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import ShipmentStatus, Substatus

HISTORY_SHOWN = 40


def order_page(request: HttpRequest, order: Order, *, revealed: bool, bookings: Any) -> Any:
    """Return the template's context; ``bookings`` is the admin that knows their tasks."""
    borders, ways, sheets = borders_of(request, order), ways_of(order), labels_with_sheets(order)
    return {
        "order": order,
        "status": OrderStatus.parse(order.status),
        "mode": OrderMode.parse(order.mode),
        "carrier_wish": named(order.carrier_wish),
        "recipient": recipient(order, revealed=revealed),
        "originals": originals(order, revealed=revealed),
        "warnings": [warning_of(found) for found in order.warnings],
        "lines": [
            {"row": line, "goods_class": GoodsClass.parse(line.goods_class)}
            for line in order.lines.all()
        ],
        "parcels": [
            parcel_card(
                request, parcel, revealed=revealed, bookings=bookings, ways=ways, sheets=sheets
            )
            | {"declared": borders.get(parcel.shipment_id)}
            for parcel in order.parcels.all()
        ],
        "note": shown(order.note, "text", revealed=revealed),
        "history": history(order, revealed=revealed),
    }


def recipient(order: Order, *, revealed: bool) -> dict[str, str]:
    """Return who receives, masked unless revealed."""
    return {
        "name": shown(order.recipient_name, "name", revealed=revealed),
        "buyer": shown(order.buyer_name, "name", revealed=revealed),
        "phone": shown(order.recipient_phone, "phone", revealed=revealed),
        "email": shown(order.recipient_email, "email", revealed=revealed),
        "address": order.address if revealed else masked_address(order),
    }


def masked_address(order: Order) -> str:
    """Return the address down to its division, the rest hidden."""
    if order.country == "CN":
        return mask_parts(order.province, order.city, order.district)
    parts = ("***", order.city, order.province, order.country)
    return ", ".join(part for part in parts if part)


def originals(order: Order, *, revealed: bool) -> list[dict[str, Any]]:
    """Return the fields that cleaning changed, as they came."""
    return [
        {"name": field_name(path), "text": shown(text, kind_of(path), revealed=revealed)}
        for path, text in order.originals.items()
    ]


def parcel_card(
    request: HttpRequest,
    parcel: Parcel,
    *,
    revealed: bool,
    bookings: Any,
    ways: dict[int, dict[str, Any]],
    sheets: frozenset[int],
) -> dict[str, Any]:
    """Return a parcel with its shipment and its bookings, the newest attempt first."""
    shipment = parcel.shipment
    attempts = sorted(parcel.bookings.all(), key=lambda booking: -booking.attempt)
    return {
        "row": parcel,
        "shipment": shipment,
        "shipment_url": reverse("admin:shipments_shipment_change", args=[shipment.pk]),
        "carrier": named(shipment.carrier),
        "status": ShipmentStatus.parse(shipment.status),
        "substatus": Substatus.parse(shipment.substatus) if shipment.substatus else None,
        "ride": ride_line(parcel),
        "sides": [side for side in (parcel.length_mm, parcel.width_mm, parcel.height_mm) if side],
        "bookings": [
            attempt_row(booking, ways.get(booking.pk), revealed=revealed) for booking in attempts
        ],
        "task_buttons": buttons_of(request, attempts, bookings),
        "bring_url": bring_url(request, attempts[0]) if attempts else "",
        "bring_carriers": carriers_for(parcel.order.country),
        "labels": labels_of(parcel, request, sheets),
        "print_url": print_url(request, parcel),
    }


def ride_line(parcel: Parcel) -> dict[str, Any] | None:
    """Return how a parcel's ride stands; it was fetched with the parcel."""
    ride = ride_of(parcel)
    if ride is None:
        return None
    return {"row": ride, "state": SameCityState.parse(ride.state)}


def buttons_of(request: HttpRequest, attempts: list[Booking], bookings: Any) -> list[Any]:
    """Return what can be done with the latest attempt; a form on the card needs no button."""
    if not attempts:
        return []
    buttons: list[Any] = bookings.task_buttons(request, attempts[0])
    if not bring_url(request, attempts[0]):
        return buttons
    return [button for button in buttons if button["task"].name != "bring"]


def bring_url(request: HttpRequest, booking: Booking) -> str:
    """Return where the number of a parcel that waits for one is sent, "" where nobody may."""
    waits = AWAITING_NUMBER & set(booking.hold_reasons)
    if not waits or not may_bring(booking) or not request.user.has_perm(WORK):
        return ""
    return reverse("admin:orders_booking_do_bring", args=[booking.pk])


def print_url(request: HttpRequest, parcel: Parcel) -> str:
    """Return the page that prints a parcel's label, "" where there is none to print."""
    if not parcel.shipment.number or not request.user.has_perm(PRINT):
        return ""
    address = reverse("admin:orders_order_do_labels", args=[parcel.order_id])
    return f"{address}?parcel={parcel.position}"


def held_because(booking: Booking) -> list[dict[str, Any]]:
    """Return why a booking is held, and what somebody can do about it."""
    words = zip(booking.hold_reasons, reasons_of(booking.hold_reasons), strict=True)
    held = booking.state == BookingState.HELD.value
    return [{"said": said, "help": HOLD_HELP.get(code, "") if held else ""} for code, said in words]


def attempt_row(booking: Booking, way: dict[str, Any] | None, *, revealed: bool) -> dict[str, Any]:
    """Return one attempt as the page shows it; ``way`` is how it goes over the border."""
    return {
        "row": booking,
        "state": BookingState.parse(booking.state),
        "problem": BookingProblem.parse(booking.problem) if booking.problem else None,
        "carrier": named(booking.carrier),
        "reasons": held_because(booking),
        "why": describe_reason(booking.carrier_reason),
        "way": way,
        "message": message_of(way, booking, revealed=revealed),
        "courier": " ".join(
            part
            for part in (
                shown(booking.courier_name, "name", revealed=revealed),
                shown(booking.courier_phone, "phone", revealed=revealed),
            )
            if part
        ),
    }


def history(order: Order, *, revealed: bool) -> list[dict[str, Any]]:
    """Return what was done with the order, newest first, with what changed."""
    rows = ActionLog.objects.filter(
        subject_kind=order._meta.label_lower, subject_id=str(order.pk)
    ).order_by("-id")[:HISTORY_SHOWN]
    return [
        {
            "row": row,
            "name": action_name(row.action),
            "changes": changes_of(row),
            "note": shown(row.note, "text", revealed=revealed),
        }
        for row in rows
    ]


def changes_of(row: ActionLog) -> list[dict[str, Any]]:
    """Return the fields an action changed, before and after."""
    names = list(dict.fromkeys((*row.before, *row.after)))
    pairs = ((name, row.before.get(name, ""), row.after.get(name, "")) for name in names)
    return [
        {
            "name": field_name(name),
            "before": value_name(name, before),
            "after": value_name(name, after),
        }
        for name, before, after in pairs
        if before != after
    ]


def named(code: str) -> str:
    """Return a carrier's name in the viewer's language."""
    return carrier_name(code, get_language() or "zh-hans") if code else ""
