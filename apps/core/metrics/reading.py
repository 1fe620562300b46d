"""Reading histograms: how something went over a time, by a dimension, or step by step."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from apps.core import clock
from apps.core.metrics.histogram import Histogram
from apps.core.metrics.names import DIMS, narrowest
from apps.core.metrics.spans import DAY, HOUR, MINUTE, UNITS, Stretch, floored, stretches

Where = Mapping[str, Collection[str]]
PART = (
    "SELECT start, label, bucket, count FROM core_metricbucket"
    " WHERE name = %s AND grain = %s AND start >= %s AND start < %s"
)
STEP = "date_bin(%s, start, %s), "
NUMBER = "(extract(epoch FROM start)::bigint - %s) / %s"
Counts = Mapping[str, tuple[int, int]]
"""Key → how many were observed, and how many of them were bad."""
DIM = "split_part(label, '|', {})"


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a course: its beginning, and the histogram of every key met in it."""

    start: dt.datetime
    values: Mapping[str, Histogram]

    @property
    def whole(self) -> Histogram:
        """Everything of the step together."""
        return sum(self.values.values(), Histogram())


def measure(
    *,
    name: str,
    since: dt.datetime,
    until: dt.datetime | None = None,
    where: Where | None = None,
    by: str | None = None,
) -> dict[str, Histogram]:
    """Return the merged histogram of each value of the dimension ``by`` (key "" without one).

    ``where`` names, for a dimension, the values that count (an empty collection: none do). Times
    are real, exact to the minute for 8 days and to the hour for 92. A key that was never observed
    is not there. Raises ValueError for a dimension the metric does not have.
    """
    now = clock.real_now()
    parts = stretches(since, until or now, now=now)
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for key, bucket, n in _select(name, parts, where, by):
        found[key][bucket] = int(n)
    return _histograms(found)


def course(
    *,
    name: str,
    since: dt.datetime,
    until: dt.datetime | None = None,
    step: dt.timedelta,
    where: Where | None = None,
    by: str | None = None,
) -> list[Point]:
    """Return histograms of equal steps, the empty ones too, oldest first.

    Steps begin at ``since``, floored to the minute or, where a step is whole hours, to the hour.
    Steps shorter than an hour are there for the 8 days that minutes are kept. Otherwise as
    :func:`measure`.
    """
    now = clock.real_now()
    until = until or now
    coarsest = _coarsest(since, step)
    begin = floored(since, UNITS[MINUTE if coarsest == MINUTE else HOUR])
    parts = stretches(begin, until, now=now, coarsest=coarsest)
    found: dict[dt.datetime, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for start, key, bucket, n in _select(name, parts, where, by, (step, begin)):
        found[start][key][bucket] = int(n)
    starts = (begin + step * number for number in range(-(-(until - begin) // step)))
    return [Point(start, _histograms(found.get(start, {}))) for start in starts]


def counts(
    *,
    name: str,
    since: dt.datetime,
    until: dt.datetime,
    step: dt.timedelta,
    where: Where | None = None,
    by: str | None = None,
    bad: Where | None = None,
    beyond: int | None = None,
) -> list[tuple[dt.datetime, Counts]]:
    """Return how many there were in equal steps and how many of them were bad, as :func:`course`
    has its steps, without their histograms: one read, a row for each key and step.

    Bad are those whose dimensions are among ``bad``, or that lie in a bucket ``beyond`` that one;
    none are where neither is named.
    """
    now = clock.real_now()
    coarsest = _coarsest(since, step)
    begin = floored(since, UNITS[MINUTE if coarsest == MINUTE else HOUR])
    parts = stretches(begin, until, now=now, coarsest=coarsest)
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    rows = _count(name, parts, where=where, by=by, bad=bad, beyond=beyond, begin=begin, step=step)
    for number, key, total, wrong in rows:
        found[number][key] = (total, wrong)
    return [
        (begin + step * number, found.get(number, {}))
        for number in range(-(-(until - begin) // step))
    ]


def histograms_by_label(*, name: str, since: dt.datetime) -> dict[str, Histogram]:
    """Return the merged histogram of each value of a metric's only dimension since a moment."""
    dims = DIMS[name]
    return measure(name=name, since=since, by=dims[0] if dims else None)


def histogram(*, name: str, since: dt.datetime) -> Histogram:
    """Return one merged histogram since a moment (real time)."""
    return measure(name=name, since=since).get("", Histogram())


def histograms_by_start(
    *, name: str, since: dt.datetime, step: dt.timedelta
) -> list[tuple[dt.datetime, Histogram]]:
    """Return histograms of equal steps since a moment, the empty ones too, oldest first."""
    return [(point.start, point.whole) for point in course(name=name, since=since, step=step)]


def _histograms(found: Mapping[str, Mapping[int, int]]) -> dict[str, Histogram]:
    return {key: Histogram(counts) for key, counts in sorted(found.items())}


def _coarsest(since: dt.datetime, step: dt.timedelta) -> str:
    """Return the longest sums that never lie in two steps."""
    if step % UNITS[HOUR]:
        return MINUTE
    whole_days = not step % UNITS[DAY] and floored(since, UNITS[DAY]) == since
    return DAY if whole_days else HOUR


def _select(
    name: str,
    parts: Sequence[Stretch],
    where: Where | None,
    by: str | None,
    steps: tuple[dt.timedelta, dt.datetime] | None = None,
) -> list[tuple[Any, ...]]:
    """Return ([step's beginning], key, bucket, count) of all stretches in one statement."""
    read, dims = narrowest(name, {*(where or ()), *((by,) if by else ())})
    if not parts:
        return []
    inner, values = _rows_of(read, parts)
    condition, wanted = _among(dims, where)
    key = DIM.format(dims.index(by) + 1) if by else "''"
    number = STEP if steps else ""
    sql = (
        f"SELECT {number}{key}, bucket, sum(count) FROM ({inner}) AS part"  # noqa: S608
        f" WHERE {condition} GROUP BY {'1, 2, 3' if steps else '1, 2'}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(steps or ()), *values, *wanted])
        return list(cursor.fetchall())


def _count(
    name: str,
    parts: Sequence[Stretch],
    *,
    where: Where | None,
    by: str | None,
    bad: Where | None,
    beyond: int | None,
    begin: dt.datetime,
    step: dt.timedelta,
) -> list[tuple[int, str, int, int]]:
    """Return (step's number, key, how many, how many bad) of all stretches in one statement."""
    read, dims = narrowest(name, {*(where or ()), *(bad or ()), *((by,) if by else ())})
    if not parts:
        return []
    inner, values = _rows_of(read, parts)
    condition, wanted = _among(dims, where)
    wrong, unwanted = _among(dims, bad) if bad else ("bucket > %s", [beyond])
    if not bad and beyond is None:
        wrong, unwanted = "false", []
    key = DIM.format(dims.index(by) + 1) if by else "''"
    sql = (
        f"SELECT {NUMBER}, {key}, sum(count)::bigint,"  # noqa: S608
        f" coalesce(sum(count) FILTER (WHERE {wrong}), 0)::bigint"
        f" FROM ({inner}) AS part WHERE {condition} GROUP BY 1, 2"
    )
    steps = [int(begin.timestamp()), int(step.total_seconds())]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*steps, *unwanted, *values, *wanted])
        return list(cursor.fetchall())


def _rows_of(read: str, parts: Sequence[Stretch]) -> tuple[str, list[Any]]:
    """Return the statement over all stretches of the rows kept under a name, and its values."""
    values: list[Any] = []
    for part in parts:
        values += [read, part.grain, part.since, part.until]
    return " UNION ALL ".join([PART] * len(parts)), values


def _among(dims: Sequence[str], where: Where | None) -> tuple[str, list[Any]]:
    """Return the condition that dimensions have one of some values, and these."""
    conditions = [f"{DIM.format(dims.index(dim) + 1)} = ANY(%s)" for dim in where or ()]
    wanted = [[str(value) for value in values] for values in (where or {}).values()]
    return " AND ".join(conditions) or "true", wanted
