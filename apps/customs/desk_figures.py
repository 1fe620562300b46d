"""The figures of customs by week and by lane: four statements, whatever the tables' size.

Nothing here claims that clearance became quicker: these are counts, medians and how many they are
of. Parcels of the sandbox are never counted with others; live and brought numbers count together.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from apps.accounts.choices import KeyMode
from apps.core import bulk
from apps.core.shares import FEW, Rate, share_of
from apps.shipments.choices import ShipmentMode

CHINA = ZoneInfo("Asia/Shanghai")
WEEKS = 12
WEEK = dt.timedelta(weeks=1)
RECENT = 4
"""The last weeks of a lane are held against the weeks before them."""
HOME = "CN"
MODES: dict[str, tuple[str, ...]] = {
    KeyMode.LIVE.value: (ShipmentMode.LIVE.value, ShipmentMode.MANUAL.value),
    KeyMode.SANDBOX.value: (ShipmentMode.SANDBOX.value,),
}
IN_WEEK = "floor(extract(epoch FROM {at} - %(since)s) / 604800)::int"
OWN = "AND {table}.merchant_id = %(merchant)s"

DECLARED = f"""
SELECT {IN_WEEK.format(at="c.created_at")}, count(*), count(*) FILTER (WHERE c.complete_at_order)
FROM customs_consignment c
WHERE c.created_at >= %(since)s AND c.created_at < %(until)s AND c.mode = ANY(%(modes)s) {{own}}
GROUP BY 1
"""  # noqa: S608 - the module's own words
ENDED = f"""
SELECT {IN_WEEK.format(at="d.ended_at")}, count(*),
       count(*) FILTER (WHERE d.first_try IS NOT NULL), count(*) FILTER (WHERE d.first_try),
       count(*) FILTER (WHERE d.human_seconds > 0), sum(d.human_seconds),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY d.human_seconds)
           FILTER (WHERE d.human_seconds > 0)
FROM customs_declaration d JOIN customs_consignment c ON c.id = d.consignment_id
WHERE d.ended_at >= %(since)s AND d.ended_at < %(until)s AND d.state <> 'cancelled'
  AND c.mode = ANY(%(modes)s) {{own}}
GROUP BY 1
"""  # noqa: S608 - the module's own words
CLEARED = f"""
WITH cleared AS (
    SELECT COALESCE(x.country, '{HOME}') AS origin, c.destination, d.direction,
           {IN_WEEK.format(at="d.ended_at")} AS week,
           extract(epoch FROM d.ended_at - d.entered_at) / 86400.0 AS days
    FROM customs_declaration d JOIN customs_consignment c ON c.id = d.consignment_id
    LEFT JOIN customs_exporter x ON x.merchant_id = d.merchant_id
    WHERE d.ended_at >= %(since)s AND d.ended_at < %(until)s AND d.state = 'released'
      AND c.mode = ANY(%(modes)s) {{own}}
)
SELECT origin, destination, direction, week, week >= %(recent)s, count(*), count(days),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY days),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY days), min(days), max(days)
FROM cleared
GROUP BY GROUPING SETS ((1, 2, 3), (1, 2, 3, 4), (1, 2, 3, 5))
"""  # noqa: S608 - the module's own words


@dataclass(frozen=True, slots=True)
class Days:
    """How long clearance took: ``count`` with a known entry of ``released``; days, a float."""

    released: int = 0
    count: int = 0
    median: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None

    @property
    def is_few(self) -> bool:
        """Whether there are too few to say a median alone."""
        return self.count < FEW


@dataclass(frozen=True, slots=True)
class Week:
    """One week of all lanes. ``seconds`` is people's work on ``ended`` declarations,
    ``touched`` how many of them a person worked on, ``middle`` the median of those."""

    monday: dt.date
    declared: int = 0
    complete: int = 0
    ended: int = 0
    judged: int = 0
    first_try: int = 0
    touched: int = 0
    seconds: int = 0
    middle: float | None = None

    @property
    def complete_share(self) -> Rate | None:
        """Complete at order time, of what was declared this week."""
        return share_of(self.complete, self.declared)

    @property
    def first_share(self) -> Rate | None:
        """Released without ever being asked, held or refused, of what ended this week."""
        return share_of(self.first_try, self.judged)

    @property
    def minutes(self) -> float | None:
        """People's minutes for a declaration that ended this week, the untouched ones too."""
        return self.seconds / 60 / self.ended if self.ended else None


@dataclass(frozen=True, slots=True)
class Lane:
    """Clearance at one border of a lane: all twelve weeks, each of them, the last four and those
    before."""

    origin: str
    destination: str
    direction: str
    whole: Days
    recent: Days
    before: Days
    weeks: tuple[Days, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Twelve weeks, oldest first, and the lanes, the busiest first, each out before in."""

    weeks: tuple[Week, ...]
    lanes: tuple[Lane, ...] = field(default=())


def desk_figures(*, now: dt.datetime, mode: str, merchant_id: int | None) -> Figures:
    """Return the figures of the week of ``now`` and the eleven before it, in China's weeks.

    A parcel counts as declared in the week its order came, as ended in the week customs let go of
    it. ``merchant_id`` None means all merchants.
    """
    local = now.astimezone(CHINA).date()
    monday = local - dt.timedelta(days=local.weekday())
    since = dt.datetime.combine(monday - (WEEKS - 1) * WEEK, dt.time(), CHINA)
    given: dict[str, Any] = {
        "since": since,
        "until": since + WEEKS * WEEK,
        "modes": list(MODES[mode]),
        "merchant": merchant_id,
        "recent": WEEKS - RECENT,
    }
    declared = {row[0]: row[1:] for row in _rows(DECLARED, "c", given)}
    ended = {row[0]: row[1:] for row in _rows(ENDED, "d", given)}
    nothing = (0, 0, 0, 0, 0, None)
    weeks = tuple(
        Week(
            since.date() + n * WEEK,
            *declared.get(n, (0, 0)),
            *_read(ended.get(n, nothing)),
        )
        for n in range(WEEKS)
    )
    return Figures(weeks, _lanes(_rows(CLEARED, "d", given)))


def summed(weeks: tuple[Week, ...]) -> Week:
    """Return the sum of weeks, named by the first; a median of medians is nothing."""
    names = ("declared", "complete", "ended", "judged", "first_try", "touched", "seconds")
    sums = {name: sum(getattr(week, name) for week in weeks) for name in names}
    return Week(weeks[0].monday, **sums)


def _rows(sql: str, table: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    own = OWN.format(table=table) if given["merchant"] is not None else ""
    return bulk.fetch(sql.format(own=own), given)  # type: ignore[arg-type]


def _read(row: tuple[Any, ...]) -> tuple[Any, ...]:
    *counts, seconds, middle = row
    return (*counts, int(seconds or 0), middle)


def _lanes(rows: list[tuple[Any, ...]]) -> tuple[Lane, ...]:
    found: defaultdict[tuple[str, str, str], dict[Any, Days]] = defaultdict(dict)
    for origin, destination, direction, week, recent, *counts in rows:
        days = Days(*counts[:2], *(None if one is None else float(one) for one in counts[2:]))
        key = ("week", week) if week is not None else ("recent", recent)
        found[origin, destination, direction][key] = days
    lanes = [_lane(key, parts) for key, parts in found.items()]
    total: Counter[tuple[str, str]] = Counter()
    for lane in lanes:
        total[lane.origin, lane.destination] += lane.whole.released

    def place(lane: Lane) -> tuple[Any, ...]:
        road = (lane.origin, lane.destination)
        return (-total[road], road, lane.direction)

    return tuple(sorted(lanes, key=place))


def _lane(key: tuple[str, str, str], parts: dict[Any, Days]) -> Lane:
    empty = Days()
    weeks = tuple(parts.get(("week", n), empty) for n in range(WEEKS))
    return Lane(
        *key,
        whole=parts["recent", None],
        recent=parts.get(("recent", True), empty),
        before=parts.get(("recent", False), empty),
        weeks=weeks,
    )
