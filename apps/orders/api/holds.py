"""Why an order does not move, and which fields to correct."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from apps.orders.choices import BookingProblem, HoldReason, WarningCode
from apps.orders.models import Booking, Order, Parcel

ADDRESS = ("recipient.address",)
FIELDS: dict[str, tuple[str, ...]] = {
    HoldReason.ADDRESS.value: ADDRESS,
    BookingProblem.BAD_ADDRESS.value: ADDRESS,
    BookingProblem.REFUSED.value: ("carrier",),
    HoldReason.MANUAL_ROUTE.value: ("carrier_number",),
    HoldReason.DECLARATION.value: ("customs",),
}


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason: stable code, a sentence, the fields to correct, the parcels it stops."""

    code: str
    message: str
    fields: list[str]
    parcels: list[int]


def holds_of(
    order: Order, parcels: Iterable[Parcel], *, by_rules: Iterable[str] = ()
) -> list[Hold]:
    """Return what stops an order's parcels, each reason once, with the parcels it stops.

    ``parcels`` carry their bookings prefetched, newest attempt first; ``by_rules`` are the fields
    that compliance rules hold them for.
    """
    found: dict[tuple[str, str], Hold] = {}
    for parcel in parcels:
        booking = next(iter(parcel.bookings.all()), None)
        for code, message in _reasons(booking) if booking else ():
            ruled = code == HoldReason.COMPLIANCE
            fields = list(dict.fromkeys(by_rules)) if ruled else _fields_of(code, order)
            hold = found.setdefault((code, message), Hold(code, message, fields, []))
            hold.parcels.append(parcel.position)
    return list(found.values())


def warnings_of(order: Order, *, masked: bool = False) -> list[dict[str, Any]]:
    """Return the order's warnings with a sentence in the language of the request.

    With ``masked`` the sentence leaves out the detail, which quotes the address.
    """
    return [
        {
            "code": warning["code"],
            "field": warning["field"],
            "message": _sentence(warning, masked=masked),
        }
        for warning in order.warnings
    ]


def _reasons(booking: Booking) -> Iterator[tuple[str, str]]:
    for reason in booking.hold_reasons:
        known = HoldReason.parse(reason)
        yield reason, str(known.label) if known else reason
    problem = None if booking.settled else BookingProblem.parse(booking.problem)
    if problem and not booking.hold_reasons:
        label = str(problem.label)
        yield problem.value, f"{label}: {booking.error_message}" if booking.error_message else label


def _fields_of(code: str, order: Order) -> list[str]:
    if code != HoldReason.ADDRESS:
        return list(FIELDS.get(code, ()))
    named = [warning["field"] for warning in order.warnings if warning.get("field")]
    return list(dict.fromkeys(named)) or list(ADDRESS)


def _sentence(warning: dict[str, Any], *, masked: bool) -> str:
    known = WarningCode.parse(warning["code"])
    label = str(known.label) if known else str(warning["code"])
    return label if masked or not warning.get("detail") else f"{label}: {warning['detail']}"
