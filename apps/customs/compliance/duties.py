"""What falls due at the destination where it is simple and dated: information, never a quote. Pure.

No amount stands here: rows say how much, from when to when and by whose word (customs.md §1.5-1.7).
Rates of duty and tax are not known; where goods are above a limit only that is said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from apps.customs.areas import in_eu
from apps.customs.choices import PartyKind, SendReason
from apps.customs.compliance.binding import day_at, zone_of_law
from apps.customs.figures import Figures, ThresholdRow
from apps.customs.record import Record

LOW_VALUE, ITEM_DUTY, TAX_FREE, DUTY_FREE = "low_value", "item_duty", "tax_free", "duty_free"
_HS6 = 6


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing worth knowing. ``code`` is a key of `duty_words.WORDS`, ``row`` whose word it is.

    ``amount`` is what falls due in the row's currency, None where nobody can say; ``count`` the
    distinct HS codes it is counted by.
    """

    code: str
    country: str
    row: ThresholdRow
    amount: Decimal | None = None
    count: int = 0


def duties_of(record: Record, *, at: dt.datetime, figures: Figures) -> tuple[Duty, ...]:
    """Return what is known of duties as of a moment; a day is the destination's.

    Only of goods sold: gifts, samples and returned goods have rules of their own.
    """
    if record.reason != SendReason.SALE.value or not record.destination:
        return ()
    asked = _Asked(record, figures, day_at(zone_of_law(_law(record.destination)), at))
    return tuple(asked.duties())


def _law(country: str) -> str:
    return "EU" if in_eu(country) else country


@dataclass(frozen=True)
class _Asked:
    record: Record
    figures: Figures
    on: dt.date

    def duties(self) -> Iterator[Duty]:
        """Yield what the rows of the destination say of the record."""
        limit = self._row(LOW_VALUE)
        if limit is None:
            return
        if limit.amount == 0:
            yield self._duty("no_de_minimis", limit)
            return
        within = self.figures.is_within(self.record.total, self.record.currency, limit, self.on)
        if within is None:
            yield self._duty("limit_unknown", limit)
            return
        if in_eu(self.record.destination):
            yield from self._union(limit, within=within)
            return
        yield self._duty("within_limit" if within else "above_limit", limit)
        if within:
            yield from self._free_up_to(DUTY_FREE, "duty_due")
            yield from self._free_up_to(TAX_FREE, "tax_due")

    def _union(self, limit: ThresholdRow, *, within: bool) -> Iterator[Duty]:
        """EUR 3 for each distinct code on small parcels to people; VAT at the sale with IOSS."""
        to_person = self.record.recipient.kind == PartyKind.PERSON.value
        codes = len({line.hs_code[:_HS6] for line in self.record.lines if line.hs_code})
        row = self._row(ITEM_DUTY)
        if not within or not to_person:
            yield self._duty("above_limit" if not within else "to_company", limit)
            return
        if row is not None and codes:
            yield Duty("item_duty", self.record.destination, row, row.amount * codes, codes)
        yield self._duty("ioss_used" if self.record.ioss else "ioss_missing", limit)

    def _free_up_to(self, kind: str, otherwise: str) -> Iterator[Duty]:
        row = self._row(kind)
        if row is not None and not self.figures.is_within(
            self.record.total, self.record.currency, row, self.on
        ):
            yield self._duty(otherwise, row)

    def _row(self, kind: str) -> ThresholdRow | None:
        return self.figures.threshold(self.record.destination, kind, self.on)

    def _duty(self, code: str, row: ThresholdRow) -> Duty:
        return Duty(code, self.record.destination, row)
