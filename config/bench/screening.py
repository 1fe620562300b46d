"""The row about denied parties: one name against 60,000, in a process that has them ready."""

from __future__ import annotations

import time
from statistics import median, quantiles

from apps.customs.screening.index import Listed, NameIndex
from apps.customs.screening.scoring import HIT
from config.bench.rows import Figure, Row

LISTED, ASKED, ROUNDS = 60_000, 1_000, 5


def _p95(index: NameIndex, names: list[str]) -> float:
    waits = []
    for name in names:
        started = time.perf_counter()
        index._search(name, HIT)
        waits.append((time.perf_counter() - started) * 1000)
    return quantiles(waits, n=20)[-1]


def measure_screening() -> Figure:
    """Milliseconds of one name, p95 of a round of new names: the median round and the worst."""
    from config.bench.screening_names import listed_names, ordinary_names

    listed = [Listed(at, name) for at, name in enumerate(listed_names(LISTED))]
    started = time.perf_counter()
    index = NameIndex(listed)
    built = time.perf_counter() - started
    names = ordinary_names(ASKED * (ROUNDS + 1))
    parts = [names[at : at + ASKED] for at in range(0, len(names), ASKED)]
    _p95(index, parts[0])
    rounds = [_p95(index, part) for part in parts[1:]]
    note = (
        f"p95 of {ASKED:,} names never asked before against {LISTED:,}; {ROUNDS} rounds, "
        f"{min(rounds):.1f}–{max(rounds):.1f} ms; built in {built:.1f} s"
    )
    return Figure(median(rounds), max(rounds), note)


ROWS = (
    Row(
        "screening_p95_ms",
        "a name screened against 60,000 denied names",
        "ms",
        50,
        measure_screening,
    ),
)
