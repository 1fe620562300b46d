"""Faults of positions: each spoils a stretch of a rider's fixes and says which rows it took.

Kinds and sizes are those measured in the field: a jump is one fix 0.5–50 km away, a drift 5–20
fixes 300–800 m off, a wrong system the exact shift of that very place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

from apps.core.geo import wgs84_to_gcj02
from apps.sandbox.choices import FixFault
from apps.sandbox.fixes import Fix, Spoiled
from apps.sandbox.projections import BD09, Place, metres_between, moved, to_lbs
from apps.sandbox.rng import stream, weighted

DAY_S = 86_400
ROLLOVER_S = 1024 * 7 * DAY_S
MARGIN = 5
"""Sound fixes kept before and after every fault."""
Rows = list[Fix]
Span = tuple[int, int]
Fault = Callable[[Rows, Random], Span | None]


def draw_fault(*, seed: int, name: str, rates: Mapping[str, float]) -> str | None:
    """The kind of fault a ride has, or None. ``rates``: share of rides by kind.

    A ride has one fault at most: the shares of all kinds add up, at most to 1.
    """
    wanted = [(kind, rates.get(kind, 0.0)) for kind in FixFault.values()]
    total = sum(rate for _, rate in wanted)
    rng = stream(seed, "fix-fault", name)
    if rng.random() >= total:
        return None
    return weighted(rng, wanted)


def spoil(fixes: Sequence[Fix], kind: str, rng: Random) -> tuple[Rows, Spoiled | None]:
    """The fixes with a fault of the kind in them; None where the ride is too short for it."""
    rows = list(fixes)
    span = FAULTS[FixFault(kind)](rows, rng)
    if span is None:
        return list(fixes), None
    first, last = span
    pairs = zip(fixes[first : last + 1], rows[first : last + 1], strict=True)
    shift = max(metres_between(a.place, b.place) for a, b in pairs)
    return rows, Spoiled(kind, first, last, round(shift, 1))


def _span(rows: Rows, rng: Random, fewest: int, most: int) -> Span | None:
    """A stretch of so many rows with MARGIN sound ones around it; shorter in a short ride."""
    room = len(rows) - 2 * MARGIN
    if room < fewest:
        return None
    count = rng.randint(fewest, min(most, room))
    first = rng.randint(MARGIN, len(rows) - MARGIN - count)
    return first, first + count - 1


def _put(rows: Rows, span: Span, place_of: Callable[[int, Place], Place]) -> Span:
    for row in range(span[0], span[1] + 1):
        rows[row] = replace(rows[row], place=place_of(row, rows[row].place))
    return span


def _vector(rng: Random, low: float, high: float, *, log: bool = False) -> tuple[float, float]:
    size = math.exp(rng.uniform(math.log(low), math.log(high))) if log else rng.uniform(low, high)
    angle = rng.uniform(0, 2 * math.pi)
    return size * math.cos(angle), size * math.sin(angle)


def _jump(rows: Rows, rng: Random) -> Span | None:
    span, way = _span(rows, rng, 1, 1), _vector(rng, 500, 50_000, log=True)
    return span and _put(rows, span, lambda _, place: moved(place, *way))


def _drift(rows: Rows, rng: Random) -> Span | None:
    span, way = _span(rows, rng, 5, 20), _vector(rng, 300, 800)
    return span and _put(rows, span, lambda _, place: moved(place, *way))


def _gcj(rows: Rows, rng: Random) -> Span | None:
    span = _span(rows, rng, 5, 20)
    return span and _put(rows, span, lambda _, place: wgs84_to_gcj02(*place))


def _bd(rows: Rows, rng: Random) -> Span | None:
    span = _span(rows, rng, 5, 20)
    return span and _put(rows, span, lambda _, place: to_lbs(place, BD09))


def _frozen(rows: Rows, rng: Random) -> Span | None:
    """At least three minutes on the spot while the rider goes on for 300 m or more."""
    for _ in range(40):
        span = _span(rows, rng, 5, 40)
        if span is None:
            return None
        first, last = span
        gone = metres_between(rows[first].place, rows[last].place)
        if rows[last].at - rows[first].at >= 180 and gone >= 300:
            stuck = rows[first].place
            return _put(rows, (first + 1, last), lambda _, place, stuck=stuck: stuck)  # type: ignore[misc]
    return None


def _speed(rows: Rows, rng: Random) -> Span | None:
    span = _span(rows, rng, 5, 15)
    if span is None:
        return None
    start, way = rows[span[0] - 1], _vector(rng, 60, 150)

    def fly(row: int, place: Place) -> Place:
        seconds = rows[row].at - start.at
        return moved(start.place, way[0] * seconds, way[1] * seconds)

    return _put(rows, span, fly)


def _swap(rows: Rows, rng: Random) -> Span | None:
    span = _span(rows, rng, 1, 10)
    return span and _put(rows, span, lambda _, place: (place[1], place[0]))


def _zero(rows: Rows, rng: Random) -> Span | None:
    span = _span(rows, rng, 1, 10)
    return span and _put(rows, span, lambda _, place: (0.0, 0.0))


def _clock(rows: Rows, span: Span, seconds: int) -> Span:
    for row in range(span[0], span[1] + 1):
        rows[row] = replace(rows[row], clock=rows[row].clock + seconds)
    return span


def _future(rows: Rows, rng: Random) -> Span | None:
    span = _span(rows, rng, 1, 10)
    ahead = int(math.exp(rng.uniform(math.log(3600), math.log(3650 * DAY_S))))
    return span and _clock(rows, span, ahead)


def _rollover(rows: Rows, rng: Random) -> Span | None:
    span = _span(rows, rng, 1, 20)
    return span and _clock(rows, span, -ROLLOVER_S)


def _order(rows: Rows, rng: Random) -> Span | None:
    """A few fixes sent in reverse."""
    span = _span(rows, rng, 2, 6)
    if span is not None:
        first, last = span
        rows[first : last + 1] = rows[first : last + 1][::-1]
    return span


def _pingpong(rows: Rows, rng: Random) -> Span | None:
    """Every second fix somewhere else."""
    span, way = _span(rows, rng, 6, 20), _vector(rng, 800, 5_000)
    if span is None:
        return None
    return _put(
        rows,
        span,
        lambda row, place: place if (row - span[0]) % 2 else moved(place, *way),
    )


def _teleport(rows: Rows, rng: Random) -> Span | None:
    """Away for good."""
    span, way = _span(rows, rng, 1, 1), _vector(rng, 5_000, 100_000, log=True)
    return span and _put(rows, (span[0], len(rows) - 1), lambda _, place: moved(place, *way))


def _detour(rows: Rows, rng: Random) -> Span | None:
    """A bulge of 1–3 km that begins and ends on the way."""
    span, way = _span(rows, rng, 20, 40), _vector(rng, 1_000, 3_000)
    if span is None:
        return None
    first, last = span

    def bulge(row: int, place: Place) -> Place:
        share = math.sin(math.pi * (row - first + 1) / (last - first + 2))
        return moved(place, way[0] * share, way[1] * share)

    return _put(rows, span, bulge)


FAULTS: dict[FixFault, Fault] = {
    FixFault.JUMP: _jump,
    FixFault.DRIFT: _drift,
    FixFault.GCJ: _gcj,
    FixFault.BD: _bd,
    FixFault.FROZEN: _frozen,
    FixFault.SPEED: _speed,
    FixFault.SWAP: _swap,
    FixFault.ZERO: _zero,
    FixFault.FUTURE: _future,
    FixFault.ROLLOVER: _rollover,
    FixFault.ORDER: _order,
    FixFault.PINGPONG: _pingpong,
    FixFault.TELEPORT: _teleport,
    FixFault.DETOUR: _detour,
}
