"""The real processes hurt while pushes come in: web, drains, worker, beats, PostgreSQL, Redis."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from config.chaos.checker import check
from config.chaos.crew import LINES, Crew, bring_back, server_pid, until
from config.chaos.ground import READER, ground, plant
from config.chaos.ledger import Ledger
from config.chaos.outcome import Outcome, Plan, Scenario
from config.chaos.receiver import Receiver
from config.chaos.sender import Sender
from config.chaos.working import SEND_NOW

DATABASE = "lastmile_chaos_living"
PARCELS, SENDERS = 4_000, 3
SETTLE_SECONDS = 90.0
BETWEEN = (0.6, 1.6)
DEAF_SECONDS = 4.0
BACKEND = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE %s
ORDER BY state = 'idle', query_start DESC LIMIT 1
"""
OPEN = """
SELECT (SELECT count(*) FROM baidiyun_inboxrow WHERE state = 'pending')
     + (SELECT count(*) FROM webhooks_delivery WHERE state IN ('pending', 'failed'))
     + (SELECT count(*) FROM shipments_readercursor WHERE reader <> %s AND (txid, last_id) <
            (SELECT txid, id FROM shipments_shipmentchange ORDER BY txid DESC, id DESC LIMIT 1))
     + (SELECT (count(*) = 0)::int FROM shipments_readercursor WHERE reader = 'orders')
"""


class Living:
    """One run: who is hurt when, and what the world saw."""

    def __init__(self, plan: Plan, receiver: Receiver, crew: Crew) -> None:
        self.plan, self.receiver, self.crew = plan, receiver, crew
        self.rng = random.Random(plan.seed)  # noqa: S311
        self.counts: Counter[str] = Counter()
        share = PARCELS // SENDERS
        self.senders = [
            Sender(crew.port, n * share + 1, (n + 1) * share, plan.seed) for n in range(SENDERS)
        ]

    def run(self) -> Outcome:
        """Start everything, hurt everybody, wait until it is quiet, check."""
        plant(1, PARCELS)
        call_command("sync_schedule", stdout=StringIO())
        for name in (*LINES, "drain2", "beat2"):
            self.crew.start(name)
        until(self.crew.answers, what="the web server")
        for name in ("worker", "drain", "drain2", "beat"):
            self.crew.parent(name)
        for sender in self.senders:
            sender.start()
        for hurt in self._program():
            time.sleep(self.rng.uniform(*BETWEEN))
            hurt()
            self.plan.say(
                f"{sum(len(each.acked) for each in self.senders)} acknowledged, {dict(self.counts)}"
            )
        time.sleep(2)
        for sender in self.senders:
            sender.stopping.set()
        for sender in self.senders:
            sender.join(30)
        return self._outcome(self._quiet())

    def _program(self) -> list[Callable[[], None]]:
        """Everything that is done, in an order chance chooses; the long stop in the middle."""
        kills: list[Callable[[], None]] = [
            *[lambda: self._kill("web worker", self.crew.child("web"))] * 6,
            *[lambda: self._kill("web", self.crew.parent("web"))] * 2,
            *[lambda: self._kill("drain", self.crew.parent("drain"))] * 4,
            *[lambda: self._kill("drain", self.crew.parent("drain2"))] * 3,
            *[lambda: self._kill("worker child", self.crew.child("worker"))] * 3,
            lambda: self._kill("worker", self.crew.parent("worker")),
            lambda: self._kill("beat", self.crew.parent("beat")),
            *[lambda: self._kill_backend("%baidiyun_inboxrow%SKIP LOCKED%")] * 3,
            lambda: self._kill_backend("%INSERT INTO baidiyun_inboxrow%"),
            self._kill_postgres,
            self._kill_redis,
            *[self._flush_redis] * 3,
            self._deafen_redis,
        ]
        self.rng.shuffle(kills)
        kills.insert(len(kills) // 2, self._stop_drain)
        return kills

    def _kill(self, name: str, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.counts[f"{name} killed"] += 1

    def _kill_backend(self, words: str) -> None:
        """SIGKILL a backend of PostgreSQL; the whole server starts again over it."""
        pid = until(lambda: self._one(BACKEND, words), what="a backend at work")
        server_pid("postgres")
        self._kill("backend", pid)
        self._wait_for_database()

    def _kill_postgres(self) -> None:
        self._kill("postgres", server_pid("postgres"))
        time.sleep(1)
        bring_back()
        self._wait_for_database()

    def _kill_redis(self) -> None:
        self._kill("redis", server_pid("redis"))
        time.sleep(DEAF_SECONDS)
        bring_back()

    def _flush_redis(self) -> None:
        with contextlib.suppress(redis.RedisError):
            redis.Redis.from_url(settings.REDIS_URL).flushall()
            self.counts["redis flushed"] += 1

    def _deafen_redis(self) -> None:
        pid = server_pid("redis")
        os.kill(pid, signal.SIGSTOP)
        time.sleep(DEAF_SECONDS)
        os.kill(pid, signal.SIGCONT)
        self.counts["redis deaf"] += 1

    def _stop_drain(self) -> None:
        """One drain stands still while the other goes on; then it wakes with what it held."""
        pid = self.crew.parent("drain")
        os.kill(pid, signal.SIGSTOP)
        time.sleep(self.plan.stop_seconds)
        os.kill(pid, signal.SIGCONT)
        self.counts["drain stopped"] += 1

    def _wait_for_database(self) -> None:
        connection.close()
        until(lambda: self._one("SELECT 1"), what="the database to be back")

    def _quiet(self) -> bool:
        """Wait until everything is applied, read and sent; no lease is waited for."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            with connection.cursor() as cursor:
                cursor.execute(SEND_NOW)
            time.sleep(1)
            if not self._one(OPEN, READER):
                return True
        return False

    def _outcome(self, quiet: bool) -> Outcome:
        ledger = Ledger(1, PARCELS, readers=(READER, "orders"))
        ledger.acked = [each for sender in self.senders for each in sender.acked]
        ledger.read(READER)
        ledger.told = self.receiver.told()
        misses = [wrong for sender in self.senders for wrong in sender.wrong]
        if not quiet:
            misses.append(f"not quiet after {SETTLE_SECONDS:g} s")
        killed = sum(count for name, count in self.counts.items() if name.endswith("killed"))
        for name in ("refused", "broken", "gone"):
            self.counts[name] = sum(getattr(sender, name) for sender in self.senders)
        self.counts["acknowledged"] = len(ledger.acked)
        self.counts["changes"], self.counts["told"] = len(ledger.seen), len(ledger.told)
        return Outcome(killed, dict(self.counts), (*misses, *check(ledger)))

    @staticmethod
    def _one(sql: str, *values: Any) -> int:
        """Ask for a number; 0 while the database is away."""
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                row = cursor.fetchone()
        except (OperationalError, InterfaceError):
            connection.close()
            return 0
        return int(row[0]) if row else 0


def hurt_everybody(plan: Plan) -> Outcome:
    """Run the portal's processes under load and hurt all of them."""
    with ground(DATABASE) as receiver, tempfile.TemporaryDirectory() as folder:
        crew = Crew(Path(folder))
        try:
            return Living(plan, receiver, crew).run()
        finally:
            crew.stop()
            connection.close()


SCENARIOS = (
    Scenario(
        "living",
        "SIGKILL and SIGSTOP of web, drains, worker, beats, PostgreSQL and Redis under load",
        20,
        hurt_everybody,
    ),
)
