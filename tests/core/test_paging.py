"""Lists open in constant time."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.models import Counter
from apps.core.paging import CappedPaginator, capped_count

DAY = dt.date(2026, 11, 22)


def fill(rows: int) -> None:
    Counter.objects.bulk_create(
        Counter(name="n", label=str(index), day=DAY, value=1) for index in range(rows)
    )


def test_a_count_stops_one_beyond_the_cap(db):
    fill(30)
    assert capped_count(Counter.objects.all(), cap=10) == 11
    assert capped_count(Counter.objects.filter(label="3"), cap=10) == 1


def test_the_count_is_limited_by_the_database_and_does_not_sort(db):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        CappedPaginator(Counter.objects.order_by("-value"), 50).count  # noqa: B018
    (query,) = queries.captured_queries
    assert "LIMIT 10001" in query["sql"]
    assert "ORDER BY" not in query["sql"]


def test_a_page_knows_it_is_not_capped(db):
    fill(3)
    paginator = CappedPaginator(Counter.objects.order_by("id"), 2)
    assert paginator.count == 3
    assert paginator.num_pages == 2
    assert not paginator.is_capped
