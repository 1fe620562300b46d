"""The row about impact previews: ten changed rules over 100,000 consignments, all of them read."""

from __future__ import annotations

from statistics import median
from typing import Any

from config.bench.database import ready
from config.bench.processes import told_by
from config.bench.rows import Figure, Row

IMPACT = "lastmile_impact"


def measure_impact() -> Figure:
    """Seconds from asking for a preview to its end: median round and worst."""
    rounds: Any = told_by("config.bench.impact_actors", "impact", url=ready(IMPACT))
    times = [one["s"] for one in rounds]
    last = rounds[-1]
    note = (
        f"{last['done']} consignments of two lines, {len(rounds)} rounds; {last['blocked']} newly"
        f" held, {median(times) / last['done'] * 1e6:.0f} µs a consignment"
    )
    return Figure(median(times), max(times), note)


ROWS = (
    Row(
        "compliance_impact_s",
        "ten changed rules over 100,000 consignments in",
        "s",
        60,
        measure_impact,
    ),
)
