"""A year of a busy portal, built in minutes: 10 million events, 1 million of most other rows.

Made once in a database of its own and kept; every row of the bench that needs size uses it. The
tables are the portal's own, logged, with all their indexes; only foreign keys are not asked
while they fill, because the rows are made to fit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

from config.bench.callbacks import push_param
from config.bench.database import FULL, connect, drop, ready

PARCELS = 1_000_000
EVENTS_EACH = 10
MERCHANTS = 20
MONTHS = 10
MINUTE = "interval '1 minute'"
Connection = psycopg.Connection[tuple[object, ...]]

NEUTRAL = {
    "character varying": "''", "text": "''", "bytea": "''::bytea", "boolean": "false",
    "bigint": "0", "integer": "0", "smallint": "0", "double precision": "0", "jsonb": "'{}'",
    "timestamp with time zone": "now()", "numeric": "0", "date": "current_date",
}  # fmt: skip
NUMBER = "'YT' || lpad((mod(i * 600000007, 1000000000000))::text, 12, '0')"
CREATED = "first + mod(i * 97, 1000000) * (next - first) / 1000000"
MERCHANT = {"id": "i", "slug": "'bench-' || i", "name": "'Bench ' || i", "is_active": "true",
            "currency": "'CNY'"}  # fmt: skip
SHIPMENT = {
    "id": "i", "uid": "'shp_' || lpad(i::text, 20, 'a')", "merchant_id": f"1 + mod(i, {MERCHANTS})",
    "reference": "'R' || i", "mode": "'live'", "carrier": "'yuantong'", "number": NUMBER,
    "status": "CASE WHEN mod(i, 5) = 0 THEN 'in_transit' ELSE 'delivered' END",
    "created_at": CREATED, "status_at": CREATED, "status_known_at": CREATED,
    "last_event_at": CREATED, "last_heard_at": CREATED, "poll_due_at": CREATED,
    "delivered_at": f"CASE WHEN mod(i, 5) <> 0 THEN {CREATED} END",
    "closed_at": f"CASE WHEN mod(i, 5) <> 0 THEN {CREATED} END", "destination_country": "'CN'",
    "version": "3",
}  # fmt: skip
LEG = {
    "id": "i", "shipment_id": "i", "kind": "'domestic'", "carrier": "'yuantong'",
    "number": NUMBER, "sequence": "1", "zone": "'Asia/Shanghai'", "reach_back_days": "3",
    "opened_at": CREATED, "closed_at": f"CASE WHEN mod(i, 5) <> 0 THEN {CREATED} END",
}  # fmt: skip
SUBSCRIPTION = {
    "id": "i", "token": "'bigtabletoken' || lpad(i::text, 19, '0')", "topic": "'tracking'",
    "subject": "i", "carrier": "'yuantong'", "number": NUMBER, "kid": "'k1'", "mode": "'live'",
    "state": "CASE WHEN mod(i, 5) = 0 THEN 'active' ELSE 'shutdown' END", "return_code": "'200'",
    "created_at": CREATED, "next_at": CREATED, "retry_at": CREATED,
}  # fmt: skip
INBOX = {
    "topic": "'tracking'", "source": "'push'", "subject": "i", "carrier": "'yuantong'",
    "token": "'bigtabletoken' || lpad(i::text, 19, '0')", "number": NUMBER, "mode": "'live'",
    "body_hash": "sha256(i::text::bytea)", "param": "replace(%(param)s, 'YT000000000000', number_)",
    "received_at": CREATED, "next_at": CREATED, "applied_at": CREATED, "state": "'applied'",
}  # fmt: skip
EVENT = {
    "shipment_month": "first::date", "shipment_id": "i", "leg_id": "i",
    "key": "decode(md5(i || '-' || n), 'hex')", "occurred_at": f"{CREATED} + n * 300 * {MINUTE}",
    "original_time": "to_char(now(), 'YYYY-MM-DD HH24:MI:SS')", "zone": "'Asia/Shanghai'",
    "heard_at": f"{CREATED} + n * 301 * {MINUTE}", "status": "'in_transit'", "code": "'1002'",
    "text": "'【苏州转运中心】 已发出，下一站 【无锡转运中心公司】' || n", "certainty": "3",
    "area_code": "'CN320500000000'", "area_name": "'江苏,苏州市'", "longitude": "120.585315",
    "latitude": "31.298886", "sources": "1",
}  # fmt: skip

ROWS_OF_SPAN = (
    " FROM (SELECT %(month)s::timestamptz AS first, %(next)s::timestamptz AS next) span,"
    " generate_series(%(first)s::bigint, %(last)s::bigint) i,"
    f" LATERAL (SELECT {NUMBER} AS number_) made"
)
EACH = ", generate_series(1, %(each)s) n"


def ensure_full() -> str:
    """Return the address of the database with the big tables, built now if they are not there."""
    url = ready(FULL)
    with connect(FULL) as connection:
        held = connection.execute("SELECT count(*) FROM shipments_shipment").fetchone()
        if held and int(str(held[0])) >= PARCELS:
            return url
    drop(FULL)
    ready(FULL)
    with connect(FULL) as connection:
        fill(connection, "accounts_merchant", MERCHANT, first_i=1, last_i=MERCHANTS)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_fill_kind, ("events", "baidiyun", "shipments")))
    with connect(FULL) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return url


def _fill_kind(kind: str) -> None:
    """Fill one group of tables over a connection of its own."""
    with connect(FULL) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        if kind == "events":
            with without_indexes(connection, "shipments_event"):
                for month in range(MONTHS):
                    _fill_month(connection, "shipments_event", EVENT, month, each=EVENTS_EACH)
            return
        tables = {
            "baidiyun": (("baidiyun_inboxrow", INBOX), ("baidiyun_subscription", SUBSCRIPTION)),
            "shipments": (("shipments_leg", LEG), ("shipments_shipment", SHIPMENT)),
        }
        for table, values in tables[kind]:
            with without_indexes(connection, table):
                for month in range(MONTHS):
                    _fill_month(connection, table, values, month)


def _fill_month(
    connection: Connection, table: str, values: Mapping[str, str], month: int, *, each: int = 0
) -> None:
    size = PARCELS // MONTHS
    fill(
        connection, table, values, first_i=month * size + 1, last_i=(month + 1) * size,
        months_ago=MONTHS - 1 - month, each=each,
    )  # fmt: skip


def fill(
    connection: Connection,
    table: str,
    values: Mapping[str, str],
    *,
    first_i: int,
    last_i: int,
    months_ago: int = 0,
    each: int = 0,
) -> None:
    """Insert rows numbered ``i`` (and ``n`` of ``each``); columns not named get a neutral value."""
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
        [table],
    ).fetchall()
    left = {str(name): NEUTRAL[str(kind)] for name, kind in columns if name not in values}
    chosen = left | dict(values)
    begin, end = _month(months_ago)
    given: dict[str, object] = {"month": begin, "next": end, "first": first_i, "last": last_i}
    given |= {"each": each, "param": push_param(EVENTS_EACH)}
    statement = f"{_insert(table, chosen)}{EACH if each else ''}"
    psycopg.ClientCursor(connection).execute(statement.encode(), given)
    if "id" in values:
        _move_sequence(connection, table, last_i)


def _insert(table: str, chosen: Mapping[str, str]) -> str:
    """Return the statement; names and expressions are this file's own."""
    return (
        f"INSERT INTO {table} ({', '.join(chosen)}) OVERRIDING SYSTEM VALUE"
        f" SELECT {', '.join(chosen.values())}{ROWS_OF_SPAN}"
    )


def _move_sequence(connection: Connection, table: str, last_i: int) -> None:
    connection.execute(
        "SELECT setval(s, %s) FROM pg_get_serial_sequence(%s, 'id') s WHERE s IS NOT NULL",
        [last_i, table],
    )


@contextmanager
def without_indexes(connection: Connection, table: str) -> Iterator[None]:
    """Take a table's plain indexes away for the length of a block and make them again after."""
    found = connection.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = %s::regclass AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [table],
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}".encode())
    yield
    for _, definition in found:
        connection.execute(str(definition).replace(" ON ONLY ", " ON ", 1).encode())


def _month(months_ago: int) -> tuple[dt.datetime, dt.datetime]:
    """Return the beginning of a month (UTC) and its end; this month ends now."""
    now = dt.datetime.now(dt.UTC)
    index = now.year * 12 + now.month - 1 - months_ago
    begin = dt.datetime(index // 12, index % 12 + 1, 1, tzinfo=dt.UTC)
    end = dt.datetime((index + 1) // 12, (index + 1) % 12 + 1, 1, tzinfo=dt.UTC)
    return begin, min(end, now)
