"""What every regime asks for. One table; each row says who supplies it and where it is written."""

from __future__ import annotations

import datetime as dt

from apps.customs.choices import Direction, DocumentKind, PartyKind, Regime, Supplier
from apps.customs.identifier_needs import needs_of
from apps.customs.record import Record
from apps.customs.regimes import china, imports, papers
from apps.customs.regimes.borders import borders_of
from apps.customs.regimes.requirement import Border, Level, Requirement

__all__ = [
    "DOCUMENTS",
    "PAPERS",
    "REQUIREMENTS",
    "Border",
    "Level",
    "Requirement",
    "borders_of",
    "documents_of",
    "requirements_of",
]

REQUIREMENTS: dict[Regime, tuple[Requirement, ...]] = {
    Regime.CN_9610: china.RETAIL,
    Regime.CN_9710: china.B2B,
    Regime.CN_9810: china.WAREHOUSE,
    Regime.CN_1210: china.BONDED,
    Regime.CN_POSTAL: china.POSTAL,
    Regime.CN22: papers.CN22,
    Regime.CN23: papers.CN23,
    Regime.EU_H7: imports.EU_H7,
    Regime.EU_H1: imports.EU_H1,
    Regime.US_ENTRY: imports.US_ENTRY,
    Regime.GB_IMPORT: imports.GB_IMPORT,
    Regime.JP_IMPORT: imports.JP_IMPORT,
    Regime.AU_IMPORT: imports.AU_IMPORT,
    Regime.BR_IMPORT: imports.BR_IMPORT,
    Regime.OTHER_IMPORT: imports.OTHER_IMPORT,
}
PAPERS: dict[str, tuple[Requirement, ...]] = {
    DocumentKind.CN22.value: papers.CN22,
    DocumentKind.CN23.value: papers.CN23,
    DocumentKind.INVOICE.value: papers.INVOICE,
}
_LIST = (
    DocumentKind.CEB_ORDER,
    DocumentKind.CEB_RECEIPT,
    DocumentKind.CEB_WAYBILL,
    DocumentKind.CEB_LIST,
)
DOCUMENTS: dict[Regime, tuple[DocumentKind, ...]] = {
    Regime.CN_9610: _LIST,
    Regime.CN_9710: (DocumentKind.CEB_ORDER, DocumentKind.CEB_WAYBILL, DocumentKind.CEB_LIST),
    Regime.CN_9810: (DocumentKind.CEB_ORDER, DocumentKind.CEB_WAYBILL, DocumentKind.CEB_LIST),
    Regime.CN_1210: _LIST,
    Regime.EU_H7: (DocumentKind.H7,),
    Regime.EU_H1: (DocumentKind.H1,),
    Regime.US_ENTRY: (DocumentKind.US_ENTRY,),
}


def requirements_of(record: Record, border: Border, on: dt.date) -> tuple[Requirement, ...]:
    """Return what one border asks of this record on a day, every field once, the harder level.

    The paper's own demands come with the import: it is made for the country that reads it.
    """
    rows = [*REQUIREMENTS[border.regime]]
    if border.direction is Direction.IMPORT:
        rows += [*PAPERS.get(border.form, ()), *_of_recipient(record, border, on)]
    asked: dict[tuple[str, str, str], Requirement] = {}
    for row in rows:
        if row.when is not None and not row.when(record, border):
            continue
        key = (*row.key, row.when_line.__name__ if row.when_line else "")
        before = asked.get(key)
        if before is None or _HARDNESS[row.level] > _HARDNESS[before.level]:
            asked[key] = row
    return tuple(asked.values())


def documents_of(border: Border) -> tuple[DocumentKind, ...]:
    """Return the documents a border wants, its paper first."""
    paper = DocumentKind.parse(border.form)
    wanted = DOCUMENTS.get(border.regime, ())
    if border.direction is Direction.EXPORT or paper is None:
        return wanted
    packing = (DocumentKind.PACKING_LIST,) if paper is DocumentKind.INVOICE else ()
    electronic = (DocumentKind.ITMATT,) if paper is not DocumentKind.INVOICE else ()
    return (paper, *packing, *electronic, *wanted)


_HARDNESS = {Level.SHOULD: 0, Level.FILING: 1, Level.MUST: 2}


def _of_recipient(record: Record, border: Border, on: dt.date) -> list[Requirement]:
    natural = (record.importer or record.recipient).kind != PartyKind.COMPANY.value
    return [
        Requirement(
            "importer.identifiers",
            Supplier.RECIPIENT,
            Level.MUST if need.must else Level.SHOULD,
            kinds=need.kinds,
            basis=need.source,
        )
        for need in needs_of(border.country, on, natural=natural)
    ]
