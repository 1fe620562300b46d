"""From a draft to an order that can be stored: cleaned, split, weighed, checked. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from apps.core.geo import join_parts, parse_parts
from apps.core.geo.parsing import ParsedAddress
from apps.core.phones import Phone, parse_phone
from apps.core.region_names import english_country_name
from apps.core.text import Cleaned, clean_address, clean_line, clean_name, clean_note
from apps.orders import validation
from apps.orders.choices import ProblemCode, Service, WarningCode
from apps.orders.declared import clean_customs, customs_problems
from apps.orders.drafts import (
    CustomsDraft,
    LineDraft,
    OrderDraft,
    ParcelDraft,
    RecipientDraft,
    RideDraft,
)
from apps.orders.places import HOME
from apps.orders.validation import Destination, FieldProblem

DEFAULT_LINE_GRAMS = 200
PACKAGING_GRAMS = 100

_AREAS = ("district", "city", "province")


@dataclass(frozen=True, slots=True)
class OrderWarning:
    """Something about an accepted order that a person should look at."""

    code: str
    field: str
    detail: str = ""


@dataclass(slots=True)
class Cleaning:
    """Cleans field by field and keeps the original of every field that changed."""

    originals: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, text: Any, clean: Callable[[str], Cleaned] = clean_line) -> str:
        """Return the cleaned text of a field."""
        cleaned = clean("" if text is None else str(text))
        if cleaned.changed:
            self.originals[name] = storable(cleaned.original)
        return cleaned.value


@dataclass(frozen=True, slots=True)
class CleanRecipient:
    """Who receives, cleaned, with what was found on the way."""

    name: str
    phone: Phone
    email: str
    place: Destination
    warnings: tuple[OrderWarning, ...]
    contradictory: bool


@dataclass(frozen=True, slots=True)
class CleanOrder:
    """An order ready to be stored if ``problems`` is empty.

    ``texts`` holds number, buyer_name, goods, note and carrier; every parcel has a weight.
    """

    texts: dict[str, str]
    recipient: CleanRecipient
    lines: tuple[LineDraft, ...]
    parcels: tuple[ParcelDraft, ...]
    currency: str
    value: Decimal
    originals: dict[str, str]
    problems: tuple[FieldProblem, ...]
    service: str = Service.PARCEL.value
    ride: RideDraft | None = None
    customs: CustomsDraft | None = None

    @property
    def is_ride(self) -> bool:
        """Whether a rider is asked for."""
        return self.service == Service.SAME_CITY.value


def storable(text: str) -> str:
    """The original as PostgreSQL can keep it: NUL and lone surrogates shown by a mark."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")[:4000]


def clean_order(draft: OrderDraft, *, currency: str) -> CleanOrder:
    """Clean and check a draft; ``currency`` is the merchant's, taken when the draft has none."""
    cleaning = Cleaning()
    money = cleaning.take("currency", draft.currency).upper() or currency
    texts = {
        "number": cleaning.take("number", draft.number),
        "buyer_name": cleaning.take("buyer_name", draft.buyer_name, clean_name),
        "goods": cleaning.take("goods", draft.goods),
        "note": cleaning.take("note", draft.note, clean_note),
        "carrier": cleaning.take("carrier", draft.carrier).lower(),
    }
    recipient = clean_recipient(draft.recipient, cleaning)
    lines = tuple(_clean_line(cleaning, n, line) for n, line in enumerate(draft.lines))
    parcels = _weighed(
        tuple(_clean_parcel(cleaning, n, box) for n, box in enumerate(draft.parcels)), lines
    )
    value = draft.value if draft.value is not None else _sum_of(lines)
    customs = clean_customs(draft.customs) if draft.customs else None
    texts["goods"] = texts["goods"] or "、".join(line.title for line in lines)[:200]
    problems = [
        *_problems_of_texts(texts, recipient),
        *validation.check_counts(len(lines), len(parcels)),
        *validation.check_currency(money),
        *validation.check_money("value", value, money),
        *(p for n, line in enumerate(lines) for p in validation.check_line(n, line, money)),
        *(p for n, box in enumerate(parcels) for p in validation.check_parcel(n, box)),
        *_repeated_numbers(parcels),
        *_problems_of_service(draft, parcels),
        *customs_problems(
            customs,
            country=recipient.place.country,
            currency=money,
            lines=lines,
            parcels=parcels,
        ),
    ]
    return CleanOrder(
        texts=texts,
        recipient=recipient,
        lines=lines,
        parcels=parcels,
        currency=money,
        value=value,
        originals=cleaning.originals,
        problems=tuple(problems),
        service=draft.service,
        ride=draft.ride,
        customs=customs,
    )


def clean_recipient(draft: RecipientDraft, cleaning: Cleaning) -> CleanRecipient:
    """Clean who receives and split the address."""
    country = cleaning.take("recipient.country", draft.country).upper() or HOME
    phone = parse_phone(str(draft.phone or ""), country=country)
    if phone.changed and phone.original:
        cleaning.originals["recipient.phone"] = storable(phone.original)
    place, warnings = _place_of(draft, country, cleaning)
    contradictions = (WarningCode.CONTRADICTION, WarningCode.AMBIGUOUS)
    return CleanRecipient(
        name=cleaning.take("recipient.name", draft.name, clean_name),
        phone=phone,
        email=cleaning.take("recipient.email", draft.email).replace(" ", ""),
        place=place,
        warnings=tuple(warnings),
        contradictory=any(warning.code in contradictions for warning in warnings),
    )


def problems_of_recipient(recipient: CleanRecipient) -> list[FieldProblem]:
    """What makes a recipient impossible."""
    texts = {
        "number": "-",
        "recipient.name": recipient.name,
        "recipient.email": recipient.email,
        "recipient.province": recipient.place.province,
        "recipient.city": recipient.place.city,
        "recipient.district": recipient.place.district,
        "recipient.street": recipient.place.street,
    }
    return [
        *(found for found in validation.check_texts(texts) if found.field != "number"),
        *validation.check_phone(recipient.phone),
        *validation.check_destination(recipient.place),
    ]


def _place_of(
    draft: RecipientDraft, country: str, cleaning: Cleaning
) -> tuple[Destination, list[OrderWarning]]:
    parts = {
        name: cleaning.take(f"recipient.{name}", getattr(draft, name), clean_address)
        for name in ("province", "city", "district", "street", "address")
    }
    postcode = cleaning.take("recipient.postcode", draft.postcode)
    if country != HOME:
        street = ", ".join(part for part in (parts["address"], parts["street"]) if part)
        land = "" if parts["address"] else english_country_name(country)
        line = ", ".join(
            part for part in (street, *(parts[name] for name in _AREAS), postcode, land) if part
        )
        place = Destination(
            country=country,
            province=parts["province"],
            city=parts["city"],
            district=parts["district"],
            street=street,
            postcode=postcode,
            code="",
            line=line,
            whole=bool(parts["address"]),
        )
        return place, []
    parsed = parse_parts(
        province=parts["province"],
        city=parts["city"],
        district=parts["district"],
        street=" ".join(part for part in (parts["address"], parts["street"]) if part),
    )
    line = join_parts(parsed.province, parsed.city, parsed.district) + parsed.street
    place = Destination(
        country,
        parsed.province,
        parsed.city,
        parsed.district,
        clean_address(parsed.street).value,
        postcode,
        parsed.code,
        line,
    )
    return place, _warnings_of(parsed)


def _warnings_of(parsed: ParsedAddress) -> list[OrderWarning]:
    found = []
    for warning in parsed.warnings:
        ambiguous = warning.code == "ambiguous"
        code = WarningCode.AMBIGUOUS if ambiguous else WarningCode.CONTRADICTION
        found.append(OrderWarning(code.value, f"recipient.{warning.field}", warning.detail))
    if parsed.code and not parsed.is_complete:
        found.append(OrderWarning(WarningCode.INCOMPLETE.value, "recipient.district"))
    return found


def _problems_of_texts(texts: dict[str, str], recipient: CleanRecipient) -> list[FieldProblem]:
    number = [
        found
        for found in validation.check_texts({**texts, "recipient.name": "-"})
        if not found.field.startswith("recipient.")
    ]
    return [*number, *problems_of_recipient(recipient)]


def _problems_of_service(draft: OrderDraft, parcels: tuple[ParcelDraft, ...]) -> list[FieldProblem]:
    """What is wrong with the service itself; the ends of a ride are judged with the shop's own."""
    service = Service.parse(draft.service)
    if service is None:
        return [FieldProblem("service", ProblemCode.UNKNOWN_CHOICE)]
    if service is Service.PARCEL:
        return [FieldProblem("ride", ProblemCode.NOT_WANTED)] if draft.ride else []
    brought = any(parcel.number for parcel in parcels)
    return [FieldProblem("parcels", ProblemCode.ONE_PARCEL)] if len(parcels) > 1 or brought else []


def _clean_line(cleaning: Cleaning, index: int, line: LineDraft) -> LineDraft:
    prefix = f"lines.{index}."
    return replace(
        line,
        title=cleaning.take(f"{prefix}title", line.title),
        sku=cleaning.take(f"{prefix}sku", line.sku),
        goods_class=cleaning.take(f"{prefix}goods_class", line.goods_class).lower() or "general",
        origin_country=cleaning.take(f"{prefix}origin_country", line.origin_country).upper(),
        hs_code=cleaning.take(f"{prefix}hs_code", line.hs_code).replace(".", ""),
    )


def _clean_parcel(cleaning: Cleaning, index: int, parcel: ParcelDraft) -> ParcelDraft:
    prefix = f"parcels.{index}."
    return replace(
        parcel,
        carrier=cleaning.take(f"{prefix}carrier", parcel.carrier).lower(),
        number=cleaning.take(f"{prefix}number", parcel.number).replace(" ", "").upper(),
    )


def _weighed(
    parcels: tuple[ParcelDraft, ...], lines: tuple[LineDraft, ...]
) -> tuple[ParcelDraft, ...]:
    """Give every parcel a weight: its own, else its share of what the lines weigh together."""
    boxes = parcels or (ParcelDraft(),)
    open_boxes = [box for box in boxes if box.weight_grams is None]
    if not open_boxes:
        return boxes
    total = sum((line.weight_grams or DEFAULT_LINE_GRAMS) * max(line.quantity, 0) for line in lines)
    rest = total - sum(box.weight_grams or 0 for box in boxes)
    share = max(rest, 0) // len(open_boxes) + PACKAGING_GRAMS
    return tuple(
        replace(box, weight_grams=share) if box.weight_grams is None else box for box in boxes
    )


def _sum_of(lines: tuple[LineDraft, ...]) -> Decimal:
    amounts = (line.unit_price * line.quantity for line in lines if line.unit_price.is_finite())
    return sum(amounts, Decimal(0))


def _repeated_numbers(parcels: tuple[ParcelDraft, ...]) -> list[FieldProblem]:
    seen: set[tuple[str, str]] = set()
    found = []
    for index, parcel in enumerate(parcels):
        if parcel.number and (parcel.carrier, parcel.number) in seen:
            found.append(FieldProblem(f"parcels.{index}.number", "repeated"))
        seen.add((parcel.carrier, parcel.number))
    return found
