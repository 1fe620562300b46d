"""Monitoring: the state of the whole portal, health, the home page's numbers."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

MANY = 1_500
"""Series of a histogram by two closed lists: interfaces and modes, or endpoints."""


class MonitoringConfig(AppConfig):
    """Sees every app, changes none."""

    name = "apps.monitoring"
    label = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self) -> None:
        """Register what `/metrics` always shows, and what acknowledging an alarm means."""
        from apps.monitoring import (
            acknowledgement,
            exposition,
            measures,
            promised,
            standing,
            timings,
        )

        acknowledgement.listen()
        exposition.register("way_in", measures.way_in)
        exposition.register("running", measures.running)
        exposition.register("cases", measures.cases)
        exposition.register("delays", measures.delays)
        exposition.register("way_out", measures.way_out)
        exposition.register("processes", measures.processes)
        exposition.register("calls", timings.calls, most_series=MANY)
        exposition.register("requests", timings.requests, most_series=MANY)
        exposition.register("pages", timings.pages)
        exposition.register("door", timings.door)
        exposition.register("tasks", timings.tasks)
        exposition.register("hearts", standing.hearts)
        exposition.register("gauges", standing.gauges)
        exposition.register("objectives", promised.objectives)
