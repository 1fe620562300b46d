"""The row about incidents: a storm at one hub becomes one incident and a few messages."""

from __future__ import annotations

from statistics import median

from config.bench.processes import told_by
from config.bench.rows import Figure, Row
from config.bench.storm_actors import EVERYDAY, INCIDENTS_EVERY, LOOK_EVERY, STORM
from config.bench.watched_tables import PARCELS, ensure_watched

MOST_INCIDENTS, MOST_NOTICES = 1, 3


def measure_storm() -> Figure:
    """Seconds until one incident holds 10,000 parcels that stall at once, median of the rounds.

    Raises RuntimeError for more than one incident or more than three messages.
    """
    rounds = told_by("config.bench.storm_actors", "storms", url=ensure_watched())
    incidents = max(int(one["incidents"]) for one in rounds)
    notices = max(int(one["notices"]) for one in rounds)
    if incidents > MOST_INCIDENTS or notices > MOST_NOTICES:
        raise RuntimeError(f"{incidents} incidents and {notices} messages of one storm")
    seconds = [one["seconds"] for one in rounds]
    said = (
        f"{STORM:,} parcels stall at one hub and {EVERYDAY:,} elsewhere at {PARCELS:,} open, over"
        f" four weeks of history; {incidents} incident, {notices} messages to its end; the longest"
        f" look for incidents {max(one['look'] for one in rounds):.2f} s; the services called every"
        f" {LOOK_EVERY:.0f} and {INCIDENTS_EVERY:.0f} s as beat does, without a broker between;"
        f" {len(rounds)} rounds"
    )
    return Figure(median(seconds), max(seconds), said)


ROWS = (
    Row(
        "storm_one_incident_s",
        "10,000 parcels that stall at one hub are one incident, at most 3 messages to its end",
        "s", 120.0, measure_storm,
    ),
)  # fmt: skip
