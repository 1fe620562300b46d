"""Daily counters: what was cleaned, refused or unknown, in one statement each."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import Sum

from apps.core import clock
from apps.core.models import Counter

UPSERT = """
INSERT INTO core_counter (name, label, day, value) VALUES (%s, %s, %s, %s)
ON CONFLICT (name, label, day) DO UPDATE SET value = core_counter.value + EXCLUDED.value
"""


def count(name: str, label: str = "", n: int = 1) -> None:
    """Add ``n`` to the counter of this business day; safe under concurrency."""
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [name, label[:120], clock.today(), n])


def counter_totals(*, name: str, since: dt.date | None = None) -> dict[str, int]:
    """Return label → total of one counter, since a day if given."""
    rows = Counter.objects.filter(name=name)
    if since:
        rows = rows.filter(day__gte=since)
    return dict(rows.values_list("label").annotate(total=Sum("value")).order_by("label"))
