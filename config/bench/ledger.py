"""Choosing what to reconcile among a million open parcels, against reading as many by a key."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection

from apps.core import clock
from apps.shipments.models import Shipment
from apps.shipments.selectors import open_shipments_by_need
from config.bench.big_tables import CREATED, MERCHANT, SHIPMENT, fill, without_indexes
from config.bench.database import connect, ready
from config.bench.rows import Figure, Row

OPEN = "lastmile_open"
PARCELS = 1_000_000
CHOSEN = 200
ROUNDS = 9
LOOPS = 20
SILENT = {
    **SHIPMENT,
    "status": "'in_transit'",
    "risk": "mod(i * 7919, 61)",
    "last_heard_at": f"{CREATED} - mod(i * 31, 240) * interval '1 hour'",
    "delivered_at": "NULL",
    "closed_at": "NULL",
}
KEYSET = (
    "SELECT {columns} FROM shipments_shipment WHERE closed_at IS NULL AND number <> ''"
    " AND (poll_due_at, id) > (%s, 0) ORDER BY poll_due_at, id LIMIT %s"
)


def ensure_open() -> None:
    """Build the database of a million open parcels unless it is there."""
    ready(OPEN)
    with connect(OPEN) as built:
        held = built.execute("SELECT count(*) FROM shipments_shipment").fetchone()
        if held and int(str(held[0])) >= PARCELS:
            return
        built.execute("SET session_replication_role = replica")
        built.execute("TRUNCATE shipments_shipment, accounts_merchant CASCADE")
        fill(built, "accounts_merchant", MERCHANT, first_i=1, last_i=20)
        with without_indexes(built, "shipments_shipment"):
            fill(built, "shipments_shipment", SILENT, first_i=1, last_i=PARCELS)
        built.execute("VACUUM ANALYZE shipments_shipment")


def choosing_ratio() -> Figure:
    """Median and worst of nine alternating rounds of twenty choices, to the keyset scan's time.

    Both read the same 200 whole rows from the same connection and make no objects.
    """
    ensure_open()
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict["NAME"] = OPEN
    try:
        pairs = [(_timed(_choose), _timed(_scan)) for _ in range(ROUNDS)]
    finally:
        connection.close()
        connection.settings_dict.update(kept)
    ratios = [choose / scan for choose, scan in pairs]
    choose_ms = median(pair[0] for pair in pairs) * 1000
    scan_ms = median(pair[1] for pair in pairs) * 1000
    note = f"{PARCELS:,} open; choosing {CHOSEN}: {choose_ms:.2f} ms, keyset {scan_ms:.2f} ms"
    return Figure(median(ratios), max(ratios), note)


def _timed(work: Callable[[], int]) -> float:
    started = time.perf_counter()
    for _ in range(LOOPS):
        if work() != CHOSEN:
            raise RuntimeError("not as many rows as were wanted")
    return (time.perf_counter() - started) / LOOPS


def _choose() -> int:
    rows = open_shipments_by_need(now=clock.real_now(), limit=CHOSEN).values_list()
    sql, params = rows.query.sql_with_params()
    return _fetch(sql, list(params))


def _scan() -> int:
    columns = ", ".join(str(field.column) for field in Shipment._meta.concrete_fields)
    first = clock.real_now().replace(year=2000)
    return _fetch(KEYSET.format(columns=columns), [first, CHOSEN])


def _fetch(sql: str, params: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return len(cursor.fetchall())


ROWS = (
    Row(
        "reconcile_choose_ms",
        "time to choose 200 of a million open parcels ÷ a keyset index scan of 200",
        "×",
        3.0,
        choosing_ratio,
    ),
)
