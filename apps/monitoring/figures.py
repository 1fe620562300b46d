"""Numbers that cost the same at any size: counted by an index and only up to a cap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Model, Q, QuerySet

from apps.core.paging import COUNT_CAP, capped_count

PLANNER = "SELECT set_config('enable_seqscan', %s, true), set_config('enable_bitmapscan', %s, true)"


@dataclass(frozen=True)
class Figure:
    """A number that may be "at least": ``capped`` says that counting stopped there."""

    value: int
    capped: bool = False

    def __str__(self) -> str:
        return f"{self.value:,}+" if self.capped else f"{self.value:,}"

    def __bool__(self) -> bool:
        return self.value > 0

    @classmethod
    def of(cls, counted: int) -> Figure:
        """Make a figure of a count that went at most one beyond the cap."""
        return cls(min(counted, COUNT_CAP), counted > COUNT_CAP)


def count_rows(rows: QuerySet[Any]) -> Figure:
    """Count to the cap; the rows' condition must be one an index answers."""
    return Figure.of(capped_count(rows, COUNT_CAP))


def count_by_value(
    model: type[Model], field: str, values: Iterable[str], *, only: dict[str, Any] | None = None
) -> dict[str, Figure]:
    """Count the rows of every value in one statement, each up to the cap.

    Needs an index on ``field`` and then the newest first. ``only`` keeps the rows where other
    columns equal something; a value with more rows than were looked at has "at least" as many.
    """
    wanted = only or {}
    kept = " AND ".join(["true", *(f"{_column(model, name)} = %s" for name in wanted)])
    status = _column(model, field)
    columns = ", ".join([status, *(_column(model, name) for name in wanted)])
    sql = (
        f"SELECT v, n, looked FROM unnest(%s::text[]) v, LATERAL"  # noqa: S608 - column names
        f" (SELECT count(*) FILTER (WHERE {kept}) n, count(*) looked FROM (SELECT {columns}"
        f" FROM {_quoted(model._meta.db_table)} WHERE {status} = v LIMIT {COUNT_CAP + 1}) newest) c"
    )
    with by_index_only() as cursor:
        cursor.execute(sql, [list(values), *wanted.values()])
        return {
            value: Figure(min(counted, COUNT_CAP), looked > COUNT_CAP)
            for value, counted, looked in cursor.fetchall()
        }


@contextmanager
def by_index_only() -> Iterator[Any]:
    """Keep the planner from reading a table in the hope of finding enough rows early.

    With a LIMIT it takes rows of one value to be spread evenly; those of a status lie together,
    at the table's old or new end, and the hope costs a scan of everything.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLANNER, ["off", "off"])
        yield cursor
        cursor.execute(PLANNER, ["on", "on"])


def count_among(rows: QuerySet[Any], field: str) -> dict[str, Figure]:
    """Count the values of a field among at most the first rows up to the cap.

    The rows come in the order an index gives them; give ``rows`` an order to choose which.
    """
    counts: dict[str, int] = {}
    for value in rows.values_list(field, flat=True)[: COUNT_CAP + 1]:
        counts[value] = counts.get(value, 0) + 1
    capped = sum(counts.values()) > COUNT_CAP
    return {value: Figure(counted, capped) for value, counted in counts.items()}


def count_newest_since(
    rows: QuerySet[Any], field: str, since: dt.datetime, *conditions: Q
) -> tuple[Figure, ...]:
    """Count rows since a moment, all of them and under each condition, in one statement.

    Looks at the newest rows by primary key, up to the cap, so it serves tables that are only
    ever appended to, without an index on their time.
    """
    window = rows.order_by("-pk")[: COUNT_CAP + 1]
    recent = Q(**{f"{field}__gte": since})
    wanted = {f"n{i}": Count("pk", filter=recent & q) for i, q in enumerate((Q(), *conditions))}
    found = window.aggregate(**wanted)
    return tuple(Figure.of(found[name]) for name in wanted)


def _column(model: type[Model], name: str) -> str:
    return _quoted(str(model._meta.get_field(name).column))  # type: ignore[union-attr]


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
