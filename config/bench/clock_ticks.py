"""Rows about rules on the clock: what a tick costs, and how soon silence is found."""

from __future__ import annotations

from statistics import median

from config.bench.clock_actors import EVERY, FEW, MANY, SILENT
from config.bench.processes import told_by
from config.bench.rows import Figure, Row
from config.bench.watched_tables import PARCELS, ensure_watched

ACTORS = "config.bench.clock_actors"


def measure_tick() -> Figure:
    """Seconds of one tick with 10,000 due, each of which opens a case; one process.

    Ticks with nothing, with 2,000 and with 10,000 due take turns.
    """
    told = told_by(ACTORS, "ticks", url=ensure_watched())
    none, few, many = (told["took"][str(due)] for due in (0, FEW, MANY))
    said = (
        f"{PARCELS:,} open, {told['rules']} rules; {MANY:,} due, each opens a case: "
        f"{MANY / median(many):,.0f} a second; {FEW:,} due: {median(few):.2f} s, "
        f"{FEW / median(few):,.0f} a second; nothing due: {median(none) * 1000:.1f} ms; "
        f"{len(many)} rounds"
    )
    return Figure(median(many), max(many), said)


def measure_silence() -> Figure:
    """Seconds from the threshold until the case is committed, the slowest of all parcels."""
    told = told_by(ACTORS, "silence", url=ensure_watched())
    delays = sorted(told["delays"])
    if len(delays) != told["wanted"]:
        raise RuntimeError(f"{told['wanted'] - len(delays)} silent parcels were not found")
    said = (
        f"p50 {median(delays):.1f} s; {SILENT} parcels fall silent within a minute at {PARCELS:,} "
        f"open; the service called every {EVERY:.0f} s as beat does, without a broker between"
    )
    return Figure(delays[int(len(delays) * 0.95)], delays[-1], said)


ROWS = (
    Row(
        "clock_tick_s",
        "a tick of the rules' clock with 10,000 due at 1 million open parcels",
        "s", 5.0, measure_tick,
    ),
    Row(
        "silence_found_s",
        "silence is a case after its threshold at 1 million open parcels, p95",
        "s", 60.0, measure_silence,
    ),
)  # fmt: skip
