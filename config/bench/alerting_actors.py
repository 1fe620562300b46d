"""Looks, previews and a storm of alarms, in a process of their own on the bench's databases.

``python -m config.bench.alerting_actors looks|previews|storm`` prints one JSON value on the last
line.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import django

STORM = 1_000
GAUGE_DAYS = 8
ROUNDS, WARM_UP, PREVIEW_ROUNDS = 15, 2, 1
STORM_SECONDS = 45.0
ALIVE = {"postgres.silence": 0.0, "postgres.answer": 0.01, "redis.silence": 0.0}
CALLBACK = "callback.answered"
FIGURES = """
INSERT INTO core_gaugesample (name, grain, start, label, value)
SELECT g.name, 'minute', t, g.label, g.value FROM unnest(%s::text[], %s::text[], %s::float8[])
    AS g(name, label, value),
    generate_series(%s::timestamptz, %s::timestamptz, interval '1 minute') t
ON CONFLICT DO NOTHING
"""
NEWEST = {
    CALLBACK: "SELECT max(start) FROM core_metricbucket WHERE grain = 'minute' AND name = %s",
    "process.silence": "SELECT max(start) FROM core_gaugesample WHERE grain = 'minute'"
    " AND name = %s",
}
EMPTIED = "TRUNCATE notifications_notice, notifications_delivery, notifications_robot," \
    " notifications_mailtarget CASCADE"  # fmt: skip


def looks() -> dict[str, Any]:
    """Return how long each look took (milliseconds), and at how much."""
    from apps.core.models import MetricBucket
    from apps.monitoring.models import AlertRule, Objective
    from apps.monitoring.services import evaluate_rules

    with _live():
        _plant()
        found = [evaluate_rules(probes=ALIVE) for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
    if any(one.skipped for one in found):
        raise RuntimeError("another process looks at the bench's rules")
    return {
        "took": [one.took_ms for one in found],
        "failed": max(len(one.failed) for one in found),
        "rules": AlertRule.objects.filter(enabled=True).count(),
        "objectives": Objective.objects.count(),
        "rows": MetricBucket.objects.count(),
    }


def previews() -> dict[str, Any]:
    """Return how many seconds a preview of each rule took, by the rule's name."""
    from apps.core import clock
    from apps.core.models import MetricBucket
    from apps.monitoring.preview import preview_rule

    took: dict[str, list[float]] = {}
    with _live():
        _plant()
        for name, rule in _rules():
            for _ in range(PREVIEW_ROUNDS):
                began = time.perf_counter()
                preview_rule(rule, at=clock.real_now())
                took.setdefault(name, []).append(time.perf_counter() - began)
    return {"took": took, "rows": MetricBucket.objects.filter(grain="minute").count()}


def _rules() -> Iterator[tuple[str, Any]]:
    """Yield the starter rules, and one for every kind of series with its dimensions."""
    from apps.monitoring.models import AlertRule

    usual = {"kind": "threshold", "limit": 0.05, "least": 10, "for_seconds": 15, "calm_seconds": 30}
    for rule in AlertRule.objects.select_related("objective"):
        yield rule.slug, rule
    for series in ("platform.errors", "platform.p95"):
        for by in ("product", "carrier", "merchant"):
            yield f"{series} by {by}", AlertRule(series=series, group_by=by, **usual)
    yield (
        "api.count by merchant, absent",
        AlertRule(
            series="api.count", group_by="merchant", **(usual | {"kind": "absence", "limit": 60.0})
        ),
    )
    yield (
        "api.p95 against the day before",
        AlertRule(
            series="api.p95", against="last_day", factor=2.0, **(usual | {"kind": "relative"})
        ),
    )


@contextmanager
def _live() -> Iterator[None]:
    """Look at live calls, as where the platform's live account is set up."""
    from django.conf import settings
    from django.test import override_settings

    account = {"key": "x", "customer": "x", "secret": "x"}
    with override_settings(BAIDIYUN={**settings.BAIDIYUN, "live": account}):
        yield


def _plant() -> None:
    """Add callbacks and sampled figures up to now to what the home page reads."""
    from django.db import connection

    from apps.core import clock
    from apps.monitoring.series import sample_gauges
    from config.bench.home_tables import FILL, HOURS, MINUTES

    now = clock.real_now().replace(second=0, microsecond=0)
    begin = {name: _newest(name) or now - MINUTES for name in NEWEST}
    with connection.cursor() as cursor:
        for grain, since in (("minute", begin[CALLBACK]), ("hour", now - HOURS)):
            cursor.execute(
                FILL,
                {
                    "grain": grain, "names": [CALLBACK], "labels": ["tracking|stored"],
                    "middles": [24], "wide": [4], "rare": [1], "since": since, "until": now,
                    "step": f"1 {grain}",
                },
            )  # fmt: skip
        figures = [(*key, value) for key, value in sample_gauges(ALIVE).items()]
        names, labels, values = (list(each) for each in zip(*figures, strict=True))
        cursor.execute(FIGURES, [names, labels, values, begin["process.silence"], now])
        cursor.execute("ANALYZE core_gaugesample")


def _newest(name: str) -> dt.datetime | None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(NEWEST[name], [name])
        found: dt.datetime | None = cursor.fetchone()[0]
    return found


class _WeCom(ThreadingHTTPServer):
    """Takes every message and keeps when it came and what it said."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, str]] = []
        super().__init__(("127.0.0.1", 0), _Answer)


class _Answer(BaseHTTPRequestHandler):
    server: _WeCom

    def do_POST(self) -> None:
        """Take a message as WeCom does."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append((time.monotonic(), json.dumps(body, ensure_ascii=False)))
        answer = b'{"errcode": 0, "errmsg": "ok"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def storm() -> dict[str, Any]:
    """Return what 1,000 red notices that are queued at once come to at the robot."""
    from django.conf import settings
    from django.db import connection
    from django.test import override_settings

    from apps.notifications.models import Delivery
    from apps.notifications.models.delivery import WAITING
    from apps.notifications.services import send_due

    server = _WeCom()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sandbox = settings.BAIDIYUN["sandbox"] | {"base_url": f"http://127.0.0.1:{server.server_port}"}
    with override_settings(BAIDIYUN={**settings.BAIDIYUN, "sandbox": sandbox}):
        with connection.cursor() as cursor:
            cursor.execute(EMPTIED)
        _queue_storm()
        began, left = time.monotonic(), STORM
        while left and time.monotonic() - began < STORM_SECONDS:
            left = send_due().waiting
            time.sleep(0.5)
    seconds = time.monotonic() - began
    server.shutdown()
    moments = [at for at, _ in server.taken]
    digested = Delivery.objects.exclude(digest="")
    return {
        "in_a_minute": max(sum(one <= other < one + 60.0 for other in moments) for one in moments),
        "messages": len(moments), "seconds": seconds,
        "digests": sum("storm" not in words.split("\\n")[0][:200] for _, words in server.taken),
        "digested": digested.count(), "waiting": Delivery.objects.filter(state=WAITING).count(),
    }  # fmt: skip


def _queue_storm() -> None:
    from django.db import transaction

    from apps.notifications.channels import seal_key
    from apps.notifications.choices import Audience, ChannelMode, NoticeSeverity
    from apps.notifications.models import Robot
    from apps.notifications.services import queue_notice

    sealed, tail = seal_key("693a91f6-7aec-4bc4-97a0-0ec2d1fa5aaa")
    Robot.objects.create(
        name="bench", audiences=Audience.values(), mode=ChannelMode.SANDBOX.value,
        key_sealed=sealed, key_tail=tail,
    )  # fmt: skip
    with transaction.atomic():
        for number in range(STORM):
            queue_notice(
                kind="alarm.opened", audience=Audience.ON_CALL, severity=NoticeSeverity.RED,
                dedupe_key=f"storm:{number}", title=f"storm {number}", title_en=f"storm {number}",
            )  # fmt: skip


if __name__ == "__main__":
    django.setup()
    told = {"looks": looks, "previews": previews, "storm": storm}[sys.argv[1]]()
    sys.stdout.write("\n" + json.dumps(told) + "\n")
