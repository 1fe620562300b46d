"""Incidents: where more cases open than usual, and the one cause that explains it best.

Cells are a hub, a lane, a carrier or a rule, the first three under one rule or under all. A cell
is in excess when what it brought within one of some windows is less likely than one false
incident in two quiet months allows, shared out over all cells, windows and looks (Bonferroni).
A hub's outage raises its lanes, its carrier and its rule too: the cell with the greatest
log-likelihood ratio (Kulldorff's scan statistic, Commun. Stat. Theory Methods 26, 1997) is taken,
its cases are taken away, and the rest is asked again. The ratio grows with the cases explained
and with how little they are a matter of course, so it finds the most specific cause that explains
most of the excess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.exceptions.choices import Cause
from apps.exceptions.rulebook.tails import log_tail
from apps.exceptions.rulebook.usual import Band, Cell, Usual

BACK = 24
WINDOWS = (1, 2, 4, 8, 24)
"""Windows in hours back from now, the present hour begun included."""
FALSE_A_MONTH = 0.5
MONTH_HOURS = 720
LOOKS_AN_HOUR = 4
"""How many looks within an hour are as good as independent of each other."""
LEAST_CASES = 8
"""Fewer are done one by one sooner than together, however unusual."""
MOST_FOUND = 8
KEPT_BONUS = 1.25
"""By how much another explanation must be better before an incident is named anew."""
SAME_SHARE = 0.8
"""The share of an incident's cases another cause must explain to take it over."""
LEAST_MEAN = 0.1
FEW = 3
"""How many places side by side are still told apart rather than called one cause."""
QUIET_ODDS = log(0.01)


SPECIFIC = {
    Cause.RULE.value: 0,
    Cause.CARRIER.value: 1,
    Cause.LANE.value: 2,
    Cause.HUB.value: 3,
}
"""Which cause says more about where to look."""


class Seen(NamedTuple):
    """Cases of one hour that have everything in common; ``ago`` counts hours back from now.

    ``incident`` is the unresolved incident that holds them, 0 none.
    """

    hub: str
    lane: str
    carrier: str
    rule: str
    ago: int
    incident: int
    cases: int


@dataclass(frozen=True)
class Excess:
    """A cell that has more cases than usual: within how many hours, how many, and the odds.

    ``weight`` is the log-likelihood ratio, ``held`` how many of the cases each incident holds.
    """

    cell: Cell
    hours: int
    observed: int
    expected: float
    odds: float
    weight: float
    held: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Moment:
    """When it is: hour of the day, day of the week, and which share of the hour has passed."""

    hour: int
    day: int
    passed: float = 1.0


def threshold(cells: int) -> float:
    """Return the logarithm of the odds below which a cell of so many is in excess."""
    tests = MONTH_HOURS * LOOKS_AN_HOUR * len(WINDOWS) * max(cells, 100)
    return log(FALSE_A_MONTH / tests)


def find_excesses(
    seen: Sequence[Seen],
    usual: Usual,
    moment: Moment,
    *,
    kept: Mapping[int, Cell] | None = None,
) -> list[Excess]:
    """Return what explains the excess of the last day, the greatest first; mostly nothing.

    ``kept`` are the cells of the unresolved incidents: among explanations that are nearly as
    good, an incident's own stays. Two rules in excess at one place are one finding.
    """
    table = Table(seen)
    limit = threshold(max(usual.cells, table.size))
    own = frozenset(cell.place for cell in (kept or {}).values())
    found: list[Excess] = []
    while len(found) < MOST_FOUND:
        best = greatest_excess(table.cells(), usual, moment, limit=limit, kept=own)
        if best is None:
            break
        found.append(replace(best, held=table.held(best.cell)))
        table.take_away(best.cell)
    return _join_rules(found)


def is_quiet(counts: Sequence[int], cell: Cell, usual: Usual, moment: Moment) -> bool:
    """Tell whether the cases of the last hours (the present one first) are nothing unusual."""
    exposure = _exposures(usual, cell.rule, moment, len(counts))[-1]
    band = usual.band(cell, exposure)
    total = sum(counts)
    return total < LEAST_CASES or bool(log_tail(total, band.mean, band.variance) > QUIET_ODDS)


def score(
    counts: NDArray[np.int64], cell: Cell, usual: Usual, moment: Moment, *, others: float = 0.0
) -> Excess:
    """Return the window in which a cell exceeds its usual the most.

    ``counts`` are its cases by hour, the present one first; ``others`` the number of cases an
    hour brings at other places of the cause.
    """
    exposures = _exposures(usual, cell.rule, moment, BACK)
    sums = np.cumsum(counts)
    best: Excess | None = None
    for hours in WINDOWS:
        observed = int(sums[hours - 1])
        band = usual.band(cell, float(exposures[hours - 1]), borrowed=others)
        odds = log_tail(observed, band.mean, band.variance)
        if best is None or odds < best.odds:
            best = Excess(cell, hours, observed, band.mean, odds, _ratio(observed, band))
    if best is None:
        raise ValueError("there is at least one window")
    return best


def greatest_excess(
    cells: Mapping[Cell, NDArray[np.int64]],
    usual: Usual,
    moment: Moment,
    *,
    limit: float,
    kept: Collection[tuple[str, str]] = (),
) -> Excess | None:
    """Return the cell whose excess explains most, None where nothing is unusual.

    ``limit`` is `threshold` of the number of cells; places ``kept`` are preferred a little.
    """
    totals = {cell: int(counts.sum()) for cell, counts in cells.items()}
    of_rule: Counter[tuple[str, str]] = Counter()
    for cell, total in totals.items():
        of_rule[cell.cause, cell.rule] += total
    found: list[tuple[float, Excess]] = []
    for cell, counts in cells.items():
        if totals[cell] < LEAST_CASES or not usual.is_judged(cell.cause):
            continue
        others = (of_rule[cell.cause, cell.rule] - totals[cell]) / BACK
        one = score(counts, cell, usual, moment, others=others)
        if one.observed >= LEAST_CASES and one.odds < limit:
            found.append((one.weight * (KEPT_BONUS if cell.place in kept else 1.0), one))
    if not found:
        return None
    best = max(found, key=lambda one: one[0])[1]
    return best if best.cell.place in kept else _plainest(found)


def _plainest(found: Sequence[tuple[float, Excess]]) -> Excess:
    """Return the greatest, or what is more specific and explains nearly all of its cases: one
    place, or the first of a few that together do it better."""
    rank, best = max(found, key=lambda one: one[0])
    for cause in sorted(SPECIFIC, key=lambda one: -SPECIFIC[one]):
        if SPECIFIC[cause] <= SPECIFIC[best.cell.cause]:
            break
        places: dict[tuple[str, str], tuple[float, Excess]] = {}
        for one in sorted(found, key=lambda one: one[0]):
            if one[1].cell.cause == cause:
                places[one[1].cell.place] = one
        few = sorted(places.values(), key=lambda one: -one[0])[:FEW]
        for size in range(1, len(few) + 1):
            together = sum(one.observed for _, one in few[:size])
            better = size == 1 or sum(weight for weight, _ in few[:size]) > rank
            if together >= SAME_SHARE * best.observed and better:
                return few[0][1]
    return best


class Table:
    """The cases of the last day by cell and hour, from which explained ones are taken away."""

    def __init__(self, seen: Sequence[Seen]) -> None:
        self._rows = [row for row in seen if 0 <= row.ago < BACK]
        self.size = len(self.cells())

    def cells(self) -> dict[Cell, NDArray[np.int64]]:
        """Return the cases by hour of each cell that has any."""
        made: dict[Cell, NDArray[np.int64]] = {}
        for row in self._rows:
            for cell in cells_of(row):
                counts = made.get(cell)
                if counts is None:
                    counts = made[cell] = np.zeros(BACK, dtype=np.int64)
                counts[row.ago] += row.cases
        return made

    def held(self, cell: Cell) -> Counter[int]:
        """Return how many of a cell's cases each incident holds; 0 stands for none."""
        found: Counter[int] = Counter()
        for row in self._rows:
            if cell in cells_of(row):
                found[row.incident] += row.cases
        return found

    def take_away(self, cell: Cell) -> None:
        """Leave out a cell's cases from now on."""
        self._rows = [row for row in self._rows if cell not in cells_of(row)]


def cells_of(row: Seen) -> tuple[Cell, ...]:
    """Return the cells a case belongs to; what is unknown makes none."""
    found = [Cell(Cause.RULE.value, row.rule, row.rule)]
    for cause, key in (
        (Cause.HUB.value, row.hub), (Cause.LANE.value, row.lane), (Cause.CARRIER.value, row.carrier)
    ):  # fmt: skip
        if key:
            found += [Cell(cause, key, row.rule), Cell(cause, key)]
    return tuple(found)


def _join_rules(found: Sequence[Excess]) -> list[Excess]:
    """Make one of the findings about one place, under all rules."""
    places: dict[tuple[str, str], Excess] = {}
    for one in found:
        first = places.get(one.cell.place)
        places[one.cell.place] = one if first is None else _both(first, one)
    return list(places.values())


def _both(first: Excess, second: Excess) -> Excess:
    return Excess(
        first.cell.whole,
        max(first.hours, second.hours),
        first.observed + second.observed,
        first.expected + second.expected,
        min(first.odds, second.odds),
        first.weight + second.weight,
        first.held + second.held,
    )


def _exposures(usual: Usual, rule: str, moment: Moment, back: int) -> NDArray[np.float64]:
    """Return the weighted hours from now back to the end of each hour."""
    factors = usual.factors(rule, hour=moment.hour, day=moment.day, back=back)
    factors[0] *= moment.passed
    made: NDArray[np.float64] = np.cumsum(factors)
    return made


def _ratio(observed: int, band: Band) -> float:
    """Return the log-likelihood ratio of the count against the usual; what is nearly never seen
    counts as a tenth of a case, so that rarity alone does not outweigh numbers."""
    mean = max(band.mean, LEAST_MEAN)
    return observed * log(observed / mean) - (observed - mean) if observed > mean else 0.0
