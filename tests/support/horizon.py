"""Change rows become readable when no older transaction of the same database is open."""

from __future__ import annotations

from django.db import connection

from tests.support.waiting import wait_for

PASSED = """
SELECT NOT EXISTS (
    SELECT FROM shipments_shipmentchange AS change
    JOIN pg_snapshot_xip(pg_current_snapshot()) AS running (txid) ON running.txid <= change.txid
    WHERE NOT EXISTS (
        SELECT FROM pg_stat_activity AS session
        WHERE session.backend_xid = running.txid::xid AND session.datname <> current_database()))
"""


def wait_for_horizon() -> None:
    """Wait until every change row can be read."""
    wait_for(_has_passed, what="older transactions of the database to end", seconds=20)


def _has_passed() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(PASSED)
        return bool(cursor.fetchone()[0])
