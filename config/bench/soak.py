"""The soak: callbacks at a steady rate for minutes while faults come, then everything is counted.

Faults leave the processes alive, so that their memory means something (`make chaos` kills them):
database sessions are cut, the drainer is stopped and goes on, Redis forgets, senders hang up
before they hear the answer and send again, pushes come doubled, out of order and forged.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import redis
from django.conf import settings

from config.bench.database import connect, drop, ready
from config.bench.parcels import build_parcels
from config.bench.sender import Sender, Sent
from config.bench.server import WebServer, children_of, web_server

DATABASE = "lastmile_soak"
PARCELS_PER_SECOND = 40
PATIENCE = 90.0
FAULT_EVERY = 7.0
SAMPLE_EVERY = 2.0
STOPPED = 3.0
GROWTH_LIMIT = 0.10
SLACK_MB = 8.0
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Course:
    """What was seen on the way: faults by kind, MB of each process, waiting rows at most."""

    faults: dict[str, int] = field(default_factory=dict)
    memory: dict[int, list[float]] = field(default_factory=dict)
    most_waiting: int = 0

    @property
    def growth(self) -> float:
        """Growth of the process that grew most, second fifth to last fifth, as a share.

        The first fifth is warming up; `SLACK_MB` are not counted, they are the allocator's.
        """
        shares = [0.0]
        for taken in self.memory.values():
            fifth = max(1, len(taken) // 5)
            early, late = median(taken[fifth : 2 * fifth] or taken), median(taken[-fifth:])
            shares.append(max(0.0, late - early - SLACK_MB) / early)
        return max(shares)


def soak(*, minutes: float, per_second: int) -> dict[str, Any]:
    """Run the soak and return what came of it; ``pass`` says whether every promise held."""
    drop(DATABASE)
    url = ready(DATABASE)
    parcels = PARCELS_PER_SECOND * max(60, int(minutes * 60 * per_second / 300))
    with connect(DATABASE) as raw:
        _make_merchant(url)
        build_parcels(raw, first=1, count=parcels)
        raw.execute("ANALYZE")
        with web_server(database_url=url) as server, _drainer(url) as drain:
            sender = Sender(server.port, parcels=parcels, per_second=per_second)
            course = _run(raw, sender, server, drain, seconds=minutes * 60)
            sent = sender.finish()
            left = _wait_for_backlog(raw)
        result = _judge(raw, sent, course, left)
    drop(DATABASE)
    return {"minutes": minutes, "per_second": per_second, **result}


def _run(
    raw: psycopg.Connection[Any],
    sender: Sender,
    server: WebServer,
    drain: subprocess.Popen[bytes],
    *,
    seconds: float,
) -> Course:
    course, began = Course(), time.monotonic()
    sampled = faulted = began
    kinds = 0
    sender.start()
    while (now := time.monotonic()) < began + seconds:
        if now - sampled >= SAMPLE_EVERY:
            sampled = now
            for pid in (drain.pid, *children_of(server.pid)):
                course.memory.setdefault(pid, []).append(_megabytes(pid))
            course.most_waiting = max(course.most_waiting, _waiting(raw))
        if now - faulted >= FAULT_EVERY:
            faulted = now
            kind = tuple(FAULTS)[kinds % len(FAULTS)]
            kinds += 1
            FAULTS[kind](raw, drain)
            course.faults[kind] = course.faults.get(kind, 0) + 1
        time.sleep(0.2)
    return course


def _cut_sessions(raw: psycopg.Connection[Any], drain: subprocess.Popen[bytes]) -> None:
    raw.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def _stop_drainer(raw: psycopg.Connection[Any], drain: subprocess.Popen[bytes]) -> None:
    drain.send_signal(signal.SIGSTOP)
    time.sleep(STOPPED)
    drain.send_signal(signal.SIGCONT)


def _forget_redis(raw: psycopg.Connection[Any], drain: subprocess.Popen[bytes]) -> None:
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.client_kill_filter(skipme=True, _type="normal")
    client.client_kill_filter(skipme=True, _type="pubsub")


FAULTS = {
    "database sessions cut": _cut_sessions,
    "drainer stopped": _stop_drainer,
    "redis connections cut": _forget_redis,
}


def _judge(raw: psycopg.Connection[Any], sent: Sent, course: Course, left: int) -> dict[str, Any]:
    rows, parked = _counts(
        raw,
        "SELECT count(*), count(*) FILTER (WHERE state <> 'applied'"
        " AND (state, error) <> ('skipped', 'unchanged')) FROM baidiyun_inboxrow",
    )
    (events,) = _counts(raw, "SELECT count(*) FROM shipments_event")
    lost, doubled = max(0, sent.distinct - rows), max(0, rows - sent.distinct)
    wrong = abs(sent.events - events)
    good = not (left or lost or doubled or wrong or parked or sent.forged_accepted or sent.given_up)
    return {
        "accepted": sent.accepted,
        "distinct": sent.distinct,
        "events": events,
        "forged": sent.forged,
        "forged_accepted": sent.forged_accepted,
        "sent_again": sent.again,
        "given_up": sent.given_up,
        "p99_ms": round(sent.p99 * 1000, 1),
        "faults": course.faults,
        "most_waiting": course.most_waiting,
        "backlog": left,
        "lost": lost,
        "doubled": doubled,
        "events_wrong": wrong,
        "not_applied": parked,
        "memory_growth": round(course.growth, 3),
        "memory_mb": {pid: round(taken[-1], 1) for pid, taken in course.memory.items()},
        "pass": good and course.growth <= GROWTH_LIMIT,
    }


@contextmanager
def _drainer(url: str) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "CRITICAL"}
    env["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "drain"], env=env, cwd=settings.BASE_DIR
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(30)


def _make_merchant(url: str) -> None:
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    code = (
        "import django; django.setup();"
        "from apps.accounts.models import Merchant; from config.bench.applying import MERCHANT;"
        "Merchant.objects.create(**MERCHANT)"
    )
    subprocess.run([sys.executable, "-c", code], env=env, cwd=settings.BASE_DIR, check=True)


def _wait_for_backlog(raw: psycopg.Connection[Any]) -> int:
    until = time.monotonic() + PATIENCE
    while (left := _waiting(raw)) and time.monotonic() < until:
        time.sleep(0.5)
    return left


def _waiting(raw: psycopg.Connection[Any]) -> int:
    return _counts(raw, "SELECT count(*) FROM baidiyun_inboxrow WHERE state = 'pending'")[0]


def _counts(raw: psycopg.Connection[Any], sql: str) -> tuple[int, ...]:
    row = raw.execute(sql.encode()).fetchone()
    return tuple(int(value) for value in row or ())


def _megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * PAGE_SIZE / 2**20
