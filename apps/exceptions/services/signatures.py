"""Scoring signatures: what speaks against them is written on the watch, for rules to read."""

from __future__ import annotations

import json
from collections.abc import Collection

from django.db import connection

from apps.core import bulk
from apps.exceptions.rulebook.signed import weigh
from apps.exceptions.services.watching import wake_watches
from apps.exceptions.signature_rows import read_signatures

COLUMNS = (("id", "bigint"), ("score", "smallint"), ("parts", "text"))
WRITE = f"""
UPDATE exceptions_watch watch SET signed_score = made.score, signed_parts = made.parts::jsonb
FROM {bulk.unnest(COLUMNS, "made")}
WHERE watch.shipment_id = made.id
  AND (watch.signed_score IS DISTINCT FROM made.score OR watch.signed_parts <> made.parts::jsonb)
"""  # noqa: S608 - names are the module's own
FREE = """
SELECT shipment_id FROM exceptions_watch WHERE shipment_id = ANY(%s)
ORDER BY shipment_id FOR NO KEY UPDATE SKIP LOCKED
"""
FORGET = """
UPDATE exceptions_watch watch SET signed_score = NULL, signed_parts = '{}'
FROM shipments_shipment s
WHERE s.id = watch.shipment_id AND s.delivered_at IS NULL AND watch.signed_score IS NOT NULL
  AND watch.shipment_id = ANY(%s)
"""


def score_signatures(*, shipment_ids: Collection[int]) -> int:
    """Write score and parts of those shipments that are delivered; returns how many they are.

    Inside the caller's transaction, which holds the watches. One that is delivered no longer
    loses its score. Those signed for by the same courier in the same minute are scored anew too
    and looked at by the next tick, unless somebody is at them just now.
    """
    if not shipment_ids:
        return 0
    ids = sorted(shipment_ids)
    signed, others = read_signatures(ids)
    _write([(one.shipment_id, *weigh(one.signature)) for one in signed])
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [ids])
    if others:
        _score_free(others)
    return len(signed)


def _score_free(shipment_ids: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FREE, [sorted(shipment_ids)])
        free = [row[0] for row in cursor.fetchall()]
    signed, _others = read_signatures(free)
    changed = _write([(one.shipment_id, *weigh(one.signature)) for one in signed])
    if changed:
        wake_watches(shipment_ids=free)


def _write(scored: list[tuple[int, int, dict[str, dict[str, object]]]]) -> int:
    if not scored:
        return 0
    rows = [(pk, score, json.dumps(parts, sort_keys=True)) for pk, score, parts in scored]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, bulk.pack(COLUMNS, rows))
        return int(cursor.rowcount)
