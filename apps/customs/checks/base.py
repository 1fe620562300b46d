"""What every check works with: the case, the table of findings' weight, how one is made. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.customs.choices import Severity, Supplier
from apps.customs.figures import Figures
from apps.customs.findings import Finding
from apps.customs.record import Record
from apps.customs.regimes import Border

_RANK = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Case:
    """A record, the borders it crosses, the day and the figures that hold on it."""

    record: Record
    borders: tuple[Border, ...]
    on: dt.date
    figures: Figures

    @property
    def day(self) -> dt.date:
        """The day papers must hold on: when the parcel leaves, where that is later."""
        leaves = self.record.handed_over_by
        return max(self.on, leaves.date()) if leaves else self.on


BLOCK, WARN, INFO = Severity.BLOCK, Severity.WARN, Severity.INFO
SHOP, STAFF, EXPORTER = Supplier.STOREFRONT, Supplier.CUSTOMS_STAFF, Supplier.EXPORTER
RECIPIENT, CARRIER, PORTAL = Supplier.RECIPIENT, Supplier.CARRIER, Supplier.PORTAL

CODES: dict[str, tuple[Severity, Supplier]] = {}
"""What each code weighs and who puts it right; each module of checks adds its own."""


def found(
    code: str,
    field: str,
    line: int | None = None,
    borders: tuple[str, ...] = (),
    *,
    supplier: Supplier | None = None,
    **detail: object,
) -> Finding:
    """Return a finding of the table; ``detail`` fills its words.

    ``supplier`` where somebody else than the table says can put it right.
    """
    severity, usual = CODES[code]
    return Finding(
        code=code,
        field=field,
        severity=severity,
        supplier=supplier or usual,
        line=line,
        detail={name: str(value) for name, value in detail.items()},
        borders=borders,
    )


def order_of(finding: Finding) -> tuple[object, ...]:
    """Return the one order of findings: worst first, the whole before its lines."""
    return (
        _RANK[finding.severity],
        finding.line or 0,
        finding.field,
        finding.code,
        sorted(finding.detail.items()),
        finding.borders,
    )


def identity_of(finding: Finding) -> tuple[object, ...]:
    """Return what makes two findings of two borders the same one."""
    details = tuple(sorted(finding.detail.items()))
    return finding.severity, finding.line, finding.field, finding.code, details
