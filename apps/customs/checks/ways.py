"""How and why it is sent: words nobody knows, modes that contradict the rest. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from apps.core.choices import LabelledEnum
from apps.customs.checks.base import BLOCK, CODES, SHOP, STAFF, WARN, Case, found
from apps.customs.checks.money import is_amount
from apps.customs.choices import (
    BatteryKind,
    Direction,
    ExportMode,
    GoodsClass,
    IncotermCode,
    PartyKind,
    SendReason,
    ServiceKind,
)
from apps.customs.findings import Finding

CODES.update(
    {
        "word_unknown": (BLOCK, SHOP),
        "mode_service": (BLOCK, SHOP),
        "mode_reason": (WARN, SHOP),
        "mode_recipient": (WARN, SHOP),
        "office_shape": (BLOCK, STAFF),
        "above_list_limit": (WARN, STAFF),
        "gift_paid": (WARN, SHOP),
    }
)
LIST_LIMIT = "list_limit"
"""The kind of the figure: up to which value China's list may be used for 9710 and 9810."""
_WORDS: dict[str, type[LabelledEnum]] = {
    "export_mode": ExportMode,
    "service": ServiceKind,
    "incoterm": IncotermCode,
    "reason": SendReason,
}
_TO_FIRMS = frozenset({ExportMode.B2B.value, ExportMode.WAREHOUSE.value})


def ways(case: Case) -> Iterator[Finding]:
    """Yield unknown words and modes that contradict the rest of the record."""
    record = case.record
    for name, kind in _WORDS.items():
        value = getattr(record, name)
        if value and kind.parse(value) is None:
            yield found("word_unknown", name, value=value[:20])
    for line in record.lines:
        if line.goods_class and GoodsClass.parse(line.goods_class) is None:
            value = line.goods_class[:20]
            yield found("word_unknown", "lines.goods_class", line.position, value=value)
        if line.battery is not None and BatteryKind.parse(line.battery.kind) is None:
            value = line.battery.kind[:20]
            yield found("word_unknown", "lines.battery.kind", line.position, value=value)
    if record.reason == SendReason.GIFT.value and record.payment is not None:
        yield found("gift_paid", "payment")
    if any(border.direction is Direction.EXPORT for border in case.borders):
        yield from _export(case)


def _export(case: Case) -> Iterator[Finding]:
    record = case.record
    mode = record.export_mode
    if mode == ExportMode.POSTAL.value and record.service != ServiceKind.POST.value:
        yield found("mode_service", "export_mode", service=record.service[:20])
    if mode == ExportMode.RETAIL.value and record.reason != SendReason.SALE.value:
        yield found("mode_reason", "export_mode", reason=record.reason[:20])
    if mode in _TO_FIRMS and record.recipient.kind != PartyKind.COMPANY.value:
        yield found("mode_recipient", "recipient.kind", mode=mode)
    for name in ("customs_code", "port_code"):
        code = getattr(record, name).strip()
        if code and not (len(code) == 4 and code.isascii() and code.isdigit()):
            yield found("office_shape", name, code=code[:20])
    if mode in _TO_FIRMS and is_amount(record.total):
        limit = case.figures.threshold(case.borders[0].country, LIST_LIMIT, case.on)
        within = case.figures.is_within(record.total, record.currency, limit, case.on)
        if limit is not None and within is False:
            yield found("above_list_limit", "total", amount=limit.amount, currency=limit.currency)
