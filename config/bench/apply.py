"""Rows about applying what came in: rates, and how soon it is visible."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from statistics import median
from typing import cast

from django.conf import settings

from config.bench.database import ready
from config.bench.rows import Figure, Row

DATABASE = "lastmile_apply"
NO_REDIS = "redis://127.0.0.1:1/0"
Rounds = list[dict[str, float]]


@cache
def rounds_of(what: str, *, redis: bool = True) -> Rounds:
    """Return the rounds of one measurement, made in a process of its own.

    Raises RuntimeError if it fails.
    """
    env = {**os.environ, "DATABASE_URL": ready(DATABASE), "LOG_LEVEL": "ERROR"}
    env["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
    env["REDIS_URL"] = settings.REDIS_URL if redis else NO_REDIS
    command = [sys.executable, "-m", "config.bench.applying", what]
    done = subprocess.run(
        command, env=env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, check=False, text=True
    )
    if done.returncode:
        raise RuntimeError(f"measuring {what} failed")
    return cast("Rounds", json.loads(done.stdout.splitlines()[-1]))


def apply_fresh() -> Figure:
    """Events applied per second, one drainer, ratio to a raw COPY of the same rows."""
    rounds = rounds_of("rates")
    ratios = [each["fresh"] / each["copy"] for each in rounds]
    return Figure(median(ratios), min(ratios), _against(rounds, "fresh", "copy", "events/s"))


def apply_duplicates() -> Figure:
    """The same callbacks again with other bytes, ratio to fresh."""
    rounds = rounds_of("rates")
    ratios = [each["again"] / each["fresh"] for each in rounds]
    return Figure(median(ratios), min(ratios), _against(rounds, "again", "fresh", "events/s"))


def apply_vs_task() -> Figure:
    """Callbacks applied per second in batches, ratio to one Celery task each."""
    rounds = rounds_of("tasks")
    ratios = [each["batched"] / each["tasks"] for each in rounds]
    return Figure(median(ratios), min(ratios), _against(rounds, "batched", "tasks", "callbacks/s"))


def visible_p50() -> Figure:
    """Milliseconds from received to visible at 300 callbacks a second, median."""
    return _delays("p50", redis=True)


def visible_p99() -> Figure:
    """The same, the slowest hundredth."""
    return _delays("p99", redis=True)


def redis_gone_p99() -> Figure:
    """The same without Redis."""
    return _delays("p99", redis=False)


def _delays(share: str, *, redis: bool) -> Figure:
    rounds = rounds_of("visible", redis=redis)
    values = [each[share] for each in rounds]
    return Figure(median(values), max(values), f"{len(rounds)} rounds of 3,000, none lost")


def _against(rounds: Rounds, one: str, other: str, unit: str) -> str:
    left, right = (median(each[name] for each in rounds) for name in (one, other))
    return f"{left:.0f} against {right:.0f} {unit}, {len(rounds)} alternating rounds"


ROWS = (
    Row(
        "apply_fresh",
        "fresh events applied per second, with state, change and outbox rows ÷ raw COPY",
        "×", 0.60, apply_fresh, at_least=True,
    ),
    Row(
        "apply_duplicates",
        "events of repeated snapshots skipped per second ÷ fresh ones applied",
        "×", 3.0, apply_duplicates, at_least=True,
    ),
    Row(
        "apply_vs_task",
        "callbacks applied per second in batches ÷ one Celery task each (prefork 2)",
        "×", 10.0, apply_vs_task, at_least=True,
    ),
    Row("visible_p50_ms", "received → visible at 300 callbacks a second", "ms", 150.0, visible_p50),
    Row("visible_p99_ms", "the same, p99", "ms", 1_000.0, visible_p99),
    Row(
        "redis_gone_applied_p99",
        "received → visible at 300 callbacks a second without Redis, p99",
        "ms", 2_000.0, redis_gone_p99,
    ),
)  # fmt: skip
