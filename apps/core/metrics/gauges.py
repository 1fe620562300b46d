"""Gauges: what a figure stood at, sampled by the minute; hours and days keep the highest."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Q
from django.db.models.expressions import RawSQL

from apps.core import clock
from apps.core.metrics.names import LONGEST_LABEL
from apps.core.metrics.spans import HOUR, MINUTE, UNITS, floored, stretches
from apps.core.models import GaugeSample

FRESH = dt.timedelta(minutes=5)
LONGEST_NAME = 40
UPSERT = """
INSERT INTO core_gaugesample (name, grain, start, label, value)
SELECT name, 'minute', %s, label, value
FROM unnest(%s::text[], %s::text[], %s::float8[]) AS new(name, label, value)
ON CONFLICT (name, grain, start, label) DO UPDATE SET value = EXCLUDED.value
"""
NUMBER = "(extract(epoch FROM start)::bigint - %s) / %s"
Sampled = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class GaugePoint:
    """One step of a gauge's course: the highest value met in it, None where nothing was sampled."""

    start: dt.datetime
    value: float | None


def record_gauges(values: Sampled, *, at: dt.datetime | None = None) -> int:
    """Write down what gauges stand at this minute (real time), by (name, label).

    A minute keeps the last value that was written for it. Returns how many were written.
    """
    if not values:
        return 0
    start = floored(at or clock.real_now(), UNITS[MINUTE])
    rows = sorted(
        {
            (name[:LONGEST_NAME], label[:LONGEST_LABEL]): v for (name, label), v in values.items()
        }.items()
    )
    names, labels = [key[0] for key, _ in rows], [key[1] for key, _ in rows]
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [start, names, labels, [float(value) for _, value in rows]])
    return len(rows)


def latest_gauges(*, name: str, within: dt.timedelta = FRESH) -> dict[str, float]:
    """Return label → value of a gauge's newest samples, if they are not older than ``within``."""
    since = clock.real_now() - within
    rows = (
        GaugeSample.objects.filter(name=name, grain=MINUTE, start__gte=since)
        .order_by("label", "-start")
        .distinct("label")
    )
    return {row.label: row.value for row in rows}


def gauge_course(
    *,
    name: str,
    since: dt.datetime,
    until: dt.datetime | None = None,
    step: dt.timedelta,
    labels: Collection[str] | None = None,
) -> dict[str, list[GaugePoint]]:
    """Return each label's highest value in equal steps, oldest first, empty steps as None.

    Steps begin as in `reading.course`. A label that was never sampled in this time is not there.
    """
    now = clock.real_now()
    until = until or now
    coarsest = MINUTE if step % UNITS[HOUR] else HOUR
    begin = floored(since, UNITS[coarsest])
    wanted = Q()
    for part in stretches(begin, until, now=now, coarsest=coarsest):
        wanted |= Q(grain=part.grain, start__gte=part.since, start__lt=part.until)
    if not wanted:
        return {}
    rows = GaugeSample.objects.filter(wanted, name=name)
    if labels is not None:
        rows = rows.filter(label__in=list(labels))
    place = RawSQL(NUMBER, [int(begin.timestamp()), int(step.total_seconds())])  # noqa: S611
    highest = rows.annotate(number=place).values("label", "number").order_by()
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for label, number, value in highest.values_list("label", "number", Max("value")):
        found[label][number] = value
    steps = range(max(0, -(-(until - begin) // step)))
    return {
        label: [GaugePoint(begin + step * n, values.get(n)) for n in steps]
        for label, values in sorted(found.items())
    }
