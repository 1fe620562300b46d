"""What a shop says for customs: cleaned and checked. Pure.

Only what can be nothing at all is refused; what customs would not take becomes a finding of the
declaration, with who can mend it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from apps.core.regions import COUNTRIES, CURRENCY_DIGITS, HOME
from apps.core.text import clean_line
from apps.customs.choices import (
    ExportMode,
    IdentifierKind,
    IncotermCode,
    PartyKind,
    SendReason,
    ServiceKind,
)
from apps.orders.choices import ProblemCode
from apps.orders.drafts import (
    ContentDraft,
    CustomsDraft,
    LineDraft,
    ParcelDraft,
    PaymentDraft,
    TaxIdDraft,
)
from apps.orders.validation import FieldProblem, check_money

MOST_TAX_IDS = 10
_LENGTHS = {
    "company": 120,
    "platform": 80,
    "shop_url": 200,
    "ioss": 16,
    "invoice_number": 64,
    "payment.number": 64,
    "payment.firm": 120,
    "tax_id": 40,
}
_WORDS: dict[str, list[str]] = {
    "incoterm": IncotermCode.values(),
    "reason": SendReason.values(),
    "export_mode": ExportMode.values(),
    "transport": ServiceKind.values(),
    "recipient_kind": PartyKind.values(),
}


def clean_customs(draft: CustomsDraft) -> CustomsDraft:
    """Return what a shop said for customs, cleaned of what no eye sees."""
    return replace(
        draft,
        incoterm=_text(draft.incoterm).upper(),
        reason=_text(draft.reason).lower(),
        export_mode=_text(draft.export_mode).lower(),
        transport=_text(draft.transport).lower(),
        recipient_kind=_text(draft.recipient_kind).lower(),
        company=_text(draft.company),
        platform=_text(draft.platform),
        shop_url=_text(draft.shop_url),
        ioss=_text(draft.ioss).replace(" ", "").upper(),
        invoice_number=_text(draft.invoice_number),
        tax_ids=tuple(_tax_id(one) for one in draft.tax_ids),
        payment=_payment(draft.payment),
    )


def customs_problems(
    draft: CustomsDraft | None,
    *,
    country: str,
    currency: str,
    lines: tuple[LineDraft, ...],
    parcels: tuple[ParcelDraft, ...],
) -> Iterator[FieldProblem]:
    """What is impossible in what a shop said for customs and of what is in which parcel."""
    yield from _content_problems(lines, parcels)
    if draft is None:
        return
    if country == HOME:
        yield FieldProblem("customs", ProblemCode.NO_BORDER)
        return
    for name, words in _WORDS.items():
        value = getattr(draft, name)
        if value and value not in words:
            yield FieldProblem(f"customs.{name}", ProblemCode.UNKNOWN_CHOICE)
    for name in ("company", "platform", "shop_url", "ioss", "invoice_number"):
        if len(getattr(draft, name)) > _LENGTHS[name]:
            yield FieldProblem(f"customs.{name}", ProblemCode.TOO_LONG, f"≤ {_LENGTHS[name]}")
    for name in ("freight", "insurance", "discount"):
        yield from check_money(f"customs.{name}", getattr(draft, name), currency)
    if draft.discount > goods_value(lines):
        yield FieldProblem("customs.discount", ProblemCode.OUT_OF_RANGE)
    yield from _tax_id_problems(draft.tax_ids)
    yield from _payment_problems(draft.payment)


def goods_value(lines: tuple[LineDraft, ...]) -> Decimal:
    """Return what the lines cost together; what is no number counts as nothing."""
    amounts = (line.unit_price * line.quantity for line in lines if line.unit_price.is_finite())
    return sum(amounts, Decimal(0))


def _tax_id_problems(tax_ids: tuple[TaxIdDraft, ...]) -> Iterator[FieldProblem]:
    if len(tax_ids) > MOST_TAX_IDS:
        yield FieldProblem("customs.tax_ids", ProblemCode.TOO_MANY, f"≤ {MOST_TAX_IDS}")
    for index, one in enumerate(tax_ids[:MOST_TAX_IDS]):
        field = f"customs.tax_ids.{index}"
        if one.kind not in IdentifierKind.values():
            yield FieldProblem(f"{field}.kind", ProblemCode.UNKNOWN_CHOICE)
        if not one.value:
            yield FieldProblem(f"{field}.value", ProblemCode.REQUIRED)
        elif len(one.value) > _LENGTHS["tax_id"]:
            yield FieldProblem(f"{field}.value", ProblemCode.TOO_LONG, f"≤ {_LENGTHS['tax_id']}")
        if one.country and one.country not in COUNTRIES:
            yield FieldProblem(f"{field}.country", ProblemCode.UNKNOWN_COUNTRY)


def _payment_problems(payment: PaymentDraft | None) -> Iterator[FieldProblem]:
    if payment is None:
        return
    for name in ("number", "firm"):
        limit = _LENGTHS[f"payment.{name}"]
        if len(getattr(payment, name)) > limit:
            yield FieldProblem(f"customs.payment.{name}", ProblemCode.TOO_LONG, f"≤ {limit}")
    if payment.currency and payment.currency not in CURRENCY_DIGITS:
        yield FieldProblem("customs.payment.currency", ProblemCode.UNKNOWN_CURRENCY)
    if payment.amount is not None:
        yield from check_money("customs.payment.amount", payment.amount, payment.currency)


def _content_problems(
    lines: tuple[LineDraft, ...], parcels: tuple[ParcelDraft, ...]
) -> Iterator[FieldProblem]:
    """Contents name lines there are, and together no more of one than was bought."""
    left = {position: line.quantity for position, line in enumerate(lines, start=1)}
    for index, box in enumerate(parcels):
        for number, content in enumerate(box.contents):
            field = f"parcels.{index}.contents.{number}"
            if content.line not in left:
                yield FieldProblem(f"{field}.line", ProblemCode.OUT_OF_RANGE, f"1 … {len(lines)}")
                continue
            left[content.line] -= content.quantity
            if content.quantity < 1 or left[content.line] < 0:
                yield FieldProblem(f"{field}.quantity", ProblemCode.OUT_OF_RANGE)


def contents_of(
    parcels: tuple[ParcelDraft, ...], lines: tuple[LineDraft, ...]
) -> dict[str, list[ContentDraft]]:
    """Return what is in each parcel by its position; nothing is guessed for one of several.

    A single parcel holds everything. What nobody said is an empty list.
    """
    if len(parcels) == 1 and not parcels[0].contents:
        every = [ContentDraft(n, line.quantity) for n, line in enumerate(lines, start=1)]
        return {"1": every}
    return {str(n): list(box.contents) for n, box in enumerate(parcels, start=1)}


def _text(value: str) -> str:
    return clean_line(value).value


def _tax_id(one: TaxIdDraft) -> TaxIdDraft:
    return replace(
        one,
        kind=_text(one.kind).lower(),
        value=_text(one.value),
        country=_text(one.country).upper(),
    )


def _payment(payment: PaymentDraft | None) -> PaymentDraft | None:
    if payment is None:
        return None
    return replace(
        payment,
        number=_text(payment.number),
        firm=_text(payment.firm),
        currency=_text(payment.currency).upper(),
    )
