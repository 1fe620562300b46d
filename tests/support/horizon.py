"""Change rows become readable when no older transaction of the whole server is open."""

from __future__ import annotations

from django.db import connection

from tests.support.waiting import wait_for

PASSED = """
SELECT coalesce(bool_and(txid < pg_snapshot_xmin(pg_current_snapshot())), true)
FROM shipments_shipmentchange
"""


def wait_for_horizon() -> None:
    """Wait until every change row can be read: a neighbour's vacuum may hold them up shortly."""
    wait_for(_has_passed, what="older transactions of the server to end", seconds=20)


def _has_passed() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(PASSED)
        return bool(cursor.fetchone()[0])
