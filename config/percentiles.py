"""Runs of which both the raw values and the histograms are known."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections

from apps.baidiyun.choices import Source
from apps.baidiyun.models import ApiCall, InboxRow
from apps.core import clock
from apps.core.metrics import Histogram, observe_one
from apps.core.metrics.names import Metric, label_of
from apps.core.metrics.reading import measure
from apps.core.metrics.recorder import recorder
from apps.core.models import MetricBucket

PROCESSES = 4
RUN_SECONDS = 5.0
"""Long enough for two writings of every process."""
MOST_RAW = 200_000
MILLISECOND = 0.001
SHAPES = {"swift": (-5.5, 0.5), "usual": (-2.5, 0.9), "slow": (1.0, 1.4)}
"""Logarithmic normal distributions of seconds: of a cached page, of a call, of a queue."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Raw seconds and the histogram of the same; how coarsely the raw ones were kept."""

    name: str
    raw: list[float]
    histogram: Histogram
    rounded_to: float = 0.0


def recorded_run(values: int) -> list[Recorded]:
    """Let four processes measure ``values`` durations of three kinds, and read them back."""
    began, run = clock.real_now(), f"check-{time.time_ns()}"
    connections.close_all()
    context = multiprocessing.get_context("fork")
    told: Any = context.Queue()
    share = values // PROCESSES
    made = [
        context.Process(target=_observe, args=(run, seed, share, told)) for seed in range(PROCESSES)
    ]
    for process in made:
        process.start()
    raw: dict[str, list[float]] = defaultdict(list)
    for _process in made:
        for kind, seconds in told.get(timeout=60):
            raw[kind].append(seconds)
    for process in made:
        process.join(30)
    found = measure(name=Metric.TASK_RUN, since=began, by="task")
    MetricBucket.objects.filter(name=Metric.TASK_RUN, label__startswith=run).delete()
    return [
        Recorded(f"a run, {kind}", raw[kind], found.get(f"{run}-{kind}", Histogram()))
        for kind in SHAPES
    ]


def stored_runs(since: dt.datetime) -> Iterator[Recorded]:
    """Return what the database knows both ways since a moment: calls and applied callbacks."""
    calls = ApiCall.objects.filter(at__gte=since).order_by("-id")
    by_product: dict[str, list[float]] = defaultdict(list)
    for product, millis in calls.values_list("product", "duration_ms")[:MOST_RAW]:
        by_product[product].append(millis / 1000)
    counted = measure(name=Metric.CALL_ANSWERED, since=since, by="product")
    for product, raw in sorted(by_product.items()):
        histogram = counted.get(product, Histogram())
        yield Recorded(f"call.answered {product}", raw, histogram, MILLISECOND)
    waited = InboxRow.objects.filter(source=Source.PUSH.value, applied_at__gte=since)
    pairs = waited.order_by("-id").values_list("received_at", "applied_at")[:MOST_RAW]
    seconds = [(applied - received).total_seconds() for received, applied in pairs if applied]
    whole = measure(name=Metric.CALLBACK_APPLIED, since=since).get("", Histogram())
    yield Recorded("callback.applied", seconds, whole)


def _observe(run: str, seed: int, values: int, told: Any) -> None:
    """Measure durations drawn from the shapes in a process of its own; tell them raw."""
    rng = random.Random(seed)  # noqa: S311
    made = []
    for number in range(values):
        kind = rng.choice(list(SHAPES))
        seconds = rng.lognormvariate(*SHAPES[kind])
        observe_one(Metric.TASK_RUN, label_of(f"{run}-{kind}", "done"), seconds)
        made.append((kind, seconds))
        if number % 100 == 0:
            time.sleep(RUN_SECONDS * 100 / values)
    recorder.end()
    told.put(made)
