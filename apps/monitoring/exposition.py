"""What `/metrics` says, in Prometheus' text format; every app may add its own figures.

An app registers a source in its ``ready()``: a function without arguments that returns metric
families. Figures are read from Postgres when they are asked for, so it does not matter which of
the web processes answers. A source must not cost more than an index look-up and its labels come
from a closed list (states, reasons, jobs, carriers), never from what somebody sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import structlog
from django.db import Error, connection, transaction
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

log = structlog.get_logger(__name__)

Source = Callable[[], Iterable[Metric]]
TIMEOUT = "3s"
MOST_SERIES = 500
_sources: dict[str, Source] = {}
_most: dict[str, int] = {}


def register(name: str, source: Source, *, most_series: int = MOST_SERIES) -> None:
    """Add a source of figures under a name of its own; the same name replaces it."""
    _sources[name] = source
    _most[name] = most_series


def exposition() -> bytes:
    """Return every source's figures as text; one that fails is named in ``scrape_failed``."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Everything())
    return generate_latest(registry)


class _Everything(Collector):
    def collect(self) -> Iterator[Metric]:
        failed = GaugeMetricFamily(
            "lastmile_scrape_failed", "Whether a source of figures failed", labels=["source"]
        )
        for name, source in sorted(_sources.items()):
            found = _ask(name, source)
            failed.add_metric([name], float(found is None))
            yield from found or ()
        yield failed


def _ask(name: str, source: Source) -> list[Metric] | None:
    """Return a source's figures, None if the database failed it or it has too many series."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [TIMEOUT])
            found = list(source())
    except Error as error:
        log.warning("metrics source failed", source=name, reason=type(error).__name__)
        return None
    if sum(len(metric.samples) for metric in found) > _most.get(name, MOST_SERIES):
        log.warning("metrics source has too many series", source=name)
        return None
    return found
