"""Which flags a look raises, keeps, moves or withdraws. Pure.

A stretch is a range of row ids, both ends included. The outcome hangs only on what was found and
on the flags there are, never on how often or in which steps somebody looked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.exceptions.choices import SCAN_KINDS, FaultKind, FlagState

SLACK = 2
"""The edges of a stretch are known to two rows; less than that beyond a decided one is not new."""
OPEN, DISMISSED = FlagState.OPEN.value, FlagState.DISMISSED.value
CLOCKS = frozenset({FaultKind.FUTURE.value, FaultKind.ROLLOVER.value, FaultKind.ORDER.value})
COORDINATES = frozenset({FaultKind.ZERO.value, FaultKind.SWAP.value})


class Held(NamedTuple):
    """A flag there is; ``settled`` ones are neither withdrawn nor moved at their beginning."""

    flag_id: int
    kind: str
    state: str
    first_row: int
    last_row: int
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A finding as rows of the window (positions in it, both included) with its evidence."""

    kind: str
    first: int
    last: int
    score: float
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What is to be written: new stretches, (flag id, stretch) to move, flag ids to withdraw."""

    raised: list[Stretch] = field(default_factory=list)
    kept: list[tuple[int, Stretch]] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)


def family(kind: str) -> str:
    """Return what a kind is about: clock, coordinates, or movement; each of scans stands alone."""
    if kind in SCAN_KINDS:
        return kind
    if kind in CLOCKS:
        return "clock"
    return "coordinates" if kind in COORDINATES else "movement"


def undecided(
    found: Iterable[Stretch], flags: Iterable[Held], ids: NDArray[np.int64]
) -> list[Stretch]:
    """Return what is left of the findings where nobody has decided yet.

    A dismissal covers its family of kinds, every other decision all kinds, for then the fixes
    are not used as they came anyway.
    """
    decided = [flag for flag in flags if flag.state not in (OPEN, FlagState.WITHDRAWN.value)]
    left: list[Stretch] = []
    for one in found:
        free = np.ones(one.last - one.first + 1, dtype=bool)
        rows = ids[one.first : one.last + 1]
        for flag in decided:
            if flag.state != DISMISSED or family(flag.kind) == family(one.kind):
                free &= (rows < flag.first_row) | (rows > flag.last_row)
        if free.all():
            left.append(one)
        else:
            left += _rests(one, free)
    return left


def together(found: Iterable[Stretch]) -> list[Stretch]:
    """Return findings of one kind that share rows as one stretch, with the surer one's evidence."""
    out: list[Stretch] = []
    for one in sorted(found, key=lambda one: (one.kind, one.first, one.last)):
        last = out[-1] if out else None
        if last is None or last.kind != one.kind or one.first > last.last:
            out.append(one)
            continue
        surer = max(last, one, key=lambda stretch: stretch.score)
        out[-1] = replace(surer, first=last.first, last=max(last.last, one.last))
    return sorted(out, key=lambda one: (one.first, one.last, one.kind))


def plan(
    found: Sequence[Stretch], flags: Iterable[Held], ids: NDArray[np.int64], *, trusted: int
) -> Plan:
    """Match findings with open flags: the same beginning first, then overlap, then nearness.

    ``trusted`` is the first row of the window whose findings count on their own; what begins
    before it lacks the rows that led there and only prolongs a flag. What is found as another
    kind now keeps its flag and changes its kind.
    """
    free = {flag.flag_id: flag for flag in flags if flag.state == OPEN}
    left = together(found)
    out = Plan()
    for near in (_same_begin, _overlap, _beside, _other_kind):
        for one in list(left):
            chosen = next((flag for flag in free.values() if near(flag, one, ids)), None)
            if chosen is None:
                continue
            del free[chosen.flag_id]
            left.remove(one)
            out.kept.append((chosen.flag_id, one))
    out.raised = [one for one in left if one.first >= trusted]
    edge = ids[trusted] if trusted < len(ids) else None
    out.withdrawn = [
        flag.flag_id
        for flag in free.values()
        if not flag.settled and (edge is None or flag.first_row >= edge)
    ]
    return out


def _rests(one: Stretch, free: NDArray[np.bool_]) -> list[Stretch]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], free, [False])).astype(np.int8)))
    return [
        replace(one, first=one.first + int(a), last=one.first + int(b) - 1)
        for a, b in edges.reshape(-1, 2)
        if b - a > SLACK
    ]


def _same_begin(flag: Held, one: Stretch, ids: NDArray[np.int64]) -> bool:
    return flag.kind == one.kind and flag.first_row == ids[one.first]


def _overlap(flag: Held, one: Stretch, ids: NDArray[np.int64]) -> bool:
    return flag.kind == one.kind and _meets(flag, one.first, one.last, ids)


def _beside(flag: Held, one: Stretch, ids: NDArray[np.int64]) -> bool:
    low, high = max(one.first - SLACK, 0), min(one.last + SLACK, len(ids) - 1)
    return flag.kind == one.kind and _meets(flag, low, high, ids)


def _other_kind(flag: Held, one: Stretch, ids: NDArray[np.int64]) -> bool:
    return (
        not flag.settled
        and family(flag.kind) == family(one.kind)
        and _meets(flag, one.first, one.last, ids)
    )


def _meets(flag: Held, first: int, last: int, ids: NDArray[np.int64]) -> bool:
    return bool(flag.first_row <= ids[last] and flag.last_row >= ids[first])
