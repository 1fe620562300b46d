"""Dated figures handed to the rules: thresholds and rates as they held on a day. Pure.

No amount of the law stands in code: a rule asks for a kind, the rows say how much, from when to
when and by whose word.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from apps.customs.areas import areas_of

HOME_CURRENCY = "CNY"
A_NUMBER = "XXX"
"""ISO 4217's code for "no currency": the row is a count, a share or a year, not money."""


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """An amount the law names; ``valid_to`` is its last day, None while no end is known.

    ``checked_on`` is when somebody last looked at its source, None for what is from memory.
    """

    area: str
    kind: str
    amount: Decimal
    currency: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    source: str = ""
    checked_on: dt.date | None = None

    def holds(self, on: dt.date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class RateRow:
    """What one unit of a currency is in CNY from a day on."""

    currency: str
    cny: Decimal
    valid_from: dt.date
    source: str = ""


@dataclass(frozen=True)
class Figures:
    """Every row that may be asked for, put in order once; answers are of one day."""

    thresholds: tuple[ThresholdRow, ...] = ()
    rates: tuple[RateRow, ...] = ()
    _by_kind: dict[tuple[str, str], list[ThresholdRow]] = field(init=False, repr=False)
    _by_currency: dict[str, list[RateRow]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_kind: dict[tuple[str, str], list[ThresholdRow]] = {}
        for row in sorted(self.thresholds, key=lambda one: one.valid_from, reverse=True):
            by_kind.setdefault((row.area, row.kind), []).append(row)
        by_currency: dict[str, list[RateRow]] = {}
        for rate in sorted(self.rates, key=lambda one: one.valid_from, reverse=True):
            by_currency.setdefault(rate.currency, []).append(rate)
        object.__setattr__(self, "_by_kind", by_kind)
        object.__setattr__(self, "_by_currency", by_currency)

    @classmethod
    def of(cls, thresholds: Iterable[ThresholdRow], rates: Iterable[RateRow]) -> Figures:
        """Return the figures of rows in any order."""
        return cls(tuple(thresholds), tuple(rates))

    def threshold(self, country: str, kind: str, on: dt.date) -> ThresholdRow | None:
        """Return the newest row of a kind that holds on a day, the nearest area's first."""
        for area in areas_of(country):
            for row in self._by_kind.get((area, kind), ()):
                if row.holds(on):
                    return row
        return None

    def number(self, country: str, kind: str, on: dt.date) -> int | None:
        """Return a threshold that is a count or a year."""
        row = self.threshold(country, kind, on)
        return int(row.amount) if row else None

    def rate(self, currency: str, on: dt.date) -> Decimal | None:
        """Return what one unit is in CNY on a day, None without a row."""
        if currency == HOME_CURRENCY:
            return Decimal(1)
        rows = self._by_currency.get(currency, ())
        return next((row.cny for row in rows if row.valid_from <= on), None)

    def convert(self, amount: Decimal, source: str, target: str, on: dt.date) -> Decimal | None:
        """Return an amount in another currency, unrounded; None without both rates."""
        if source == target:
            return amount
        one, other = self.rate(source, on), self.rate(target, on)
        if one is None or other is None:
            return None
        try:
            return amount * one / other
        except InvalidOperation:
            return None

    def is_within(
        self, amount: Decimal, currency: str, limit: ThresholdRow | None, on: dt.date
    ) -> bool | None:
        """Whether an amount is at most a limit; None where nobody can tell."""
        if limit is None or not amount.is_finite():
            return None
        converted = self.convert(amount, currency, limit.currency, on)
        return None if converted is None else converted <= limit.amount
