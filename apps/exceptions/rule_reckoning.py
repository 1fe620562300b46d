"""Reckoning what a replayed rule would have been worth: added up shipment by shipment. No database.

The sum is plain JSON of bounded size, so that a trial can stop and go on: leads are counted by the
whole hour, lanes beyond the first 400 under one name, and the twenty examples are those whose
shipment has the lowest digest, which is a fair draw that does not depend on the order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from apps.exceptions.rulebook.replay import FOREVER, Stretch

HEARD_WITHIN = dt.timedelta(days=30)
"""A complaint later than this after a case opened is not counted as the one it foresaw."""
EXAMPLES = 20
MOST_GROUPS = 400
REST = "||"
HOUR = 3_600
Sum = dict[str, Any]


def empty_sum() -> Sum:
    """Return the sum of no shipments."""
    return {
        "shipments": 0, "cases": 0, "shipments_with_cases": 0, "open_still": 0, "later": 0,
        "before": 0, "complaints": 0, "foreseen": 0, "leads": {}, "groups": {}, "examples": [],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule would have said of one shipment, and when its customer complained.

    ``cases`` and ``complaints`` have the earliest first; ``group`` is carrier, lane from, lane to.
    """

    shipment_id: int
    group: tuple[str, str, str]
    cases: Sequence[Stretch]
    complaints: Sequence[dt.datetime]


def add_to(total: Sum, one: Outcome) -> None:
    """Add one shipment to a sum, in place."""
    total["shipments"] += 1
    if one.complaints:
        total["complaints"] += 1
        first = one.complaints[0]
        total["foreseen"] += any(
            case.start < first <= case.start + HEARD_WITHIN for case in one.cases
        )
    if not one.cases:
        return
    total["shipments_with_cases"] += 1
    row = _group(total, one.group)
    for case in one.cases:
        later = _later(case, one.complaints)
        total["cases"] += 1
        row[0] += 1
        total["open_still"] += case.end == FOREVER
        if any(at <= case.start for at in one.complaints):
            total["before"] += 1
        if later is not None:
            total["later"] += 1
            row[1] += 1
            hours = str(int((later - case.start).total_seconds() // HOUR))
            total["leads"][hours] = total["leads"].get(hours, 0) + 1
        _draw(total, one.shipment_id, case, later)


def _later(case: Stretch, complaints: Iterable[dt.datetime]) -> dt.datetime | None:
    """Return the first complaint a case was ahead of."""
    return next((at for at in complaints if case.start < at <= case.start + HEARD_WITHIN), None)


def _group(total: Sum, group: tuple[str, str, str]) -> list[int]:
    name = "|".join(group)
    groups: dict[str, list[int]] = total["groups"]
    if name not in groups and len(groups) >= MOST_GROUPS:
        name = REST
    return groups.setdefault(name, [0, 0])


def _draw(total: Sum, shipment_id: int, case: Stretch, later: dt.datetime | None) -> None:
    """Keep a case among the examples where its digest is low enough."""
    examples: list[dict[str, Any]] = total["examples"]
    said = f"{shipment_id}:{case.start.isoformat()}"
    lot = blake2b(said.encode(), digest_size=6).hexdigest()
    if len(examples) >= EXAMPLES and lot >= examples[-1]["lot"]:
        return
    examples.append(
        {
            "lot": lot,
            "shipment": shipment_id,
            "opened": _iso(case.start),
            "cleared": None if case.end == FOREVER else _iso(case.end),
            "complained": _iso(later) if later else None,
        }
    )
    examples.sort(key=lambda row: str(row["lot"]))
    del examples[EXAMPLES:]


def _iso(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


def median_lead(total: Mapping[str, Any]) -> float | None:
    """Return the median hours between a case and the complaint it was ahead of, None without.

    Leads are counted by the whole hour, rounded down; between two middle ones it is their mean.
    """
    counts = sorted((int(hours), count) for hours, count in total["leads"].items())
    number = sum(count for _hours, count in counts)
    if not number:
        return None
    middle = (number - 1) // 2, number // 2
    return sum(_nth(counts, place) for place in middle) / 2


def _nth(counts: Sequence[tuple[int, int]], place: int) -> int:
    for hours, count in counts:
        if place < count:
            return hours
        place -= count
    raise ValueError("no such place")


def percent(part: int, whole: int) -> float | None:
    """Return a share in percent, None of nothing."""
    return 100 * part / whole if whole else None


def summary_of(total: Mapping[str, Any]) -> dict[str, Any]:
    """Return what people read of a sum: counts, shares in percent, hours."""
    return {
        "shipments": total["shipments"],
        "cases": total["cases"],
        "shipments_with_cases": total["shipments_with_cases"],
        "open_still": total["open_still"],
        "complained_later": total["later"],
        "precision_percent": percent(total["later"], total["cases"]),
        "lead_hours_median": median_lead(total),
        "complained_before": total["before"],
        "complaints": total["complaints"],
        "missed_complaints": total["complaints"] - total["foreseen"],
        "recall_percent": percent(total["foreseen"], total["complaints"]),
    }
