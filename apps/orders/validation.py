"""What makes an order impossible. Pure: a cleaned order in, a list of problems out.

Limits: an express parcel weighs 1 g to 70 kg (what carriers take as a parcel, above it is freight),
values are at least zero and below 10¹², at most 200 lines and 20 parcels. The platform takes 300
bytes of address (contract §5.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.core.phones import Phone
from apps.customs.choices import GoodsClass
from apps.orders.choices import PhoneProblem, ProblemCode
from apps.orders.drafts import LineDraft, ParcelDraft
from apps.orders.places import COUNTRIES, CURRENCY_DIGITS, HOME, is_postcode, needs_postcode

MIN_PARCEL_GRAMS, MAX_PARCEL_GRAMS = 1, 70_000
MAX_SIDE_MM = 3_000
MAX_LINES, MAX_PARCELS = 200, 20
MAX_QUANTITY = 1_000_000
MAX_MONEY = Decimal(10) ** 12
ADDRESS_BYTES = 300
SHORTEST_WHOLE_ADDRESS = 10
_EMAIL = re.compile(r"[^@\s\"<>(),;:\\]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/#-]*")
_WAYBILL = re.compile(r"[0-9A-Z][0-9A-Z-]{4,30}[0-9A-Z]")
_HS_CODE = re.compile(r"\d{4,10}")
_LENGTHS = {
    "number": 64,
    "buyer_name": 60,
    "goods": 200,
    "note": 2000,
    "recipient.name": 60,
    "recipient.province": 80,
    "recipient.city": 80,
    "recipient.district": 80,
    "recipient.street": 200,
    "recipient.email": 254,
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is impossible in a field: ``recipient.phone``, ``lines.0.quantity``."""

    field: str
    code: str
    detail: str = ""

    @property
    def message(self) -> str:
        """The sentence for a person, in the language that is active."""
        known = ProblemCode.parse(self.code)
        label = str(known.label) if known else self.code
        reason = PhoneProblem.parse(self.detail)
        detail = str(reason.label) if reason else self.detail
        return f"{label} ({detail})" if detail else label


@dataclass(frozen=True, slots=True)
class Destination:
    """A cleaned destination; ``code`` is the 12-digit division, empty where unknown.

    ``whole`` is set abroad where the street holds the whole address in one line, the city in it.
    """

    country: str
    province: str
    city: str
    district: str
    street: str
    postcode: str
    code: str
    line: str
    whole: bool = False


def check_texts(texts: Mapping[str, str]) -> Iterator[FieldProblem]:
    """Names, notes and numbers: present where they must be, and not longer than their columns."""
    for field, limit in _LENGTHS.items():
        if len(texts.get(field, "")) > limit:
            yield FieldProblem(field, ProblemCode.TOO_LONG, f"≤ {limit}")
    for field in ("number", "recipient.name"):
        if not texts.get(field):
            yield FieldProblem(field, ProblemCode.REQUIRED)
    number = texts.get("number", "")
    if number and not _NUMBER.fullmatch(number):
        yield FieldProblem("number", ProblemCode.BAD_CHARACTERS)
    email = texts.get("recipient.email", "")
    if email and not _EMAIL.fullmatch(email):
        yield FieldProblem("recipient.email", ProblemCode.NOT_AN_EMAIL)


def check_phone(phone: Phone, field: str = "recipient.phone") -> Iterator[FieldProblem]:
    """A number that can be called; the reason why not stands in the detail."""
    if phone.reason == "empty":
        yield FieldProblem(field, ProblemCode.REQUIRED)
    elif not phone.valid:
        yield FieldProblem(field, ProblemCode.NOT_A_PHONE, phone.reason.value)


def check_destination(place: Destination) -> Iterator[FieldProblem]:
    """An address somebody could drive to: known country, known division at home, a street."""
    if place.country not in COUNTRIES:
        yield FieldProblem("recipient.country", ProblemCode.UNKNOWN_COUNTRY, place.country[:8])
        return
    if place.country == HOME:
        yield from _check_home(place)
    else:
        yield from _check_abroad(place)
    if place.postcode and not is_postcode(place.country, place.postcode):
        yield FieldProblem("recipient.postcode", ProblemCode.NOT_A_POSTCODE, place.country)
    if len(place.line.encode("utf-8", "replace")) > ADDRESS_BYTES:
        yield FieldProblem("recipient.address", ProblemCode.TOO_LONG, f"≤ {ADDRESS_BYTES} bytes")


def check_money(field: str, amount: Decimal, currency: str) -> Iterator[FieldProblem]:
    """An amount that can be: finite, not negative, no smaller part than the currency has."""
    if not amount.is_finite():
        yield FieldProblem(field, ProblemCode.NOT_A_NUMBER)
    elif not 0 <= amount < MAX_MONEY:
        yield FieldProblem(field, ProblemCode.OUT_OF_RANGE, "0 … 10¹²")
    else:
        digits = CURRENCY_DIGITS.get(currency, 2)
        if amount != round(amount, digits):
            yield FieldProblem(field, ProblemCode.TOO_PRECISE, currency)


def check_currency(currency: str) -> Iterator[FieldProblem]:
    """A currency that exists."""
    if currency not in CURRENCY_DIGITS:
        yield FieldProblem("currency", ProblemCode.UNKNOWN_CURRENCY, currency[:8])


def check_line(index: int, line: LineDraft, currency: str) -> Iterator[FieldProblem]:
    """One line of goods."""
    field = f"lines.{index}"
    if not line.title:
        yield FieldProblem(f"{field}.title", ProblemCode.REQUIRED)
    for name, limit in (("title", 200), ("sku", 64)):
        if len(getattr(line, name)) > limit:
            yield FieldProblem(f"{field}.{name}", ProblemCode.TOO_LONG, f"≤ {limit}")
    yield from _check_range(f"{field}.quantity", line.quantity, 1, MAX_QUANTITY)
    yield from check_money(f"{field}.unit_price", line.unit_price, currency)
    yield from _check_range(f"{field}.weight_grams", line.weight_grams, 0, MAX_PARCEL_GRAMS)
    if GoodsClass.parse(line.goods_class) is None:
        yield FieldProblem(f"{field}.goods_class", ProblemCode.UNKNOWN_CHOICE)
    if line.origin_country and line.origin_country not in COUNTRIES:
        yield FieldProblem(f"{field}.origin_country", ProblemCode.UNKNOWN_COUNTRY)
    if line.hs_code and not _HS_CODE.fullmatch(line.hs_code):
        yield FieldProblem(f"{field}.hs_code", ProblemCode.BAD_CHARACTERS, "4-10 digits")


def check_parcel(index: int, parcel: ParcelDraft) -> Iterator[FieldProblem]:
    """One box, its weight filled in."""
    field = f"parcels.{index}"
    yield from _check_range(
        f"{field}.weight_grams", parcel.weight_grams, MIN_PARCEL_GRAMS, MAX_PARCEL_GRAMS
    )
    for name in ("length_mm", "width_mm", "height_mm"):
        yield from _check_range(f"{field}.{name}", getattr(parcel, name), 1, MAX_SIDE_MM)
    if parcel.number and not _WAYBILL.fullmatch(parcel.number):
        yield FieldProblem(f"{field}.number", ProblemCode.BAD_CHARACTERS)
    if parcel.number and not parcel.carrier:
        yield FieldProblem(f"{field}.carrier", ProblemCode.REQUIRED)


def check_counts(lines: int, parcels: int) -> Iterator[FieldProblem]:
    """At least one line, and not more of anything than one order holds."""
    if not lines:
        yield FieldProblem("lines", ProblemCode.REQUIRED)
    if lines > MAX_LINES:
        yield FieldProblem("lines", ProblemCode.TOO_MANY, f"≤ {MAX_LINES}")
    if parcels > MAX_PARCELS:
        yield FieldProblem("parcels", ProblemCode.TOO_MANY, f"≤ {MAX_PARCELS}")


def _check_home(place: Destination) -> Iterator[FieldProblem]:
    field = "recipient.address"
    if not (place.province or place.city or place.district or place.street):
        yield FieldProblem(field, ProblemCode.REQUIRED)
    elif not (place.province or place.city or place.district):
        yield FieldProblem(field, ProblemCode.UNKNOWN_PLACE)
    elif not place.street:
        yield FieldProblem("recipient.street", ProblemCode.NO_STREET)


def _check_abroad(place: Destination) -> Iterator[FieldProblem]:
    if not place.street:
        yield FieldProblem("recipient.street", ProblemCode.REQUIRED)
    if not place.city and not (place.whole and len(place.street) >= SHORTEST_WHOLE_ADDRESS):
        yield FieldProblem("recipient.city", ProblemCode.REQUIRED)
    if not place.postcode and needs_postcode(place.country):
        yield FieldProblem("recipient.postcode", ProblemCode.REQUIRED)


def _check_range(field: str, value: int | None, low: int, high: int) -> Iterator[FieldProblem]:
    if value is not None and not low <= value <= high:
        yield FieldProblem(field, ProblemCode.OUT_OF_RANGE, f"{low} … {high}")
