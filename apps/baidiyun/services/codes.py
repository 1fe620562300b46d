"""Codes the tables do not know."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from apps.baidiyun.outcomes import SeenCode
from apps.core import clock

UPSERT = """
INSERT INTO baidiyun_unknowncode (source, code, count, first_seen_at, last_seen_at, sample)
SELECT source, code, count, %s, %s, sample
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[]) AS t(source, code, count, sample)
ON CONFLICT (source, code) DO UPDATE
SET count = baidiyun_unknowncode.count + EXCLUDED.count,
    last_seen_at = greatest(baidiyun_unknowncode.last_seen_at, EXCLUDED.last_seen_at)
"""


def record_unknown_codes(*, codes: Iterable[SeenCode]) -> int:
    """Count codes nobody documented, in one statement; returns how many different ones.

    The first sample of a code stays. Rows are sorted, so two callers cannot deadlock.
    """
    merged: dict[tuple[str, str], SeenCode] = {}
    for seen in codes:
        key = (seen.source[:40], seen.code[:64])
        before = merged.get(key)
        total = seen.count + (before.count if before else 0)
        sample = before.sample if before else seen.sample[:300]
        merged[key] = SeenCode(*key, sample=sample, count=total)
    rows = [merged[key] for key in sorted(merged)]
    if not rows:
        return 0
    now = clock.now()
    columns = [
        [getattr(row, name) for row in rows] for name in ("source", "code", "count", "sample")
    ]
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [now, now, *columns])
    return len(rows)
