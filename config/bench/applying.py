"""The applier under measurement, in a process of its own on a database of the bench.

``python -m config.bench.applying rates|tasks|visible`` prints one JSON object; the environment
says which database and which Redis.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import django
import psycopg

EVENTS = 10
PARCELS = 2_000
TASKS = 400
BATCH = 500
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
PER_SECOND = 300
SECONDS = 10
LOOK = 0.005
PATIENCE = 60.0
READ_EVENTS = (
    "COPY (SELECT {columns} FROM shipments_event ORDER BY shipment_month, shipment_id, key)"
    " TO STDOUT"
)
WORKER = (
    "-m", "celery", "-q", "-A", "config.bench.tasks", "worker", "--pool", "prefork",
    "--concurrency", "2", "--loglevel", "WARNING", "--without-gossip", "--without-mingle",
)  # fmt: skip
MERCHANT: dict[str, Any] = {
    "slug": "bench", "name": "Bench", "sender_name": "王超", "sender_phone": "13800000000",
    "sender_province": "浙江省", "sender_city": "杭州市", "sender_street": "文三路1号",
}  # fmt: skip


def measure_rates() -> list[dict[str, float]]:
    """Events a second of fresh pushes and of the same raw COPY, callbacks a second of repeats."""
    from config.bench import parcels

    raw = _connection()
    rounds = []
    for _ in range(ROUNDS):
        _fresh_parcels(raw, PARCELS)
        seconds = _timed(_drain)
        parcels.fill_inbox(raw, first=1, count=PARCELS, said="again")
        again = _timed(_drain)
        rounds.append(
            {
                "fresh": PARCELS * EVENTS / seconds,
                "again": PARCELS * EVENTS / again,
                "copy": PARCELS * EVENTS / _copy_seconds(raw),
            }
        )
    return rounds


def measure_tasks() -> list[dict[str, float]]:
    """Callbacks a second in batches, and with one Celery task each in a real prefork worker."""
    from config.bench.tasks import apply_one

    raw = _connection()
    rounds = []
    worker = subprocess.Popen([sys.executable, *WORKER])
    try:
        for _ in range(ROUNDS):
            _fresh_parcels(raw, PARCELS)
            batched = PARCELS / _timed(_drain)
            _fresh_parcels(raw, TASKS)
            began = time.perf_counter()
            for _each in range(TASKS):
                apply_one.delay()
            _wait_until(lambda: not _waiting(raw))
            rounds.append({"batched": batched, "tasks": TASKS / (time.perf_counter() - began)})
    finally:
        worker.terminate()
        worker.wait(30)
    return rounds


def measure_visible() -> list[dict[str, float]]:
    """Milliseconds from received to visible for another connection, at a steady inflow."""
    raw = _connection()
    drain = subprocess.Popen([sys.executable, "manage.py", "drain"])
    try:
        time.sleep(3)
        return [_one_inflow(raw) for _ in range(ROUNDS)]
    finally:
        drain.terminate()
        drain.wait(30)


def _one_inflow(raw: psycopg.Connection[Any]) -> dict[str, float]:
    from apps.baidiyun import hints
    from apps.baidiyun.intake import store_push
    from apps.core import clock
    from config.bench import parcels

    count = PER_SECOND * SECONDS
    _fresh_parcels(raw, count, filled=False)
    pushes = [parcels.push_of(number) for number in range(1, count + 1)]
    unseen: dict[str, float] = {}
    delays: list[float] = []
    began, sent, looked = time.perf_counter(), 0, 0.0
    while len(delays) < count:
        due = min(count, int((time.perf_counter() - began) * PER_SECOND) + 1)
        for number in range(sent + 1, due + 1):
            token, param = parcels.token_of(number), pushes[number - 1]
            unseen[token] = time.perf_counter()
            store_push(
                topic="tracking", token=token, param=param, raw=param.encode(),
                now=clock.real_now(),
            )  # fmt: skip
            hints.inbox_has_news()
        sent = max(sent, due)
        if time.perf_counter() - looked >= LOOK and unseen:
            _look(raw, unseen, delays)
            looked = time.perf_counter()
        if time.perf_counter() - began > SECONDS + PATIENCE:
            raise RuntimeError(f"{len(unseen)} callbacks were not applied in time")
        time.sleep(0.001)
    delays.sort()
    return {"p50": delays[count // 2] * 1000, "p99": delays[int(count * 0.99)] * 1000}


def _look(raw: psycopg.Connection[Any], unseen: dict[str, float], delays: list[float]) -> None:
    """Take what became visible out of ``unseen`` and note how long it took."""
    sql = "SELECT token FROM baidiyun_inboxrow WHERE token = ANY(%s) AND state = 'applied'"
    rows = raw.execute(sql, [list(unseen)]).fetchall()
    now = time.perf_counter()
    delays.extend(now - unseen.pop(row[0]) for row in rows)


def _connection() -> psycopg.Connection[Any]:
    from apps.accounts.models import Merchant

    if not Merchant.objects.exists():
        Merchant.objects.create(**MERCHANT)
    raw = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    # The inbox has no index by token: no reader of the portal looks for one.
    raw.execute("CREATE INDEX IF NOT EXISTS bench_inbox_token ON baidiyun_inboxrow (token)")
    return raw


def _fresh_parcels(raw: psycopg.Connection[Any], count: int, *, filled: bool = True) -> None:
    from config.bench import parcels

    raw.execute(f"TRUNCATE {', '.join(parcels.TABLES)} CASCADE")
    parcels.build_parcels(raw, first=1, count=count)
    if filled:
        parcels.fill_inbox(raw, first=1, count=count)
    raw.execute("ANALYZE")


def _drain() -> None:
    from apps.baidiyun.services import drain_once

    while drain_once(limit=BATCH).claimed:
        pass


def _timed(work: Callable[[], None]) -> float:
    """Return the seconds of some work, the collector as the drain process has it."""
    gc.collect()
    gc.freeze()
    gc.disable()
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    gc.enable()
    gc.unfreeze()
    return seconds


def _copy_seconds(raw: psycopg.Connection[Any]) -> float:
    """Return how long a raw COPY of the very rows takes, into the same table made empty."""
    from apps.shipments.services.event_rows import EVENT_COLUMNS

    with raw.cursor().copy(READ_EVENTS.format(columns=EVENT_COLUMNS)) as copy:
        rows = b"".join(bytes(part) for part in copy)
    raw.execute("TRUNCATE shipments_event")

    def work() -> None:
        with raw.cursor().copy(f"COPY shipments_event ({EVENT_COLUMNS}) FROM STDIN") as copy:
            for start in range(0, len(rows), 65_536):
                copy.write(rows[start : start + 65_536])

    return _timed(work)


def _waiting(raw: psycopg.Connection[Any]) -> int:
    sql = "SELECT count(*) FROM baidiyun_inboxrow WHERE state = 'pending'"
    row = raw.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _wait_until(is_done: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_done():
        if time.monotonic() > until:
            raise RuntimeError("the worker did not finish in time")
        time.sleep(LOOK)


WHAT = {"rates": measure_rates, "tasks": measure_tasks, "visible": measure_visible}

if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(WHAT[sys.argv[1]]()) + "\n")
