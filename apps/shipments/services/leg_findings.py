"""Findings about legs: opened once while they hold, cleared when they do no longer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

import orjson
from django.db import connection

from apps.shipments.choices import LegFindingCode
from apps.shipments.models import LegFinding

OPEN = """
INSERT INTO shipments_legfinding (shipment_id, leg_id, code, detail, found_at, seen_at)
VALUES (%s, %s, %s, %s::jsonb, %s, %s)
ON CONFLICT (leg_id, code) WHERE cleared_at IS NULL
DO UPDATE SET seen_at = EXCLUDED.seen_at, detail = EXCLUDED.detail
"""


class Seen(NamedTuple):
    """A finding as it was just seen; ``detail`` holds plain values."""

    shipment_id: int
    leg_id: int
    code: str
    detail: dict[str, object]


def open_findings(seen: Sequence[Seen], *, now: dt.datetime) -> None:
    """Open what was seen, or note that it is still so."""
    with connection.cursor() as cursor:
        for one in sorted(seen, key=lambda one: (one.leg_id, one.code)):
            detail = orjson.dumps(one.detail).decode()
            cursor.execute(OPEN, [one.shipment_id, one.leg_id, one.code, detail, now, now])


def clear_findings(leg_ids: Collection[int], code: LegFindingCode, *, now: dt.datetime) -> int:
    """Clear the open findings of one kind on legs; returns how many there were."""
    rows = LegFinding.objects.filter(leg_id__in=leg_ids, code=code.value, cleared_at__isnull=True)
    return rows.update(cleared_at=now)
