"""Reading under measurement, in a process of its own on the database of the big tables.

``python -m config.bench.readers timeline|search|key`` prints one JSON value on the last line.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from types import SimpleNamespace
from typing import Any

import django
import psycopg

ROUNDS = 7
SEARCH_ROUNDS = 5
KEYS = 300
SEARCHES = 150
SCANS = 3
MERCHANT = 1
SEED = 20261122
SCOPES = ["shipments:read"]
KINDS = ("exact", "prefix", "last six")
RAW = """
SELECT occurred_at, original_time, zone, heard_at, status, substatus, text, location, area_name,
       area_code, leg_id, sources, omitted_at
FROM shipments_event WHERE shipment_month = %s AND shipment_id = %s
ORDER BY occurred_at DESC, id DESC LIMIT 500
"""
SCAN = {
    "exact": "SELECT id FROM shipments_shipment WHERE number = %s",
    "prefix": "SELECT id FROM shipments_shipment WHERE number LIKE %s || '%%'",
    "last six": "SELECT id FROM shipments_shipment WHERE number LIKE '%%' || %s",
}
SCANNING = (
    "SET enable_indexscan = off", "SET enable_indexonlyscan = off", "SET enable_bitmapscan = off",
    "SET max_parallel_workers_per_gather = 0",
)  # fmt: skip


def measure_timeline() -> list[dict[str, float]]:
    """Median µs of the portal's read and of the raw prepared one, in turns on the same keys."""
    from apps.shipments.models import Shipment
    from apps.shipments.selectors import shipment_timeline

    raw = _raw_connection()
    raw.prepare_threshold = 0
    rng = random.Random(SEED)  # noqa: S311
    rounds = []
    for _ in range(ROUNDS):
        layer: list[float] = []
        bare: list[float] = []
        for n in range(KEYS):
            shipment = Shipment.objects.get(pk=rng.randint(1, 1_000_000))
            key = [shipment.month, shipment.pk]
            expected = len(raw.execute(RAW, key).fetchall())
            reads: list[tuple[list[float], Callable[[], Any]]] = [
                (layer, lambda given=shipment: shipment_timeline(given).events),  # type: ignore[misc]
                (bare, lambda given=key: raw.execute(RAW, given).fetchall()),  # type: ignore[misc]
            ]
            for times, read in reads if n % 2 else reversed(reads):
                times.append(_micros(read, expected))
        rounds.append({"layer": median(layer), "raw": median(bare)})
    return rounds


def measure_search() -> list[dict[str, dict[str, float]]]:
    """Milliseconds of each kind of search, all kinds mixed on one old connection, and of scans."""
    from apps.shipments.admin.find import find_shipment_ids

    raw = _raw_connection()
    for setting in SCANNING:
        raw.execute(setting)
    staff = SimpleNamespace(merchant_id=None, is_authenticated=True)
    rng = random.Random(SEED)  # noqa: S311
    rounds = []
    for _ in range(SEARCH_ROUNDS):
        times: dict[str, list[float]] = {kind: [] for kind in KINDS}
        scans: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for n in range(SEARCHES):
            for kind in rng.sample(KINDS, len(KINDS)):
                wanted = rng.randint(1, 1_000_000)
                term = _term(kind, wanted)
                if n % (SEARCHES // SCANS) == 0:
                    scan = partial(raw.execute, SCAN[kind], [term])
                    scans[kind].append(_micros(lambda scan=scan: scan().fetchall()))  # type: ignore[misc]
                began = time.perf_counter()
                found = find_shipment_ids(staff, term)
                times[kind].append((time.perf_counter() - began) * 1e6)
                if wanted not in found:
                    raise RuntimeError(f"{kind} {term} did not find {wanted}")
        rounds.append({kind: _of(times[kind], scans[kind]) for kind in KINDS})
    return rounds


def issue_key() -> str:
    """Return the text of a new key that may read the shipments of the first merchant."""
    from apps.accounts.models import Merchant
    from apps.accounts.services import issue_api_key
    from apps.core.actions import Actor

    merchant = Merchant.objects.get(pk=MERCHANT)
    return issue_api_key(
        merchant=merchant, name="bench", scopes=SCOPES, mode="live", actor=Actor.system("bench")
    )[1]


def _term(kind: str, wanted: int) -> str:
    number = f"YT{wanted * 600_000_007 % 1_000_000_000_000:012d}"
    return {"exact": number, "prefix": number[:10], "last six": number[-6:]}[kind]


def _of(times: list[float], scans: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return {"p50": middle / 1000, "p99": late / 1000, "scan": median(scans) / 1000}


def _micros(read: Callable[[], Any], expected: int | None = None) -> float:
    """Time one read; raises RuntimeError if it brought another number of rows."""
    began = time.perf_counter()
    rows = read()
    micros = (time.perf_counter() - began) * 1e6
    if expected is not None and len(rows) != expected:
        raise RuntimeError(f"{len(rows)} rows instead of {expected}")
    return micros


def _raw_connection() -> psycopg.Connection[Any]:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


WHAT: dict[str, Callable[[], Any]] = {
    "timeline": measure_timeline, "search": measure_search, "key": issue_key,
}  # fmt: skip

if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(WHAT[sys.argv[1]]()) + "\n")
