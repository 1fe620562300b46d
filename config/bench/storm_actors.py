"""A storm of stalled parcels at one hub, in a process of its own on the bench's database.

``python -m config.bench.storm_actors`` prints one JSON value on the last line.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import django

from config.bench.clock_actors import _begin_anew, _do, _hush, _rows

STORM, EVERYDAY = 10_000, 50
ROUNDS = 3
LOOK_EVERY, INCIDENTS_EVERY, PATIENCE = 5.0, 20.0, 150.0
HUB = "340100000000"
DAYS = 28
FORGET = "TRUNCATE exceptions_case, exceptions_incident, exceptions_causehour, " \
    "exceptions_causeusual, exceptions_causelook, notifications_notice CASCADE"  # fmt: skip
PLACE = "UPDATE exceptions_watch SET scan_area = %s WHERE shipment_id > %s AND shipment_id <= %s"
SCATTER = """
UPDATE exceptions_watch SET scan_area = (ARRAY['330100000000', '440300000000', '420100000000',
    '510100000000', '320500000000', '370200000000', '410100000000', '430100000000'])
    [1 + mod(shipment_id, 8)] WHERE shipment_id > %s AND shipment_id <= %s
"""
PAST = """
INSERT INTO exceptions_causehour (mode, cause, key, rule_id, at, cases, gathered)
SELECT 'live', place.cause, place.key, (SELECT id FROM exceptions_rule
    WHERE code = 'stalled_domestic'), date_trunc('hour', now()) - n * interval '1 hour',
    greatest(0, round(place.usual * (0.6 + random())))::integer, 0
FROM generate_series(30, 24 * %s) AS n, (VALUES
    ('hub', '3301', 6.0), ('hub', '4403', 6.0), ('hub', '4201', 6.0), ('hub', '5101', 6.0),
    ('hub', '3205', 6.0), ('hub', '3702', 6.0), ('hub', '4101', 6.0), ('hub', '4301', 6.0),
    ('hub', '3401', 3.0), ('lane', '33>44', 50.0), ('carrier', 'yuantong', 50.0),
    ('rule', 'stalled_domestic', 50.0)) AS place (cause, key, usual)
"""
HELD = """
SELECT count(*) FROM exceptions_case c JOIN exceptions_incident i ON i.id = c.incident_id
WHERE c.hub = %s AND i.cause = 'hub' AND i.key = '3401'
"""
OVER = """
UPDATE exceptions_case SET state = 'resolved', closed_at = now(), closer = 'itself',
    close_reason = 'moved_on'
"""
TOLD = """
SELECT (SELECT count(*) FROM exceptions_incident), (SELECT count(*) FROM notifications_notice)
"""


def storms() -> list[dict[str, float]]:
    """Return what each round came to: seconds until one incident held the whole storm, how many
    incidents and messages there were in the end, and the seconds of one look for incidents.

    The services are called as often as beat sends them, in real time; what comes after the storm
    (four hours of quiet, then all parcels move) is looked at right away.
    """
    return [_storm(number) for number in range(ROUNDS)]


def _storm(number: int) -> dict[str, float]:
    from apps.core import clock
    from apps.exceptions.models import CauseLook
    from apps.exceptions.services import look_for_incidents

    _begin_anew()
    _do(FORGET, [])
    _do(PAST, [DAYS])
    first = number * (STORM + EVERYDAY)
    _do(PLACE, [HUB, first, first + STORM])
    _do(SCATTER, [first + STORM, first + STORM + EVERYDAY])
    began = clock.now() - dt.timedelta(days=DAYS)
    CauseLook.objects.create(mode="live", began_at=began)
    look_for_incidents()
    _hush(first, STORM + EVERYDAY, ahead=0.0)
    seconds, took = _until_held(number)
    for hours in (1, 4, 5):
        look_for_incidents(now=clock.now() + dt.timedelta(hours=hours))
    _do(OVER, [])
    look_for_incidents(now=clock.now() + dt.timedelta(hours=6))
    incidents, notices = _rows(TOLD, [])[0]
    return {"seconds": seconds, "look": took, "incidents": incidents, "notices": notices}


def _until_held(number: int) -> tuple[float, float]:
    """Call both looks at their own pace; returns the seconds until one incident holds all, and
    those of the longest look for incidents."""
    from apps.exceptions.services import look_at_due, look_for_incidents

    rng = random.Random(number)  # noqa: S311 - a phase, no secret
    begin = time.monotonic()
    due: dict[Callable[[], object], float] = {
        look_at_due: begin + rng.random() * LOOK_EVERY,
        look_for_incidents: begin + rng.random() * INCIDENTS_EVERY,
    }
    every: dict[Callable[[], object], float] = {
        look_at_due: LOOK_EVERY,
        look_for_incidents: INCIDENTS_EVERY,
    }
    longest = 0.0
    while time.monotonic() - begin < PATIENCE:
        work = min(due, key=lambda one: due[one])
        time.sleep(max(0.0, due[work] - time.monotonic()))
        started = time.monotonic()
        work()
        due[work] = max(due[work] + every[work], time.monotonic())
        if work is look_for_incidents:
            longest = max(longest, time.monotonic() - started)
            if _rows(HELD, [HUB])[0][0] == STORM:
                return time.monotonic() - begin, longest
    raise RuntimeError(f"{_rows(HELD, [HUB])[0][0]} of {STORM} held after {PATIENCE:.0f} s")


if __name__ == "__main__":
    django.setup()
    told: Any = storms()
    sys.stdout.write(json.dumps(told) + "\n")
