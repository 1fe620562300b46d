"""The monthly partitions of the tables of events and positions."""

from __future__ import annotations

import datetime as dt
import itertools

from django.db import connection, transaction

from apps.core import clock
from apps.core.locks import lock_keys
from apps.shipments.months import add_months, month_of, months_between, next_month, partition_name

MONTHS_BACK = 2
MONTHS_AHEAD = 6
LOCK = "shipments.partitions"
TABLES = ("shipments_event", "shipments_position")


def ensure_partitions(*, first: dt.date | None = None, last: dt.date | None = None) -> list[str]:
    """Create the missing partitions of a range of months and return their names.

    Without a range: two months back to six ahead of business time. Rows that had fallen into
    the default partition, because their month was missing, move into the new one.
    """
    here = month_of(clock.now())
    created = []
    with transaction.atomic(), connection.cursor() as cursor:
        lock_keys(LOCK, [1])
        months = list(
            months_between(
                first or add_months(here, -MONTHS_BACK), last or add_months(here, MONTHS_AHEAD)
            )
        )
        for table, month in itertools.product(TABLES, months):
            name = partition_name(month, table)
            cursor.execute("SELECT to_regclass(%s) IS NULL", [name])
            if cursor.fetchone()[0]:
                _create(cursor, table, name, month)
                created.append(name)
    return created


def _create(cursor: object, table: str, name: str, month: dt.date) -> None:
    """Build the partition beside the table, fill it from the default one, attach it."""
    execute = cursor.execute  # type: ignore[attr-defined]
    execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    execute(f'CREATE TABLE "{name}" (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)')
    execute(  # the names are ours, made of letters and digits
        f"WITH moved AS (DELETE FROM {table}_default"  # noqa: S608
        " WHERE shipment_month >= %s AND shipment_month < %s RETURNING *)"
        f' INSERT INTO "{name}" SELECT * FROM moved',
        [month, next_month(month)],
    )
    execute(
        f'ALTER TABLE {table} ATTACH PARTITION "{name}" FOR VALUES FROM (%s) TO (%s)',
        [month, next_month(month)],
    )
