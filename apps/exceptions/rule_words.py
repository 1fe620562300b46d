"""The words for rules: fields, comparisons and values as people say them, what can be picked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Merchant
from apps.core.choices import LabelledEnum
from apps.core.geo import Level, all_divisions, find_division, full_name
from apps.core.language import spoken
from apps.customs.choices import GoodsClass
from apps.exceptions.rulebook.conditions import CHECKS, UNKNOWN
from apps.exceptions.rulebook.fields import FIELDS, FieldKind
from apps.exceptions.rulebook.sentences import PLACEHOLDERS
from apps.orders.choices import BookingProblem, BookingState
from apps.shipments.carriers import CARRIERS, carrier_name
from apps.shipments.choices import ShipmentMode, ShipmentStatus, Substatus

Choices = list[tuple[str, str]]

FIELD_WORDS: dict[str, Any] = {
    "status": _("Status"),
    "substatus": _("Detail of the status"),
    "carrier": _("Carrier"),
    "service": _("Service of the carrier"),
    "merchant": _("Merchant"),
    "mode": _("Route"),
    "country": _("Destination country"),
    "lane_from": _("Sent from (province or country)"),
    "lane_to": _("Goes to (province or country)"),
    "currency": _("Currency of the order"),
    "booking_state": _("State of the booking"),
    "booking_problem": _("Problem of the booking"),
    "goods": _("Class of goods"),
    "scan_area": _("Area of the last scan"),
    "address_area": _("Area of the address"),
    "value": _("Value of the order"),
    "signed_score": _("Doubt about the signature (0–100)"),
    "is_domestic": _("Goes within China"),
    "is_remote": _("Goes to a remote province"),
    "is_express": _("Carried by an express service"),
    "has_number": _("Has a carrier number"),
    "has_scan": _("Has any track"),
    "carrier_knows": _("The carrier knows the parcel"),
    "picked_up": _("Was picked up"),
    "delivered": _("Was delivered"),
    "scanned_at_address": _("Last scan in the city of the address"),
    "signed_elsewhere": _("Signed for in another city"),
    "scan_before_payment": _("Scanned before it was paid"),
    "status_age": _("Hours in this status"),
    "silence": _("Hours without a sign of life"),
    "age": _("Hours since the shipment was opened"),
    "since_pickup": _("Hours since the pickup"),
    "since_delivery": _("Hours since the delivery"),
    "since_promise": _("Hours after the end of the promise"),
}
OP_WORDS: dict[tuple[str, str], Any] = {
    (FieldKind.WORD, "is"): _("is one of"),
    (FieldKind.WORD, "is_not"): _("is none of"),
    (FieldKind.AREA, "begins"): _("lies in"),
    (FieldKind.AREA, "begins_not"): _("lies outside"),
    (FieldKind.WORDS, "has"): _("contains any of"),
    (FieldKind.WORDS, "has_not"): _("contains none of"),
    (FieldKind.NUMBER, "at_least"): _("is at least"),
    (FieldKind.NUMBER, "below"): _("is less than"),
    (FieldKind.YES, "is"): _("is"),
    (FieldKind.AGE, "at_least"): _("is at least"),
    (FieldKind.AGE, "at_most"): _("is at most"),
}
UNKNOWN_WORD = _("is not known")
YES_WORDS = {True: _("yes"), False: _("no")}
COUNTRIES = {
    "CN": _("China"), "HK": _("Hong Kong"), "TW": _("Taiwan"), "MO": _("Macao"),
    "US": _("United States"), "CA": _("Canada"), "GB": _("United Kingdom"), "DE": _("Germany"),
    "FR": _("France"), "IT": _("Italy"), "ES": _("Spain"), "NL": _("Netherlands"),
    "JP": _("Japan"), "KR": _("South Korea"), "SG": _("Singapore"), "MY": _("Malaysia"),
    "TH": _("Thailand"), "VN": _("Vietnam"), "AU": _("Australia"), "NZ": _("New Zealand"),
    "BR": _("Brazil"), "MX": _("Mexico"), "RU": _("Russia"), "AE": _("United Arab Emirates"),
}  # fmt: skip
"""Countries the picker offers; any other is taken by its two letters."""


def _enum(words: type[LabelledEnum]) -> Choices:
    return [(one.value, str(one.label)) for one in words if one.value]


def carriers() -> Choices:
    """Return every carrier's code and name in the reader's language."""
    return [(code, carrier_name(code, spoken())) for code in CARRIERS]


def provinces() -> Choices:
    """Return the two digits and the name of each province."""
    return [
        (one.code[:2], one.name)
        for one in all_divisions().values()
        if one.level == Level.PROVINCE and not one.former
    ]


def countries() -> Choices:
    """Return two letters and the name of countries."""
    return [(code, str(name)) for code, name in COUNTRIES.items()]


def lanes() -> Choices:
    """Return what a lane may begin or end at: provinces, then countries abroad."""
    return provinces() + [one for one in countries() if one[0] != "CN"]


def _merchants() -> Choices:
    return list(Merchant.objects.order_by("slug").values_list("slug", "name")[:500])


PICKS: dict[str, Callable[[], Choices]] = {
    "status": lambda: _enum(ShipmentStatus),
    "substatus": lambda: _enum(Substatus),
    "carrier": carriers,
    "merchant": _merchants,
    "mode": lambda: _enum(ShipmentMode),
    "country": countries,
    "lane_from": lanes,
    "lane_to": lanes,
    "booking_state": lambda: _enum(BookingState),
    "booking_problem": lambda: _enum(BookingProblem),
    "goods": lambda: _enum(GoodsClass),
    "scan_area": provinces,
    "address_area": provinces,
}
"""What can be picked for a field; the others are typed."""
CLOSED = frozenset(
    {"status", "substatus", "merchant", "mode", "booking_state", "booking_problem", "goods"}
)
"""Fields whose values are only those that can be picked."""


def field_table() -> list[dict[str, Any]]:
    """Return what the editor of conditions needs of each field, in the reader's language."""
    return [
        {
            "name": name,
            "label": str(FIELD_WORDS[name]),
            "kind": field.kind.value,
            "ops": _ops(field.kind),
            "choices": PICKS[name]() if name in PICKS else [],
            "open": name not in CLOSED,
        }
        for name, field in FIELDS.items()
    ]


def _ops(kind: FieldKind) -> list[tuple[str, str]]:
    said = [(op, str(OP_WORDS[kind, op])) for op in CHECKS[kind]]
    return said if kind is FieldKind.YES else [*said, (UNKNOWN, str(UNKNOWN_WORD))]


def condition_words(row: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> str:
    """Return one condition as a sentence; ``names`` are `value_names`."""
    field = FIELDS.get(str(row.get("field")))
    if field is None:
        return str(row)
    op, value = str(row.get("op")), row.get("value")
    said = str(FIELD_WORDS[field.name])
    if op == UNKNOWN:
        return f"{said} {UNKNOWN_WORD}"
    if field.kind is FieldKind.YES:
        return f"{said}: {value_words(field.name, value, names)}"
    compared = OP_WORDS.get((field.kind, op), op)
    return f"{said} {compared} {value_words(field.name, value, names)}"


def value_words(name: str, value: Any, names: Mapping[str, Mapping[str, str]]) -> str:
    """Return a condition's value, or what a parcel has of a field, as people say it."""
    if isinstance(value, bool):
        return str(YES_WORDS[value])
    if isinstance(value, float | int):
        return f"{value:g}"
    values: Iterable[str] = [value] if isinstance(value, str) else sorted(value or ())
    return "、".join(_named(name, one, names) for one in values)


def _named(name: str, value: str, names: Mapping[str, Mapping[str, str]]) -> str:
    known = names.get(name, {}).get(value)
    if known is None and name in ("scan_area", "address_area") and find_division(value):
        return full_name(value)
    return known or value


def value_names() -> dict[str, dict[str, str]]:
    """Return the names of values by field and value."""
    return {name: dict(pick()) for name, pick in PICKS.items()}


PLACEHOLDER_WORDS: dict[str, Any] = {
    "carrier": _("carrier"), "area": _("last place"), "address": _("place of the address"),
    "signed": _("place of the signature"), "status": _("status"), "detail": _("status in detail"),
    "problem": _("booking's problem"),
    "silence": _("silent for"), "since": _("for how long"), "late": _("how late"),
    "left": _("time left"), "limit": _("the limit"), "promise": _("the promise"),
    "scanned": _("first scan"), "paid": _("when paid"), "delivered": _("when delivered"),
    "score": _("doubt (0–100)"), "value": _("value"), "country": _("country"),
}  # fmt: skip


def placeholder_words() -> list[tuple[str, str]]:
    """Return what a sentence can be filled with: its name in braces, and in words."""
    return [(name, str(PLACEHOLDER_WORDS.get(name, name))) for name in PLACEHOLDERS]
