"""The row about trials of rules: 100,000 shipments of ten events each, replayed in one process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import psycopg
from django.conf import settings

from config.bench.big_tables import (
    CREATED,
    EVENT,
    LEG,
    MERCHANT,
    MERCHANTS,
    MINUTE,
    SHIPMENT,
    fill,
    without_indexes,
)
from config.bench.database import connect, drop, ready, url_of
from config.bench.rows import Figure, Row

TRIALS = "lastmile_trials"
SHIPMENTS, EVENTS_EACH, COMPLAINED = 100_000, 10, 3_000
DAYS = 60
RULE = "stalled_domestic"
HEARD = f"{CREATED} + n * 300 * {MINUTE} + interval '90 seconds'"
LAST = f"{CREATED} + {EVENTS_EACH} * 300 * {MINUTE}"
ENDS = "mod(i, 5) <> 0"
PARCEL = SHIPMENT | {
    "carrier": "(array['yuantong', 'shunfeng', 'zhongtong', 'yunda'])[1 + mod(i, 4)]",
    "origin_code": "'440300000000'", "destination_code": "'330100000000'",
    "status_at": LAST, "last_event_at": LAST, "picked_up_at": f"{CREATED} + 300 * {MINUTE}",
    "delivered_at": f"CASE WHEN {ENDS} THEN {LAST} END",
    "closed_at": f"CASE WHEN {ENDS} THEN {LAST} END",
}  # fmt: skip
TOLD = EVENT | {
    "status": f"CASE WHEN n = 1 THEN 'picked_up' WHEN n = {EVENTS_EACH} AND {ENDS}"
    f" THEN 'delivered' WHEN n = {EVENTS_EACH - 1} AND {ENDS} THEN 'out_for_delivery'"
    " ELSE 'in_transit' END",
    "occurred_at": f"{CREATED} + n * 300 * {MINUTE}",
    "heard_at": f"CASE WHEN n = 6 AND mod(i, 10) = 0 THEN {HEARD} + interval '60 hours'"
    f" ELSE {HEARD} END",
}  # fmt: skip
CONTACT = {
    "id": "i", "uid": "'con_' || i", "merchant_id": f"1 + mod(i, {MERCHANTS})",
    "shipment_id": f"i * {SHIPMENTS // COMPLAINED}", "reason": "'late'", "channel": "'phone'",
    "is_complaint": "true", "mode": "'live'", "at": f"{CREATED} + interval '110 hours'",
}  # fmt: skip
WATCH = {"shipment_id": "i", "checked_at": CREATED, "signed_parts": "'{}'"}


def ensure_trials() -> str:
    """Return the address of the database with the histories, built now if it is not whole."""
    url = ready(TRIALS)
    with connect(TRIALS) as held:
        row = held.execute("SELECT count(*) FROM exceptions_contact").fetchone()
        if row == (COMPLAINED,):
            return url
    drop(TRIALS)
    ready(TRIALS)
    with connect(TRIALS) as made:
        made.execute("SET session_replication_role = replica")
        made.execute("SET synchronous_commit = off")
        fill(made, "accounts_merchant", MERCHANT, first_i=1, last_i=MERCHANTS)
        with without_indexes(made, "shipments_event"):
            _fill_months(made, "shipments_event", TOLD, each=EVENTS_EACH)
        for table, values in (
            ("shipments_leg", LEG), ("shipments_shipment", PARCEL), ("exceptions_watch", WATCH),
        ):  # fmt: skip
            _fill_months(made, table, values)
        fill(made, "exceptions_contact", CONTACT, first_i=1, last_i=COMPLAINED, months_ago=1)
    with connect(TRIALS) as made:
        made.execute("VACUUM ANALYZE")
        made.execute("CHECKPOINT")
    return url


def _fill_months(
    made: psycopg.Connection[tuple[object, ...]],
    table: str,
    values: dict[str, str],
    *,
    each: int = 0,
) -> None:
    """Fill two months, the older half first; the bench's trial looks at both."""
    half = SHIPMENTS // 2
    for month in range(2):
        fill(
            made, table, values, first_i=month * half + 1, last_i=(month + 1) * half,
            months_ago=1 - month, each=each,
        )  # fmt: skip


def measure_trial() -> Figure:
    """Run the command over all shipments, as somebody at a shell would, and time all of it."""
    ensure_trials()
    started = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "manage.py", "backtest_rule", RULE, "--days", str(DAYS)],
        env={**os.environ, "DATABASE_URL": url_of(TRIALS)},
        cwd=settings.BASE_DIR, check=True, capture_output=True, text=True,
    )  # fmt: skip
    took = time.perf_counter() - started
    said = json.loads(told.stdout.splitlines()[-1])["real"]
    if said["shipments"] != SHIPMENTS:
        raise RuntimeError(f"{said['shipments']} shipments were replayed")
    note = f"{said['cases']} cases, {took / SHIPMENTS * 1e6:.0f} µs a shipment"
    return Figure(took, took, note)


ROWS: tuple[Row, ...] = (
    Row(
        "rule_backtest_s",
        "a rule runs over 100,000 shipments of ten events in",
        "s",
        60,
        measure_trial,
    ),
)
