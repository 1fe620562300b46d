"""Cases by cause and hour, read and summed up in PostgreSQL: what is seen, and what is usual."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from apps.core import bulk
from apps.exceptions.choices import Cause, IncidentState
from apps.exceptions.models import CauseLook, CauseUsual
from apps.exceptions.rulebook.excess import BACK, LEAST_CASES, Moment, Seen
from apps.exceptions.rulebook.usual import Cell, Record, Usual

HOUR = dt.timedelta(hours=1)
LATE = dt.timedelta(days=3)
"""A case found later than this after it came due says nothing about now."""
HORIZON = dt.timedelta(days=28)
HALF_LIFE_HOURS = 240.0
MODE = "CASE WHEN s.mode = 'sandbox' THEN 'sandbox' ELSE 'live' END"
HUB = "left(c.hub, 4)"
LANE = "CASE WHEN c.lane_from <> '' AND c.lane_to <> '' THEN c.lane_from || '>' || c.lane_to ELSE '' END"  # noqa: E501
DUE = "least(coalesce((c.evidence ->> 'due')::timestamptz, c.opened_at), c.opened_at)"
COUNTED = f"""
    {DUE} > c.opened_at - interval '3 days'
    AND NOT (v.at IS NOT NULL AND v.at > {DUE} AND v.at <= c.opened_at)
    AND NOT (r.enabled_at IS NOT NULL AND r.enabled_at > {DUE} AND r.enabled_at <= c.opened_at)
"""
"""What a new or changed rule finds at once was there before and is no news."""
FROM = """
    exceptions_case c
    JOIN shipments_shipment s ON s.id = c.shipment_id
    JOIN exceptions_rule r ON r.id = c.rule_id
    LEFT JOIN exceptions_ruleversion v ON v.rule_id = c.rule_id AND v.version = c.rule_version
"""
EARLIEST = f"SELECT min({DUE}) FROM {FROM} WHERE c.opened_at >= %s AND {COUNTED}"  # noqa: S608
ROLL_UP = f"""
WITH one AS (
    SELECT {MODE} AS mode, {HUB} AS hub, {LANE} AS lane, c.carrier, r.code, c.rule_id,
           date_trunc('hour', {DUE}) AS at, c.incident_id
    FROM {FROM}
    WHERE c.opened_at >= %s AND {DUE} >= %s AND {COUNTED}
)
INSERT INTO exceptions_causehour (mode, cause, key, rule_id, at, cases, gathered)
SELECT one.mode, it.cause, it.key, one.rule_id, one.at, count(*), count(one.incident_id)
FROM one CROSS JOIN LATERAL (
    VALUES ('hub', one.hub), ('lane', one.lane), ('carrier', one.carrier), ('rule', one.code)
) AS it (cause, key)
WHERE it.key <> ''
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608
SEEN = f"""
SELECT {HUB}, {LANE}, c.carrier, r.code,
       (extract(epoch FROM %s - date_trunc('hour', {DUE})) / 3600)::integer,
       coalesce(c.incident_id, 0), count(*)
FROM {FROM}
LEFT JOIN exceptions_incident i ON i.id = c.incident_id
WHERE c.opened_at >= %s AND {DUE} >= %s AND {COUNTED} AND {MODE} = %s
  AND (i.id IS NULL OR i.state <> %s)
GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608
HOURS = """
SELECT h.cause, h.key, r.code, (extract(epoch FROM %s - h.at) / 3600)::integer, {counted}
FROM exceptions_causehour h JOIN exceptions_rule r ON r.id = h.rule_id
WHERE h.mode = %s AND h.at > %s AND {wanted}
"""
LOOSE = """(h.cause, h.key) IN (
    SELECT cause, key FROM exceptions_causehour WHERE mode = %s AND at > %s
    GROUP BY cause, key HAVING sum(cases - gathered) >= %s)"""
SUM_UP = """
INSERT INTO exceptions_causeusual (mode, cause, key, rule_id, cases, squares, by_hour, by_day)
SELECT mode, cause, key, rule_id, sum(n * w), sum(n * n * w), '{}', '{}'
FROM (
    SELECT mode, cause, key, rule_id, cases - gathered AS n,
           power(0.5, extract(epoch FROM %s - at) / 3600 / %s) AS w
    FROM exceptions_causehour WHERE mode = %s AND at >= %s AND at < %s
) weighed
GROUP BY mode, cause, key, rule_id HAVING sum(n) > 0
"""
PROFILES = """
SELECT rule_id, extract(hour FROM at AT TIME ZONE %s)::integer,
       extract(isodow FROM at AT TIME ZONE %s)::integer - 1, sum(cases - gathered)
FROM exceptions_causehour
WHERE mode = %s AND cause = 'rule' AND at >= %s AND at < %s
GROUP BY 1, 2, 3
"""
USUAL = """
SELECT u.cause, u.key, r.code, u.cases, u.squares, u.by_hour, u.by_day
FROM exceptions_causeusual u JOIN exceptions_rule r ON r.id = u.rule_id
WHERE u.mode = %s AND (u.cause = 'rule' OR (u.cause, u.key) IN (
    SELECT * FROM unnest(%s::text[], %s::text[])))
"""
PLACES = """
SELECT cause, count(DISTINCT key) FROM exceptions_causeusual WHERE mode = %s GROUP BY cause
"""
Counts = NDArray[np.int64]


def hour_of(moment: dt.datetime) -> dt.datetime:
    """Return the begin of a moment's hour, in UTC."""
    return moment.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)


def moment_of(now: dt.datetime) -> Moment:
    """Return hour, weekday and the share of the hour that has passed, in the portal's zone."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    passed = (now - hour_of(now)) / HOUR
    return Moment(local.hour, local.weekday(), max(passed, 1 / 60))


def first_due(opened_since: dt.datetime) -> dt.datetime | None:
    """Return when the earliest of the cases opened since a moment came due, None without any."""
    found: dt.datetime | None = bulk.fetch(EARLIEST, [opened_since])[0][0]
    return found


def roll_up(since: dt.datetime) -> None:
    """Count the cases of each cause by hour anew, from the hour of ``since`` on, in one statement.

    Cases count in the hour they came due in; those opened more than three days late, or found
    because a rule was changed or enabled, do not count.
    """
    begin = hour_of(since)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM exceptions_causehour WHERE at >= %s", [begin])
        cursor.execute(ROLL_UP, [begin, begin])


def seen_cases(mode: str, now: dt.datetime) -> list[Seen]:
    """Return the cases of the last day by all causes, without those of resolved incidents."""
    hour = hour_of(now)
    begin = hour - (BACK - 1) * HOUR
    rows = bulk.fetch(SEEN, [hour, begin, begin, mode, IncidentState.RESOLVED.value])
    return [Seen(*row) for row in rows]


def loose_counts(mode: str, now: dt.datetime) -> dict[Cell, Counts]:
    """Return the cases of the last day that no incident holds, by cell and hour (now first), of
    places that have at least `LEAST_CASES`."""
    hour = hour_of(now)
    begin = hour - BACK * HOUR
    sql = HOURS.format(counted="h.cases - h.gathered", wanted=LOOSE)
    return _by_cell(bulk.fetch(sql, [hour, mode, begin, mode, begin, LEAST_CASES]), BACK)


def counts_at(mode: str, cell: Cell, now: dt.datetime, *, back: int) -> Counts:
    """Return all cases of one cell by hour, the present hour first."""
    hour = hour_of(now)
    sql = HOURS.format(counted="h.cases", wanted="h.cause = %s AND h.key = %s")
    rows = bulk.fetch(sql, [hour, mode, hour - back * HOUR, cell.cause, cell.key])
    return _by_cell(rows, back).get(cell, np.zeros(back, dtype=np.int64))


def _by_cell(rows: Iterable[tuple[str, str, str, int, int]], back: int) -> dict[Cell, Counts]:
    made: dict[Cell, Counts] = defaultdict(lambda: np.zeros(back, dtype=np.int64))
    for cause, key, rule, ago, cases in rows:
        if 0 <= ago < back:
            cell = Cell(cause, key, rule)
            for each in {cell, cell.whole}:
                made[each][ago] += cases
    return dict(made)


def sum_up_usual(look: CauseLook, now: dt.datetime) -> None:
    """Sum up what is usual for a mode, once an hour; the last day is left out, it is judged."""
    hour = hour_of(now)
    if look.usual_at == hour:
        return
    begin, end = _span(look, hour)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM exceptions_causeusual WHERE mode = %s", [look.mode])
        if begin < end:
            cursor.execute(SUM_UP, [end, HALF_LIFE_HOURS, look.mode, begin, end])
            zone = settings.TIME_ZONE
            cursor.execute(PROFILES, [zone, zone, look.mode, begin, end])
            _keep_profiles(look.mode, cursor.fetchall())
        look.usual_at = hour
        look.save(update_fields=["usual_at"])


def usual_of(look: CauseLook, cells: Collection[Cell], now: dt.datetime) -> Usual:
    """Return what is usual at the places of some cells, and for all rules."""
    places = sorted({(cell.cause, cell.key) for cell in cells})
    params = [look.mode, [one[0] for one in places], [one[1] for one in places]]
    records: dict[Cell, Record] = {}
    by_hour: dict[str, list[float]] = {"": [0.0] * 24}
    by_day: dict[str, list[float]] = {"": [0.0] * 7}
    for cause, key, rule, cases, squares, hours, days in bulk.fetch(USUAL, params):
        records[Cell(cause, key, rule)] = Record(cases, squares)
        if cause == Cause.RULE.value and hours:
            by_hour[rule], by_day[rule] = hours, days
            by_hour[""] = [a + b for a, b in zip(by_hour[""], hours, strict=True)]
            by_day[""] = [a + b for a, b in zip(by_day[""], days, strict=True)]
    hour = hour_of(now)
    begin, end = _span(look, hour)
    return Usual(
        records,
        hours=weighted_hours((end - begin) / HOUR),
        age=(now - look.began_at) / HOUR,
        by_hour=by_hour,
        by_day=by_day,
        places=dict(bulk.fetch(PLACES, [look.mode])),
    )


def weighted_hours(hours: float) -> float:
    """Return what that many past hours count together, each by its age."""
    if hours <= 0:
        return 0.0
    decay = np.log(2) / HALF_LIFE_HOURS
    return float((1 - np.exp(-decay * hours)) / decay)


def _span(look: CauseLook, hour: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    end = hour - (BACK - 1) * HOUR
    return max(hour_of(look.began_at), end - HORIZON), end


def _keep_profiles(mode: str, rows: Iterable[tuple[int, int, int, int]]) -> None:
    hours: dict[int, list[float]] = defaultdict(lambda: [0.0] * 24)
    days: dict[int, list[float]] = defaultdict(lambda: [0.0] * 7)
    for rule_id, hour, day, cases in rows:
        hours[rule_id][hour] += float(cases)
        days[rule_id][day] += float(cases)
    for rule_id, by_hour in hours.items():
        CauseUsual.objects.filter(mode=mode, cause=Cause.RULE.value, rule_id=rule_id).update(
            by_hour=by_hour, by_day=days[rule_id]
        )
