"""The row about compliance: what checking adds to an order of twenty lines, five hundred rules."""

from __future__ import annotations

from statistics import median, quantiles
from typing import Any

from config.bench.database import ready
from config.bench.processes import told_by
from config.bench.rows import Figure, Row

CHECKING = "lastmile_checking"


def measure_checking() -> Figure:
    """Milliseconds the check takes inside an order's transaction, p95: median round and worst."""
    rounds: Any = told_by("config.bench.checking_actors", "orders", url=ready(CHECKING))
    highs = [_p95(took["checking"]) for took in rounds]
    whole = {name: median([one for took in rounds for one in took[name]]) for name in rounds[0]}
    asked = median([_p95(took["asking"]) for took in rounds])
    note = (
        f"20 lines, 500 rules of which 5 fire; {len(rounds)} rounds of"
        f" {len(rounds[0]['checking'])} orders; the whole check with its rows"
        f" {whole['checking']:.1f} ms in the median, asking the rules {whole['asking']:.1f} ms"
        f" (p95 {asked:.1f}), of an order of {whole['abroad']:.1f} ms;"
        f" the same order at home {whole['home']:.1f} ms"
    )
    return Figure(median(highs), max(highs), note)


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


ROWS = (
    Row(
        "compliance_check_p95_ms",
        "an order of 20 lines against 500 rules, with what the check writes",
        "ms",
        20,
        measure_checking,
    ),
)
