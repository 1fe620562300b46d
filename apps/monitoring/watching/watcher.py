"""The loop of the watch: probe, judge what only it can judge, and keep the steps going."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import connections

from apps.core import clock
from apps.core.metrics.gauges import record_gauges
from apps.core.metrics.recorder import name_process, touch_heart
from apps.monitoring.models import Alarm
from apps.monitoring.series import one_look, probing, sample_gauges
from apps.monitoring.services import evaluate_rules
from apps.monitoring.watching.episodes import Episodes
from apps.monitoring.watching.keepsake import HostLock, Keepsake
from apps.monitoring.watching.own_rules import (
    OWN_SERIES,
    POSTGRES_ANSWER,
    POSTGRES_SILENCE,
    REDIS_SILENCE,
    read_own_rules,
    starter_own_rules,
)
from apps.monitoring.watching.probes import ask_postgres, ask_redis
from apps.monitoring.watching.pulse import Pulse
from apps.monitoring.watching.steps import Step
from apps.monitoring.watching.voice import Voice
from apps.notifications.services import send_due

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0
POSTGRES_LIMIT, REDIS_LIMIT = 3.0, 2.0
JUDGE_EVERY, JUDGE_LIMIT = 5.0, 12.0
SEND_EVERY, SEND_LIMIT = 2.0, 60.0
GAUGE_EVERY, GAUGE_LIMIT = 60.0, 20.0
KEEP_EVERY, KEEP_LIMIT = 20.0, 10.0
SLOW_SECONDS = 0.5
STALE_SECONDS = 15.0
"""Evaluation through the tables counts as working when a pass ended within so long."""
STOP_SECONDS = 3.0
STATEMENT_MS = 8_000
LIMITS = {
    "options": f"-c statement_timeout={STATEMENT_MS} -c lock_timeout=4000",
    "application_name": "lastmile watch",
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


class Watch:
    """One watch. ``folder`` holds the sealed file and the host's lock."""

    def __init__(self, folder: Path) -> None:
        self.stopping = threading.Event()
        self.postgres, self.redis = Pulse(), Pulse()
        self.episodes = Episodes(starter_own_rules())
        self.lock = threading.Lock()
        self.known: frozenset[str] = frozenset()
        self.voice = Voice(Keepsake(folder, settings.CREDENTIAL_KEYS), HostLock(folder))
        self.judging = Step("judge", self._judge, every=JUDGE_EVERY, limit=JUDGE_LIMIT)
        self.speaking = Step("speak", self.voice.speak, every=1.0, limit=SEND_LIMIT)
        self.steps = (
            self.judging,
            self.speaking,
            Step("send", send_due, every=SEND_EVERY, limit=SEND_LIMIT),
            Step("gauges", self._sample, every=GAUGE_EVERY, limit=GAUGE_LIMIT),
            Step("keep", self._keep, every=KEEP_EVERY, limit=KEEP_LIMIT),
        )

    def run(self) -> None:
        """Watch until told to stop."""
        self._limit_connections()
        name_process("watch", has_loop=True)
        with self.lock:
            kept = self.voice.remember_from_file()
            self.episodes.take_up(
                kept.rules or self.episodes.rules, kept.episodes, clock.real_now()
            )
        for step in self.steps:
            step.start()
        try:
            last = time.monotonic()
            while not self.stopping.is_set():
                began = time.monotonic()
                try:
                    self._look(began - last)
                except Exception:
                    log.exception("watch.look_failed")
                last = began
                self.stopping.wait(max(0.1, LOOK_SECONDS - (time.monotonic() - began)))
        finally:
            self.stop()

    def stop(self) -> None:
        """End the loop and its steps."""
        self.stopping.set()
        for step in self.steps:
            step.end()
        until = time.monotonic() + STOP_SECONDS
        for step in self.steps:
            step.join(max(0.0, until - time.monotonic()))
        self.voice.close()

    def tables_work(self) -> bool:
        """Whether rules are judged through PostgreSQL, which then also says what is wrong."""
        idle = self.judging.idle_for()
        return self.postgres.answers and idle is not None and idle < STALE_SECONDS

    def _postgres_is_well(self) -> bool:
        """Whether judging has no excuse: a watch that cannot judge then counts as dead."""
        return self.postgres.answers and (self.postgres.typical or 0.0) < SLOW_SECONDS

    def _look(self, step: float) -> None:
        """Ask the servers, judge, speak up, and cut off what hangs."""
        self.postgres.note(ask_postgres(_address(), limit=POSTGRES_LIMIT))
        self.redis.note(ask_redis(settings.REDIS_URL, limit=REDIS_LIMIT))
        with self.lock:
            sayings = self.episodes.look(
                self._measured(),
                at=clock.real_now(),
                step=step,
                tables_work=self.tables_work(),
                known=self.known,
            )
            self.voice.keep(self.episodes)
        if self.voice.take(sayings):
            self.speaking.hurry()
        for each in self.steps:
            each.cut()
        if self.tables_work() or not self._postgres_is_well():
            touch_heart()

    def _measured(self) -> dict[str, float | None]:
        return {
            POSTGRES_SILENCE: self.postgres.silence,
            POSTGRES_ANSWER: self.postgres.typical,
            REDIS_SILENCE: self.redis.silence,
        }

    def _judge(self) -> None:
        """One pass over all rules; first of all the tables are told what they missed."""
        self.voice.settle(self.episodes, self.lock)
        evaluate_rules(probes=self._measured())
        own = Alarm.objects.filter(rule__series__in=OWN_SERIES, until__isnull=True)
        self.known = frozenset(own.values_list("rule__slug", flat=True))

    def _sample(self) -> None:
        with one_look(), probing(self._measured()):
            record_gauges(sample_gauges())

    def _keep(self) -> None:
        """Refresh what must be known without PostgreSQL."""
        rules = read_own_rules()
        self.voice.remember_channels()
        with self.lock:
            self.episodes.rules = rules
            self.voice.keep(self.episodes)

    @staticmethod
    def _limit_connections() -> None:
        """Give every connection of this process time limits, before the first is made."""
        options: dict[str, Any] = connections["default"].settings_dict["OPTIONS"]
        given = str(options.get("options", ""))
        options.update(LIMITS, options=f"{given} {LIMITS['options']}".strip())
        with contextlib.suppress(KeyError):
            del options["pool"]


def _address() -> dict[str, Any]:
    """Return where PostgreSQL is, as libpq takes it."""
    given = connections["default"].settings_dict
    named = {
        "host": given["HOST"], "port": given["PORT"], "user": given["USER"],
        "password": given["PASSWORD"], "dbname": given["NAME"],
    }  # fmt: skip
    return {name: value for name, value in named.items() if value} | {
        "application_name": "lastmile watch probe"
    }
