"""Which borders a parcel crosses and by which regime each is declared. Pure.

Papers without goods are not declared for export, and by the light form of their service abroad.

A limit that cannot be compared (no row, no rate, a total that is no number) counts as passed:
the fuller declaration is never wrong.
"""

from __future__ import annotations

import datetime as dt

from apps.core.regions import HOME
from apps.customs.areas import in_eu
from apps.customs.choices import Direction, DocumentKind, ExportMode, Regime, ServiceKind
from apps.customs.figures import Figures
from apps.customs.record import Record
from apps.customs.regimes.goods import has_goods
from apps.customs.regimes.requirement import Border

_EXPORTS = {
    ExportMode.RETAIL.value: Regime.CN_9610,
    ExportMode.B2B.value: Regime.CN_9710,
    ExportMode.WAREHOUSE.value: Regime.CN_9810,
    ExportMode.BONDED.value: Regime.CN_1210,
    ExportMode.POSTAL.value: Regime.CN_POSTAL,
}
_IMPORTS = {
    "US": Regime.US_ENTRY,
    "GB": Regime.GB_IMPORT,
    "JP": Regime.JP_IMPORT,
    "AU": Regime.AU_IMPORT,
    "BR": Regime.BR_IMPORT,
}
LOW_VALUE = "low_value"
"""The kind of the threshold up to which a country lets goods in by its light regime."""
CN22_LIMIT, CN22_LINES = "cn22_limit", "cn22_lines"


def borders_of(record: Record, *, on: dt.date, figures: Figures) -> tuple[Border, ...]:
    """Return the borders in the order they are crossed; none within a country or the EU."""
    origin, destination = record.origin_country, record.destination
    if not destination or origin == destination or (in_eu(origin) and in_eu(destination)):
        return ()
    form = _form(record, on, figures)
    borders = []
    if origin == HOME and has_goods(record):
        regime = _EXPORTS.get(record.export_mode, Regime.CN_9610)
        borders.append(Border(Direction.EXPORT, HOME, regime, form))
    limit = figures.threshold(destination, LOW_VALUE, on)
    low = figures.is_within(record.total, record.currency, limit, on)
    regime = _import_regime(record, destination, form, low)
    borders.append(Border(Direction.IMPORT, destination, regime, form, low))
    return tuple(borders)


def _form(record: Record, on: dt.date, figures: Figures) -> str:
    if record.service != ServiceKind.POST.value:
        return DocumentKind.INVOICE.value if has_goods(record) else ""
    limit = figures.threshold(record.destination, CN22_LIMIT, on)
    small = figures.is_within(record.total, record.currency, limit, on)
    rows = figures.number(record.destination, CN22_LINES, on)
    fits = rows is None or len(record.lines) <= rows
    return (DocumentKind.CN22 if small and fits else DocumentKind.CN23).value


def _import_regime(record: Record, country: str, form: str, low: bool | None) -> Regime:
    if in_eu(country) and has_goods(record):
        return Regime.EU_H7 if low and record.ioss.strip() else Regime.EU_H1
    if country in _IMPORTS and has_goods(record):
        return _IMPORTS[country]
    return {"cn22": Regime.CN22, "cn23": Regime.CN23}.get(form, Regime.OTHER_IMPORT)
