"""What a set of thresholds finds, held against what persons have said. Pure.

A finding and a verdict speak of the same when their kinds are of one family and their rows lie
at most two apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from apps.exceptions.stretches import SLACK, Stretch, family, together

COUNTS = ("raised", "right", "wrong", "new", "missed")


class Judged(NamedTuple):
    """What a person said of a flag: whether it was right, over which rows (ids, both included)."""

    flag_id: int
    kind: str
    right: bool
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True)
class Example:
    """A stretch to look at. ``why``: ``missed``, ``new`` or ``spared``; rows are ids."""

    why: str
    kind: str
    first_row: int
    last_row: int
    flag_id: int | None


Counts = dict[str, dict[str, int]]


def counts_of(
    found: Iterable[Stretch], judged: Sequence[Judged], ids: NDArray[np.int64]
) -> tuple[Counts, set[int]]:
    """Return by kind what was ``raised``, how it was judged, and what was ``missed``; and what met.

    ``right``, ``wrong`` and ``new`` add up to ``raised``: judged by a person, or by nobody.
    ``missed`` counts flags persons found right that nothing found here meets. The second value
    holds the ids of the flags that were met.
    """
    counts: Counts = {}
    met: set[int] = set()
    for one in together(found):
        mine = [flag for flag in judged if _same(one, flag, ids)]
        met.update(flag.flag_id for flag in mine)
        said = "right" if any(flag.right for flag in mine) else "wrong" if mine else "new"
        add_to(counts, {one.kind: {"raised": 1, said: 1}})
    for flag in judged:
        if flag.right and flag.flag_id not in met:
            add_to(counts, {flag.kind: {"missed": 1}})
    return counts, met


def examples_of(
    draft: Iterable[Stretch],
    today: Iterable[Stretch],
    judged: Sequence[Judged],
    ids: NDArray[np.int64],
) -> list[Example]:
    """Return where the draft differs from today's set.

    ``missed``: a person found it right, today's set finds it, the draft does not. ``spared``: a
    person found it wrong and the draft leaves it out. ``new``: only the draft finds it.
    """
    draft, today = together(draft), together(today)
    by_draft, by_today = counts_of(draft, judged, ids)[1], counts_of(today, judged, ids)[1]
    out = [
        Example(
            why="missed" if flag.right else "spared",
            kind=flag.kind,
            first_row=flag.first_row,
            last_row=flag.last_row,
            flag_id=flag.flag_id,
        )
        for flag in judged
        if flag.flag_id in by_today - by_draft
    ]
    for one in draft:
        if any(_meet(one, other) for other in today):
            continue
        flag_id = next((flag.flag_id for flag in judged if _same(one, flag, ids)), None)
        rows = int(ids[one.first]), int(ids[one.last])
        out.append(Example("new", one.kind, *rows, flag_id))
    return out


def add_to(counts: Counts, more: Mapping[str, Mapping[str, int]]) -> None:
    """Add counts by kind to others, in place."""
    for kind, numbers in more.items():
        row = counts.setdefault(kind, dict.fromkeys(COUNTS, 0))
        for name, number in numbers.items():
            row[name] += number


def _same(one: Stretch, flag: Judged, ids: NDArray[np.int64]) -> bool:
    first = ids[max(one.first - SLACK, 0)]
    last = ids[min(one.last + SLACK, len(ids) - 1)]
    near = flag.first_row <= last and flag.last_row >= first
    return bool(near) and family(flag.kind) == family(one.kind)


def _meet(one: Stretch, other: Stretch) -> bool:
    near = one.first <= other.last + SLACK and other.first <= one.last + SLACK
    return near and family(one.kind) == family(other.kind)
