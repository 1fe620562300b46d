"""A queue of 100,000 open flags over tracks of 10 million positions, built in minutes and kept.

As many flags again are decided, each with its verdict, so that the past has its weight too.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from config.bench.big_tables import (
    CREATED,
    MERCHANT,
    MERCHANTS,
    MINUTE,
    SHIPMENT,
    Connection,
    fill,
    without_indexes,
)
from config.bench.database import connect, drop, ready

QUEUE = "lastmile_queue"
SHIPMENTS, FIXES_EACH, FLAGS, MONTHS = 20_000, 500, 100_000, 4
PERSONS, DEVICES, ROUTE_POINTS = 20, 2_000, 100
KINDS = (
    "jump", "drift", "gcj", "bd", "frozen", "speed", "swap", "zero", "future", "rollover",
    "order", "pingpong", "teleport", "detour",
)  # fmt: skip
"""All kinds of fixes; those of scans have another page."""
DEVICE_OF = f"(1 + mod({{}}, {DEVICES}))"
MERCHANT_OF = f"(1 + mod({{}}, {MERCHANTS}))"
OF = f"(1 + mod(i - 1, {SHIPMENTS}))"
NTH = f"mod((i - 1) / {SHIPMENTS}, {FLAGS // SHIPMENTS})"
LATE_KIND, LATE_MERCHANT = KINDS[1], 7
LAST = f"mod(i, {len(KINDS)}) = 1 OR mod({OF}, {MERCHANTS}) + 1 = {LATE_MERCHANT}"
"""One kind and one merchant stand behind all others: who asks for these may not wait longer."""
FIRST = f"(20 + 80 * {NTH})"
ROWS = f"least((array[1, 2, 5, 10, 20, 40, 80, 160, 240, 300])[1 + mod(i, 10)], 500 - {FIRST})"
USER = {"id": "i", "username": "'bench-' || i", "is_active": "true", "is_staff": "true"}
DEVICE = {"id": "i", "merchant_id": MERCHANT_OF.format("i"), "name": "'van-' || i"}
FIX = {
    "id": f"(i - 1) * {FIXES_EACH} + n", "shipment_month": "first::date", "shipment_id": "i",
    "key": "int8send(i) || int8send(n)", "device_id": DEVICE_OF.format("i"),
    "source": "'device'", "system": "'wgs84'", "accuracy_m": "8", "speed_mps": "8",
    "happened_at": f"{CREATED} + n * {MINUTE} / 12", "heard_at": f"{CREATED} + n * {MINUTE} / 12",
    "given_latitude": "30 + n * 0.0004", "given_longitude": "120 + mod(i, 100) * 0.01",
    "latitude": "30 + n * 0.0004", "longitude": "120 + mod(i, 100) * 0.01",
    "use": "CASE WHEN mod(n, 80) BETWEEN 20 AND 30 THEN 'held' ELSE 'accepted' END",
}  # fmt: skip
TRACK = {
    "shipment_id": "i", "device_id": DEVICE_OF.format("i"), "fixes": str(FIXES_EACH),
    "first_heard_at": CREATED, "last_heard_at": CREATED, "version": "1", "looked_version": "1",
}  # fmt: skip
ALONG = f"(SELECT array_agg({{}}::float8) FROM generate_series(1, {ROUTE_POINTS}) AS point)"  # noqa: S608
ROUTE = {
    "shipment_id": "i", "latitudes": ALONG.format("30 + point * 0.002"),
    "longitudes": ALONG.format("120.5"), "planned_at": CREATED,
}  # fmt: skip
FLAG = {
    "id": "i", "uid": "'flg_' || lpad(i::text, 20, 'a')", "merchant_id": MERCHANT_OF.format(OF),
    "shipment_id": OF, "device_id": DEVICE_OF.format(OF), "rows": ROWS,
    "kind": f"('{{{','.join(KINDS)}}}'::text[])[1 + mod(i, {len(KINDS)})]",
    "state": f"CASE WHEN i <= {FLAGS} THEN 'open' ELSE 'dismissed' END",
    "decided_at": f"CASE WHEN i > {FLAGS} THEN now() END",
    "first_row": f"({OF} - 1) * {FIXES_EACH} + {FIRST}",
    "last_row": f"({OF} - 1) * {FIXES_EACH} + {FIRST} + {ROWS} - 1",
    "raised_at": "now() - mod(i, 5000) * interval '1 minute'", "score": "10",
    "rank": f"mod(i * 7919, 10000) - CASE WHEN {LAST} THEN 10000 ELSE 0 END",
    "expires_at": "now() + interval '30 days'",
    "numbers": f"jsonb_build_object('metres', 480, 'seconds', 300, 'row', {FIRST} - 1)",
    "rank_parts": """'{"promise": 30, "delivery": 15, "value": 5}'::jsonb""",
}  # fmt: skip
VERDICT = {
    "id": f"i - {FLAGS}", "flag_id": "i", "decider": "'person'", "kind": FLAG["kind"],
    "state": "CASE WHEN mod(i, 3) = 0 THEN 'dismissed' ELSE 'confirmed' END",
    "user_id": f"1 + mod(i, {PERSONS})", "carrier": "'yuantong'", "source": "'device'",
    "at": "now() - mod(i, 40000) * interval '1 minute'",
}  # fmt: skip


def ensure_queue() -> str:
    """Return the address of the database with the queue, built now if it is not whole."""
    url = ready(QUEUE)
    with connect(QUEUE) as held:
        row = held.execute("SELECT count(*) FROM exceptions_flag WHERE state = 'open'").fetchone()
        if row == (FLAGS,):
            return url
    drop(QUEUE)
    ready(QUEUE)
    with connect(QUEUE) as made:
        with without_indexes(made, "shipments_position"), ThreadPoolExecutor(2) as pool:
            list(pool.map(_fill_fixes, range(MONTHS)))
        _quicken(made)
        _fill_others(made)
        _fill_flags(made)
    with connect(QUEUE) as made:
        made.execute("VACUUM ANALYZE")
        made.execute("CHECKPOINT")
    return url


def _quicken(made: Connection) -> None:
    made.execute("SET session_replication_role = replica")
    made.execute("SET synchronous_commit = off")


def _span(month: int) -> dict[str, int]:
    """Return the shipments of a month, the newest month last."""
    size = SHIPMENTS // MONTHS
    return {
        "first_i": month * size + 1, "last_i": (month + 1) * size,
        "months_ago": MONTHS - 1 - month,
    }  # fmt: skip


def _fill_fixes(month: int) -> None:
    """Fill one month over a connection of its own."""
    with connect(QUEUE) as made:
        _quicken(made)
        fill(made, "shipments_position", FIX, **_span(month), each=FIXES_EACH)


def _fill_others(made: Connection) -> None:
    for table, values, count in (
        ("accounts_merchant", MERCHANT, MERCHANTS), ("accounts_user", USER, PERSONS),
        ("shipments_device", DEVICE, DEVICES),
    ):  # fmt: skip
        fill(made, table, values, first_i=1, last_i=count)
    for month in range(MONTHS):
        for table, values in (
            ("shipments_shipment", SHIPMENT), ("shipments_track", TRACK),
            ("shipments_plannedroute", ROUTE),
        ):  # fmt: skip
            fill(made, table, values, **_span(month))


def _fill_flags(made: Connection) -> None:
    fill(made, "exceptions_flag", FLAG, first_i=1, last_i=2 * FLAGS)
    fill(made, "exceptions_verdict", VERDICT, first_i=FLAGS + 1, last_i=2 * FLAGS)
