"""Pages over tables of any size: no COUNT(*) ever, deep pages refused."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet

if TYPE_CHECKING:
    _Pages = Paginator[Any]
else:
    _Pages = Paginator

COUNT_CAP = 10_000


def capped_count(queryset: QuerySet[Any], cap: int = COUNT_CAP) -> int:
    """Count at most ``cap`` + 1 rows, so that the cost does not grow with the table."""
    return queryset.order_by().values("pk")[: cap + 1].count()


def estimated_rows(table: str) -> int:
    """Return the planner's estimate of a table's rows, partitions included; -1 if unknown."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(SUM(GREATEST(c.reltuples, 0)), -1)::bigint FROM pg_class c"
            " WHERE c.oid = to_regclass(%s) OR c.oid IN"
            " (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass(%s))",
            [table, table],
        )
        return int(cursor.fetchone()[0])


class CappedPaginator(_Pages):
    """Counts to 10,000 and stops: a list opens in constant time, deeper pages need a filter."""

    @cached_property
    def count(self) -> int:
        """Rows up to the cap."""
        if isinstance(self.object_list, QuerySet):
            return min(capped_count(self.object_list), COUNT_CAP)
        return len(self.object_list)

    @property
    def is_capped(self) -> bool:
        """Tell whether there are more rows than were counted."""
        return self.count >= COUNT_CAP
