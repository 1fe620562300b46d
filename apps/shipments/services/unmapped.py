"""The queue of codes without a meaning: counted for each source, code and carrier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from apps.core import clock
from apps.core.bulk import pack, unnest

TYPES = (
    ("source", "text"),
    ("code", "text"),
    ("carrier", "text"),
    ("n", "bigint"),
    ("sample", "text"),
    ("shipment", "bigint"),
)
UPSERT = (
    "INSERT INTO shipments_unmappedcode AS old (source, code, carrier, count, sample,"  # noqa: S608
    " sample_shipment, first_seen_at, last_seen_at)"
    f" SELECT source, code, carrier, n, sample, shipment, %s, %s FROM {unnest(TYPES, 'seen')}"
    " ON CONFLICT (source, code, carrier) DO UPDATE SET count = old.count + EXCLUDED.count,"
    " last_seen_at = greatest(old.last_seen_at, EXCLUDED.last_seen_at), resolved_at = NULL"
)


class Unmapped(NamedTuple):
    """A node's code that means nothing to us, with the words and the parcel it came with."""

    source: str
    code: str
    carrier: str
    sample: str
    shipment_id: int


def record_unmapped(*, seen: Iterable[Unmapped]) -> None:
    """Count codes in one statement; the first sample stays. One that is heard again is open again.

    Rows are sorted, so that two callers cannot deadlock.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    first: dict[tuple[str, str, str], Unmapped] = {}
    for one in seen:
        key = (one.source[:40], one.code[:64], one.carrier[:40])
        counts[key] += 1
        first.setdefault(key, one)
    rows = [
        (*key, counts[key], first[key].sample[:300], first[key].shipment_id)
        for key in sorted(counts)
    ]
    if rows:
        now = clock.now()
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, [now, now, *pack(TYPES, rows)])
