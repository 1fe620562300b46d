"""What every check works with: the case, the table of findings' weight, how one is made. Pure."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from apps.customs.choices import Severity, Supplier
from apps.customs.figures import Figures
from apps.customs.findings import Finding
from apps.customs.record import Record
from apps.customs.regimes import Border

_LONGEST_DETAIL = 80
_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn", "So"})
_PRINTABLE_SYMBOLS = frozenset("°©®™№")
_HIDDEN = frozenset(
    "\u200b\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
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
    /,
    *,
    borders: tuple[str, ...] = (),
    supplier: Supplier | None = None,
    **detail: object,
) -> Finding:
    """Return a finding of the table; ``detail`` fills its words.

    ``supplier`` where somebody else than the table says can put it right. Details are cut short
    and hold only signs that can be stored and shown: they quote what people sent.
    """
    severity, usual = CODES[code]
    return Finding(
        code=code,
        field=field,
        severity=severity,
        supplier=supplier or usual,
        line=line,
        detail={name: quoted(value) for name, value in detail.items()},
        borders=borders,
    )


def quoted(value: object) -> str:
    """Return a detail as text: at most 80 signs, a question mark for what no page can show."""
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return "".join("?" if is_unprintable(sign) else sign for sign in text[:_LONGEST_DETAIL])


@lru_cache(maxsize=4096)
def is_unprintable(sign: str) -> bool:
    """Whether no form can print a sign: control, surrogate, private, emoji, hidden direction."""
    if sign in _HIDDEN:
        return True
    return unicodedata.category(sign) in _UNPRINTABLE and sign not in _PRINTABLE_SYMBOLS


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
