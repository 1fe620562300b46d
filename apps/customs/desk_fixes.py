"""One fix for many parcels: what the open consignments miss together, told in one question.

A product without an HS code holds up every parcel it is in; an exporter without a number holds up
every parcel of its shop. The desk offers that one thing, with how many wait for it.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from apps.accounts.scoping import merchant_of

MOST_OPEN = 2_000
"""So many of the first to leave are looked at: what leaves later is not fixed first."""
MOST_FIXES = 12
AT_LEAST = 2
"""One parcel alone is fixed on its own page."""
OF_THE_SHOP = r"^((exporter|seller|responsible)(\.|$)|(customs_code|port_code)$)"
"""Fields of a record that the exporter's page holds for all parcels of a shop."""

SQL = """
WITH open AS (
    SELECT c.id, c.merchant_id, c.cut_off, c.record_version
    FROM customs_consignment c
    WHERE NOT c.is_complete AND c.overridden_at IS NULL
      AND (%(merchant)s::bigint IS NULL OR c.merchant_id = %(merchant)s)
      AND EXISTS (
        SELECT 1 FROM customs_declaration d WHERE d.consignment_id = c.id AND d.state = 'draft'
      )
    ORDER BY c.cut_off, c.id LIMIT %(most_open)s
), found AS (
    SELECT o.id, o.merchant_id, o.cut_off, f->>'code' AS code, f->>'field' AS field,
           f->>'supplier' AS supplier, f->'detail' AS detail,
           CASE WHEN f->>'line' IS NULL THEN NULL
                ELSE v.record->'lines'->((f->>'line')::int - 1) END AS line
    FROM open o
    JOIN customs_recordversion v ON v.consignment_id = o.id AND v.number = o.record_version
    CROSS JOIN LATERAL jsonb_array_elements(v.findings) f
    WHERE f->>'severity' = 'block'
)
SELECT found.merchant_id, m.name, COALESCE(line->>'sku', ''), code, field, min(supplier),
       count(DISTINCT found.id), min(cut_off), min(line->>'title'), min(detail::text)::jsonb
FROM found JOIN accounts_merchant m ON m.id = found.merchant_id
WHERE COALESCE(line->>'sku', '') <> ''
   OR (line IS NULL AND (supplier = 'exporter' OR field ~ %(of_the_shop)s))
GROUP BY 1, 2, 3, 4, 5
HAVING count(DISTINCT found.id) >= %(at_least)s
ORDER BY min(cut_off), count(DISTINCT found.id) DESC, 1, 3, 4, 5
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing that completes something in ``parcels`` parcels, the first leaving at ``cut_off``.

    ``sku`` is empty where the exporter of the merchant lacks it.
    """

    merchant_id: int
    merchant: str
    sku: str
    code: str
    field: str
    supplier: str
    parcels: int
    cut_off: dt.datetime | None
    title: str
    detail: dict[str, str]


def common_fixes(viewer: Any) -> list[Fix]:
    """Return what completes most at once, what leaves first before all; one query."""
    given = {
        "merchant": merchant_of(viewer),
        "most_open": MOST_OPEN,
        "at_least": AT_LEAST,
        "most": MOST_FIXES,
        "of_the_shop": OF_THE_SHOP,
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL, given)
        rows = cursor.fetchall()
    return [Fix(*(*row[:8], row[8] or "", _read(row[9]))) for row in rows]


def _read(value: Any) -> dict[str, str]:
    return dict(json.loads(value)) if isinstance(value, str) else dict(value or {})
