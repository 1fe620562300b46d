"""Deviations from the contract, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from apps.baidiyun.drift import Finding
from apps.core import clock

MOST_PATHS = 300
UPSERT = """
WITH known AS (
    SELECT product, count(*) AS paths FROM baidiyun_driftfinding
    WHERE product = ANY(%(products)s) GROUP BY product
), heard AS (
    SELECT v.product, v.kind,
           CASE WHEN coalesce(k.paths, 0) < %(most)s OR EXISTS (
               SELECT 1 FROM baidiyun_driftfinding d
               WHERE d.product = v.product AND d.kind = v.kind AND d.path = v.path
           ) THEN v.path ELSE '…' END AS path, v.count, v.sample
    FROM unnest(%(products)s::text[], %(kinds)s::text[], %(paths)s::text[], %(counts)s::bigint[],
                %(samples)s::text[]) AS v(product, kind, path, count, sample)
    LEFT JOIN known k ON k.product = v.product
)
INSERT INTO baidiyun_driftfinding (product, kind, path, count, first_seen_at, last_seen_at, sample)
SELECT product, kind, path, sum(count), %(now)s, %(now)s, min(sample) FROM heard
GROUP BY product, kind, path ORDER BY product, kind, path
ON CONFLICT (product, kind, path) DO UPDATE
SET count = baidiyun_driftfinding.count + EXCLUDED.count,
    last_seen_at = greatest(baidiyun_driftfinding.last_seen_at, EXCLUDED.last_seen_at)
"""


def record_drift(*, findings: Iterable[Finding]) -> int:
    """Count findings in one statement; returns how many different ones there were.

    The first sample of a deviation stays. A message with over 300 of them gets no new rows: the
    rest is counted under the path ``…``. Rows are sorted, so two callers cannot deadlock. Call it
    after the commit of what the findings are about.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    samples: dict[tuple[str, str, str], str] = {}
    for finding in findings:
        key = (finding.product[:40], finding.kind.value, finding.path[:120])
        counts[key] += 1
        samples.setdefault(key, finding.sample[:120].replace("\x00", ""))
    if not counts:
        return 0
    keys = sorted(counts)
    with connection.cursor() as cursor:
        cursor.execute(
            UPSERT,
            {
                "products": [key[0] for key in keys],
                "kinds": [key[1] for key in keys],
                "paths": [key[2] for key in keys],
                "counts": [counts[key] for key in keys],
                "samples": [samples[key] for key in keys],
                "most": MOST_PATHS,
                "now": clock.real_now(),
            },
        )
    return len(keys)
