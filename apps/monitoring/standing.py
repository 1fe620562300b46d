"""What `/metrics` says of who lives and how figures stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from apps.core import clock
from apps.core.heartbeat import heartbeats
from apps.core.metrics.spans import MINUTE
from apps.core.models import GaugeSample

FRESH = dt.timedelta(minutes=5)
"""An older sample of a gauge is no news."""


def hearts() -> Iterator[Metric]:
    """How long each kind of process was silent, and how many of it live."""
    now = clock.real_now()
    silent = _family("process_silent_seconds", "Since a process of this kind was seen")
    alive = _family("process_alive", "Living processes of a kind")
    expected = _family("process_expected", "Whether this kind must run")
    for heart in heartbeats(at=now):
        if heart.seen_at is not None:
            silent.add_metric([heart.process], (now - heart.seen_at).total_seconds())
        alive.add_metric([heart.process], heart.alive)
        expected.add_metric([heart.process], float(heart.is_expected))
    yield from (silent, alive, expected)


def gauges() -> Iterator[Metric]:
    """The newest sample of every figure that the watch takes down each minute."""
    family = GaugeMetricFamily(
        "lastmile_gauge", "Figures sampled by the minute", labels=["name", "of"]
    )
    rows = (
        GaugeSample.objects.filter(grain=MINUTE, start__gte=clock.real_now() - FRESH)
        .order_by("name", "label", "-start")
        .distinct("name", "label")
    )
    for row in rows:
        family.add_metric([row.name, row.label], row.value)
    yield family


def _family(name: str, says: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"lastmile_{name}", says, labels=["process"])
