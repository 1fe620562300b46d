"""Sums, values, currencies. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from apps.core.regions import CURRENCY_DIGITS
from apps.customs.checks.base import BLOCK, CODES, SHOP, STAFF, WARN, Case, found
from apps.customs.choices import PartyKind, SendReason
from apps.customs.findings import Finding
from apps.customs.record import Line, Record
from apps.customs.regimes.goods import has_goods

CODES.update(
    {
        "amount_unreadable": (BLOCK, SHOP),
        "amount_negative": (BLOCK, SHOP),
        "value_zero": (BLOCK, SHOP),
        "quantity_zero": (BLOCK, SHOP),
        "line_total_wrong": (BLOCK, SHOP),
        "sum_wrong": (BLOCK, SHOP),
        "no_lines": (BLOCK, SHOP),
        "currency_unknown": (BLOCK, SHOP),
        "currency_no_rate": (BLOCK, STAFF),
        "payment_differs": (WARN, SHOP),
        "gift_from_company": (BLOCK, SHOP),
    }
)
_LARGEST = Decimal(10) ** 12
"""What no column of an amount can hold: a reading error, not a price."""


def money(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with amounts, line by line and as a whole."""
    record = case.record
    yield from _currency(case)
    if not record.lines and has_goods(record):
        yield found("no_lines", "lines")
    readable = True
    for line in record.lines:
        for one in _of_line(line, record):
            readable = readable and one.code != "amount_unreadable"
            yield one
    for name in ("total", "discount", "freight", "insurance"):
        amount = getattr(record, name)
        if not is_amount(amount):
            readable = False
            yield found("amount_unreadable", name)
        elif amount < 0:
            yield found("amount_negative", name)
    if readable:
        yield from _sums(record)
        yield from _payment(record)
    if record.reason == SendReason.GIFT.value and record.seller.kind == PartyKind.COMPANY.value:
        yield found("gift_from_company", "reason")


def is_amount(amount: Decimal) -> bool:
    """Whether a number can be an amount of money at all."""
    return amount.is_finite() and abs(amount) < _LARGEST


def smallest(currency: str) -> Decimal:
    """Return the smallest part of a currency; an unknown one has cents."""
    return Decimal(1).scaleb(-CURRENCY_DIGITS.get(currency, 2))


def _currency(case: Case) -> Iterator[Finding]:
    code = case.record.currency.strip()
    if not code:
        return
    if code not in CURRENCY_DIGITS:
        yield found("currency_unknown", "currency", currency=code)
    elif case.figures.rate(code, case.on) is None:
        yield found("currency_no_rate", "currency", currency=code)


def _of_line(line: Line, record: Record) -> Iterator[Finding]:
    if line.quantity <= 0:
        yield found("quantity_zero", "lines.quantity", line.position)
    if not is_amount(line.unit_price) or not is_amount(line.total):
        field = "lines.unit_price" if not is_amount(line.unit_price) else "lines.total"
        yield found("amount_unreadable", field, line.position)
        return
    if not has_goods(record):
        return
    if line.unit_price <= 0:
        yield found("value_zero", "lines.unit_price", line.position)
    elif line.total <= 0:
        yield found("value_zero", "lines.total", line.position)
    should = line.unit_price * line.quantity
    if 2 * abs(should - line.total) > smallest(record.currency):
        yield found(
            "line_total_wrong", "lines.total", line.position, stated=line.total, computed=should
        )


def _sums(record: Record) -> Iterator[Finding]:
    should = sum((line.total for line in record.lines), Decimal(0)) - record.discount
    if 2 * abs(should - record.total) > smallest(record.currency):
        yield found("sum_wrong", "total", stated=record.total, computed=should)
    elif record.lines and record.total <= 0 and record.discount > 0:
        yield found("value_zero", "total")


def _payment(record: Record) -> Iterator[Finding]:
    payment = record.payment
    if payment is None or payment.amount is None or payment.currency != record.currency:
        return
    if not is_amount(payment.amount):
        yield found("amount_unreadable", "payment.amount")
        return
    least = record.total
    most = record.total + record.freight + record.insurance
    if not least <= payment.amount <= most:
        yield found("payment_differs", "payment.amount", stated=payment.amount, computed=most)
