"""The clock's looks, in a process of its own on the bench's database.

``python -m config.bench.clock_actors ticks|silence`` prints one JSON value on the last line.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import django

from config.bench.watched_tables import PARCELS

FEW, MANY = 2_000, 10_000
ROUNDS = 5
SPARE = (FEW + MANY) * (ROUNDS + 1)
SILENT, WITHIN, EVERY = 300, 60.0, 5.0
FRESH = """
UPDATE exceptions_watch SET next_check_at = now() + interval '8 hours' + mod(shipment_id, 2400)
    * interval '1 minute' WHERE shipment_id <= %s OR next_check_at <= now() + interval '10 minutes'
"""
HUSH = """
WITH quiet AS (
    UPDATE shipments_shipment SET last_event_at = now() - interval '48 hours'
        + (%s * random() - %s) * interval '1 second'
    WHERE id > %s AND id <= %s RETURNING id, last_event_at
)
UPDATE exceptions_watch w SET next_check_at = quiet.last_event_at + interval '48 hours'
FROM quiet WHERE w.shipment_id = quiet.id
"""
FORGET = ("exceptions_case", "exceptions_casetally")
FOUND = """
SELECT c.shipment_id, extract(epoch FROM c.anchored_at + interval '48 hours')
FROM exceptions_case c WHERE c.id > %s
"""


def ticks() -> dict[str, Any]:
    """Return the seconds of ticks with nothing, with few and with many due, round by round."""
    from apps.exceptions.live_rules import current_book
    from apps.exceptions.services import look_at_due

    _begin_anew()
    took: dict[str, list[float]] = {"0": [], str(FEW): [], str(MANY): []}
    cursor = 0
    for number in range(ROUNDS + 1):
        for due in (0, FEW, MANY):
            _hush(cursor, due, ahead=0.0)
            cursor += due
            began = time.perf_counter()
            judged = look_at_due(seconds=60.0)
            seconds = time.perf_counter() - began
            if (judged.shipments, judged.opened) != (due, due):
                raise RuntimeError(f"{judged} with {due} due measures something else")
            if number:
                took[str(due)].append(seconds)
    return {"took": took, "rules": len(current_book().rules)}


def silence() -> dict[str, Any]:
    """Return how long after its threshold each silent parcel had its case, in seconds.

    Parcels fall silent at random moments of a minute; the look comes as often as beat sends it.
    """
    from apps.exceptions.services import look_at_due

    _begin_anew()
    _hush(0, SILENT, ahead=WITHIN)
    begin, last = time.monotonic(), 0
    delays: list[float] = []
    beat = random.Random(7).random() * EVERY  # noqa: S311 - a phase, no secret
    while len(delays) < SILENT and time.monotonic() - begin < WITHIN + 4 * EVERY:
        time.sleep(max(0.0, begin + beat - time.monotonic()))
        look_at_due()
        at = time.time()
        rows = _rows(FOUND, [last])
        delays += [at - float(due) for _, due in rows]
        last = _rows("SELECT coalesce(max(id), 0) FROM exceptions_case", [])[0][0]
        beat += EVERY
    return {"delays": delays, "wanted": SILENT}


def _begin_anew() -> None:
    """Let nothing be due, and no case be open."""
    for table in FORGET:
        _do(f"TRUNCATE {table} RESTART IDENTITY CASCADE", [])
    _do(FRESH, [SPARE])
    _do("ANALYZE exceptions_watch", [])


def _hush(first: int, count: int, *, ahead: float) -> None:
    """Let parcels have been silent for 48 hours now, or within the next ``ahead`` seconds."""
    if count:
        _do(HUSH, [ahead, 0.0 if ahead else 1.0, first, first + count])


def _do(sql: str, given: list[Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, given)


def _rows(sql: str, given: list[Any]) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


WHAT: dict[str, Callable[[], dict[str, Any]]] = {"ticks": ticks, "silence": silence}

if __name__ == "__main__":
    if PARCELS < SPARE:
        raise SystemExit("too few parcels")
    django.setup()
    sys.stdout.write(json.dumps(WHAT[sys.argv[1]]()) + "\n")
