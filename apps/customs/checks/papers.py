"""Certificates, dates of goods, how many lines a form holds, duties worth knowing. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from apps.customs.areas import in_eu
from apps.customs.checks.base import (
    BLOCK,
    CODES,
    EXPORTER,
    INFO,
    PORTAL,
    SHOP,
    WARN,
    Case,
    found,
)
from apps.customs.choices import Direction, PartyKind, SendReason
from apps.customs.findings import Finding
from apps.customs.regimes import Border

CODES.update(
    {
        "certificate_expired": (BLOCK, EXPORTER),
        "goods_expired": (BLOCK, SHOP),
        "produced_later": (WARN, SHOP),
        "sold_later": (WARN, SHOP),
        "too_many_lines": (BLOCK, SHOP),
        "position_repeated": (BLOCK, PORTAL),
        "eu_item_duty": (INFO, PORTAL),
    }
)
LINES_LIMIT, ITEM_DUTY = "lines_limit", "item_duty"
"""Kinds of figures: how many lines a declaration holds, the EU's duty per distinct HS code."""


def papers(case: Case) -> Iterator[Finding]:
    """Yield expired papers and goods, forms that are too small, and the EU's duty per code."""
    record = case.record
    yield from _dates(case)
    limit = case.figures.number(record.destination, LINES_LIMIT, case.on)
    if limit is not None and len(record.lines) > limit:
        yield found("too_many_lines", "lines", lines=len(record.lines), most=limit)
    counted = Counter(line.position for line in record.lines)
    for position, times in counted.items():
        if times > 1:
            yield found("position_repeated", "lines.position", position, times=times)
    for border in case.borders:
        if border.direction is Direction.IMPORT and in_eu(border.country):
            yield from _item_duty(case, border)


def _dates(case: Case) -> Iterator[Finding]:
    for line in case.record.lines:
        for paper in line.certificates:
            if paper.valid_to is not None and paper.valid_to < case.day:
                yield found(
                    "certificate_expired",
                    "lines.certificates",
                    line.position,
                    kind=paper.kind,
                    number=paper.number[:40],
                    expired=paper.valid_to.isoformat(),
                )
        if line.expires_on is not None and line.expires_on < case.day:
            expired = line.expires_on.isoformat()
            yield found("goods_expired", "lines.expires_on", line.position, expired=expired)
        if line.produced_on is not None and line.produced_on > case.day:
            yield found("produced_later", "lines.produced_on", line.position)
    sold = case.record.sold_at
    if sold is not None and sold.date() > case.day:
        yield found("sold_later", "sold_at", sold=sold.date().isoformat())


def _item_duty(case: Case, border: Border) -> Iterator[Finding]:
    """EUR 3 per distinct six digits on consignments to people within the limit (§1.5)."""
    record = case.record
    row = case.figures.threshold(border.country, ITEM_DUTY, case.on)
    known = {line.hs_code for line in record.lines if line.hs_code}
    to_person = record.recipient.kind == PartyKind.PERSON.value
    sold = record.reason == SendReason.SALE.value
    if row is None or not known or not border.low_value or not to_person or not sold:
        return
    yield found(
        "eu_item_duty",
        "lines.hs_code",
        borders=(border.key,),
        codes=len(known),
        amount=row.amount * len(known),
        currency=row.currency,
    )
