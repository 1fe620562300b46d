"""Words for what the pages of orders show: fields, actions, warnings, reasons."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum
from apps.orders.choices import (
    BookingProblem,
    BookingState,
    HoldReason,
    LabelKind,
    OrderMode,
    OrderStatus,
    WarningCode,
)
from apps.shipments.carriers import CARRIERS, carrier_name

FIELDS: dict[str, Any] = {
    "number": _("order number"),
    "buyer_name": _("buyer"),
    "goods": _("goods"),
    "note": _("note"),
    "name": _("recipient"),
    "phone": _("phone"),
    "email": _("e-mail"),
    "country": _("country"),
    "province": _("province"),
    "city": _("city"),
    "district": _("district"),
    "street": _("street"),
    "address": _("address"),
    "postcode": _("postcode"),
    "title": _("title"),
    "booking": _("our reference"),
    "problem": _("problem"),
    "state": _("state"),
    "status": _("status"),
    "carrier": _("carrier"),
    "mode": _("mode"),
    "code": _("division"),
    "parcel": _("parcel"),
    "kind": _("kind"),
    "times": _("times printed"),
}
VALUES: dict[str, type[LabelledEnum]] = {
    "problem": BookingProblem,
    "state": BookingState,
    "status": OrderStatus,
    "mode": OrderMode,
    "kind": LabelKind,
}
ACTIONS: dict[str, Any] = {
    "orders.created": _("Order placed"),
    "orders.cancelled": _("Order cancelled"),
    "orders.cancel_refused": _("The carrier refused to cancel"),
    "orders.address_corrected": _("Address corrected"),
    "orders.booking.retried": _("Booked again"),
    "orders.booking.released": _("Released"),
    "orders.booking.held": _("Held"),
    "orders.booking.carrier_changed": _("Carrier changed"),
    "orders.booking.dismissed": _("Taken off the worklist"),
    "orders.number_brought": _("Number brought"),
    "orders.label.printed": _("Label printed"),
    "orders.claim.work_order": _("Work order"),
    "orders.claim.closed": _("Claim closed"),
    "personal_data.revealed": _("Personal data shown in clear"),
}
HOLD_HELP: dict[str, Any] = {
    HoldReason.DECLARATION.value: _(
        "The parcel crosses a border. It is sent by itself once its declaration has what it must"
        " have; a manager may let it go incomplete, on the declaration's page."
    ),
    HoldReason.COMPLIANCE.value: _(
        "A compliance rule holds the parcel. It is sent by itself once what the rule asks for is"
        " put right or the rule changes; who may let it go says why, on its declaration's page."
    ),
    HoldReason.MANUAL_ROUTE.value: _(
        "This order lies outside the live share. The shop books with a carrier of its own and"
        " brings the number, here or by the API; from then on the parcel is tracked."
    ),
    HoldReason.LIVE_BRAKED.value: _(
        "Nothing is wrong with this parcel. It is sent by itself once a manager releases the"
        " brake on the page of routes. If it cannot wait, let the shop ship it and bring the"
        " number."
    ),
}
AWAITING_NUMBER = frozenset({HoldReason.MANUAL_ROUTE.value, HoldReason.LIVE_BRAKED.value})
KINDS = {
    "buyer_name": "name",
    "name": "name",
    "phone": "phone",
    "email": "email",
    "province": "text",
    "city": "text",
    "district": "text",
    "street": "address",
    "address": "address",
    "goods": "text",
    "title": "text",
}
"""How a field's original is masked; everything else counts as free text."""


def field_name(path: str) -> Any:
    """Return the words for ``recipient.street`` or ``lines.0.title``."""
    return FIELDS.get(path.rpartition(".")[2], path)


def kind_of(path: str) -> str:
    """Return how the value of a field is masked."""
    return KINDS.get(path.rpartition(".")[2], "text")


def action_name(action: str) -> Any:
    """Return the words for an entry of the action log."""
    return ACTIONS.get(action, action)


def value_name(path: str, value: Any) -> Any:
    """Return the words for a value that stands in the action log."""
    if path == "carrier" and value:
        return carrier_name(str(value), get_language() or "zh-hans")
    words = VALUES.get(path)
    known = words.parse(str(value)) if words and value else None
    return known.label if known else value


def warning_of(found: dict[str, Any]) -> dict[str, Any]:
    """Return a stored warning with its words and colour."""
    known = WarningCode.parse(str(found.get("code", "")))
    return {
        "label": known.label if known else found.get("code", ""),
        "colour": known.colour if known else "warning",
        "field": field_name(str(found.get("field", ""))) if found.get("field") else "",
        "detail": found.get("detail", ""),
    }


def reasons_of(codes: list[str]) -> list[Any]:
    """Return the words for reasons of holding."""
    return [known.label if (known := HoldReason.parse(code)) else code for code in codes]


def carriers_for(country: str) -> list[tuple[str, str]]:
    """Return (code, name) of the carriers that go to a country."""
    abroad = country != "CN"
    language = get_language() or "zh-hans"
    return [
        (code, carrier_name(code, language))
        for code, carrier in CARRIERS.items()
        if carrier.international == abroad and not carrier.same_city
    ]


def every_carrier() -> list[tuple[str, str]]:
    """Return (code, name) of every carrier, by name."""
    language = get_language() or "zh-hans"
    names = ((code, carrier_name(code, language)) for code in CARRIERS)
    return sorted(names, key=lambda pair: pair[1])
