"""Rows about recording: what measuring a request costs, and how small a part of it that is."""

from __future__ import annotations

from functools import cache
from statistics import median
from typing import Any

from config.bench.database import EMPTY, ready
from config.bench.processes import told_by
from config.bench.rows import Figure, Row

ACTORS = "config.bench.recording_actors"


@cache
def _told() -> dict[str, Any]:
    return dict(told_by(ACTORS, "cost", url=ready(EMPTY)))


def record_cpu() -> Figure:
    """CPU µs of recording a request of the API, the writing of the book included."""
    told = _told()
    value = median(told["request"])
    said = (
        f"a push at the door {median(told['push']):.2f} µs; {median(told['rows']):.0f} rows a "
        f"writing after 600 answers of 12 routes and 8 merchants, of which PostgreSQL pays "
        f"{told['postgres']:.1f} µs an answer; {len(told['request'])} rounds of 6,000 in turns"
    )
    return Figure(value, max(told["request"]), said)


def record_share() -> Figure:
    """Recording in percent of what is recorded: the greater of the API's and the door's share."""
    told = _told()
    api = [part / whole * 100 for part, whole in zip(told["request"], told["api"], strict=True)]
    door = [part / whole * 100 for part, whole in zip(told["push"], told["door"], strict=True)]
    said = (
        f"API {median(api):.2f} % of {median(told['api']):,.0f} µs (an empty list), door "
        f"{median(door):.2f} % of {median(told['door']):,.0f} µs; {len(api)} rounds in turns"
    )
    return Figure(max(median(api), median(door)), max(*api, *door), said)


ROWS = (
    Row(
        "record_cpu_us", "recording a request of the API, writing included", "µs", 10.0, record_cpu
    ),
    Row("record_share", "recording's share of the CPU of a request", "%", 2.0, record_share),
)
