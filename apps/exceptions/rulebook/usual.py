"""What is usual: how many cases an hour brings at one hub, lane, carrier or rule.

A cell's own history counts with a half-life of ten days. Where it is thin, the rate leans on what
rule and place let expect together (Bühlmann's credibility: own cases against two), and where the
whole portal is young, on what the other places see at the same time. What an hour brings comes in
clumps (parcels travel together), so the spread is measured and not taken for Poisson's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.exceptions.choices import Cause

Floats = NDArray[np.float64]
DAY_HOURS = 24
PRIOR_CASES = 2.0
"""How many cases of its own a cell needs before they count as much as what it leans on."""
BORROWED_HOURS = 24.0
"""How many hours of history what others see at the same time is worth."""
SLOW_CHANGE = 0.05
"""Variance, relative to the mean's square, of a rate from one day to the next."""
CLUMP_CASES = 20.0
"""How many cases a cell needs before its own clumps count as much as those of all."""
LEAST_CLUMP = 1.2
PROFILE_CASES = 240.0
"""How many cases a profile of hours or days needs before it counts as much as an even one."""
LEAST_PLACES = 20
LEAST_RATE = 1e-4
"""Cases an hour that are to be expected anywhere: one in a year or so."""
LEAST_AGE = {
    Cause.HUB.value: 24.0,
    Cause.LANE.value: 24.0,
    Cause.CARRIER.value: 72.0,
    Cause.RULE.value: 72.0,
}
"""Hours the portal has looked before a cause is judged: few carriers and rules stand side by side,
so that only their past says what is usual."""


class Cell(NamedTuple):
    """A cause, where, and which rule; an empty rule stands for all of them."""

    cause: str
    key: str
    rule: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Cause and where, whatever the rule."""
        return self.cause, self.key

    @property
    def whole(self) -> Cell:
        """The same place under all rules; a rule's own cell is whole already."""
        return self if self.cause == Cause.RULE.value else self._replace(rule="")


class Record(NamedTuple):
    """A cell's past: weighted sums of the cases an hour brought, and of their squares."""

    cases: float = 0.0
    squares: float = 0.0

    def __add__(self, other: tuple[float, ...]) -> Record:  # type: ignore[override]
        """Return both together."""
        return Record(self.cases + other[0], self.squares + other[1])


class Band(NamedTuple):
    """What is usual for a stretch of time: mean and variance of the number of cases."""

    mean: float
    variance: float


@dataclass
class Usual:
    """The past of a portal. ``hours`` is the weighted number of hours it covers, ``age`` how many
    hours ago the first look was. ``by_hour`` and ``by_day`` are cases by rule (empty: all) and
    hour of the day or day of the week (Monday is 0). ``records`` may leave out places nobody asks
    for; ``places`` says how many there are of each cause."""

    records: Mapping[Cell, Record]
    hours: float
    age: float
    by_hour: Mapping[str, Sequence[float]] = field(default_factory=dict)
    by_day: Mapping[str, Sequence[float]] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sum what is asked for again and again; here a record's second figure is its cases times
        their clumps, which adds up over rules where squares do not."""
        self._of: dict[Cell, Record] = defaultdict(Record)
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._pooled: dict[str, Record] = defaultdict(Record)
        for cell, record in self.records.items():
            clumped = Record(record.cases, record.cases * self._raw_clump(record))
            whole = cell.whole if cell.whole != cell else Cell(Cause.RULE.value, "")
            for each in (cell, whole):
                self._of[each] += clumped
            self._keys[cell.cause].add(cell.key)
            self._pooled[cell.cause] += clumped

    @property
    def cells(self) -> int:
        """How many cells have a past, counted generously: places times rules."""
        return max(len(self._of), sum(self.places.values()) * 2)

    def is_judged(self, cause: str) -> bool:
        """Tell whether the past is long enough for a cause."""
        return self.age >= LEAST_AGE[cause]

    def factors(self, rule: str, *, hour: int, day: int, back: int) -> Floats:
        """Return by what the usual rate is multiplied in each of the last ``back`` hours, the
        present one first; ``hour`` and ``day`` are the present ones."""
        hours = _profile(self.by_hour.get(rule), DAY_HOURS)
        days = _profile(self.by_day.get(rule), 7)
        ago = np.arange(back)
        days_back = (ago - hour + DAY_HOURS - 1) // DAY_HOURS
        made: Floats = hours[(hour - ago) % DAY_HOURS] * days[(day - days_back) % 7]
        return made

    def band(self, cell: Cell, exposure: float, *, borrowed: float = 0.0) -> Band:
        """Return what is usual for ``exposure`` hours (weighted by their factors).

        ``borrowed`` is the number of cases an hour brings at the moment at the other places of
        this cause.
        """
        record, clump = self._of.get(cell, Record()), self._clump(cell)
        parent = max(self._parent(cell, borrowed), LEAST_RATE)
        known = max(record.cases, parent * self.hours)
        own = known / (known + PRIOR_CASES)
        rate = own * record.cases / max(self.hours, 1.0) + (1 - own) * parent
        mean = rate * exposure
        doubt = SLOW_CHANGE + 1.0 / (PRIOR_CASES + record.cases / clump)
        return Band(mean, clump * mean + doubt * mean * mean)

    def _parent(self, cell: Cell, borrowed: float) -> float:
        """Return the rate that rule and place let expect together."""
        everything = self._of.get(Cell(Cause.RULE.value, ""), Record()).cases
        if cell.cause == Cause.RULE.value:
            places = self._places(Cause.RULE.value)
            return everything / max(self.hours, 1.0) / places
        places = self._places(cell.cause)
        ruled = everything
        if cell.rule:
            ruled = self._of.get(Cell(Cause.RULE.value, cell.rule, cell.rule), Record()).cases
        rate = (borrowed * BORROWED_HOURS + ruled) / (BORROWED_HOURS + self.hours)
        if not cell.rule:
            return rate / places
        here = self._of.get(cell.whole, Record()).cases
        return rate * (here + 1.0) / (everything + places)

    def _places(self, cause: str) -> int:
        return max(len(self._keys[cause]), self.places.get(cause, 0), LEAST_PLACES)

    def _raw_clump(self, record: Record) -> float:
        mean = record.cases / max(self.hours, 1.0)
        if record.cases <= 0:
            return LEAST_CLUMP
        return max(1.0, record.squares / record.cases - mean)

    def _clump(self, cell: Cell) -> float:
        cases, clumped = self._pooled[cell.cause]
        pooled = (clumped + LEAST_CLUMP * CLUMP_CASES) / (cases + CLUMP_CASES)
        own = self._of.get(cell, Record())
        both = (own.squares + pooled * CLUMP_CASES) / (own.cases + CLUMP_CASES)
        return max(LEAST_CLUMP, both)


def _profile(cases: Sequence[float] | None, size: int) -> Floats:
    """Return each part's factor, one on average, leaning on an even profile."""
    counted = np.asarray(cases if cases is not None and len(cases) == size else np.zeros(size))
    made: Floats = (counted + PROFILE_CASES / size) * size / (counted.sum() + PROFILE_CASES)
    return made
