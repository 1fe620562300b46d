"""Monitoring: the state of the whole portal, health, the home page's numbers."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    """Sees every app, changes none."""

    name = "apps.monitoring"
    label = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self) -> None:
        """Register what `/metrics` always shows."""
        from apps.monitoring import exposition, measures

        exposition.register("way_in", measures.way_in)
        exposition.register("running", measures.running)
        exposition.register("cases", measures.cases)
        exposition.register("delays", measures.delays)
        exposition.register("way_out", measures.way_out)
        exposition.register("processes", measures.processes)
