"""The row about declarations: what drafting one of twenty lines adds to its order."""

from __future__ import annotations

from statistics import median, quantiles
from typing import Any

from config.bench.database import ready
from config.bench.processes import told_by
from config.bench.rows import Figure, Row

DECLARING = "lastmile_declaring"


def measure_drafting() -> Figure:
    """Milliseconds customs takes inside an order's transaction, p95: median round and worst."""
    rounds: Any = told_by("config.bench.declaring_actors", "orders", url=ready(DECLARING))
    highs = [_p95(took["drafting"]) for took in rounds]
    whole = {name: median([one for took in rounds for one in took[name]]) for name in rounds[0]}
    note = (
        f"20 lines, two borders; {len(rounds)} rounds of {len(rounds[0]['abroad'])} orders abroad"
        f" and at home in turn; drafting {whole['drafting']:.1f} ms in the median of an order of"
        f" {whole['abroad']:.1f} ms; the same order at home {whole['home']:.1f} ms"
    )
    return Figure(median(highs), max(highs), note)


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


ROWS = (
    Row(
        "declaration_draft_p95_ms",
        "a declaration of 20 lines, inside its order's transaction",
        "ms",
        30,
        measure_drafting,
    ),
)
