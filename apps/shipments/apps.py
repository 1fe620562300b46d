"""The app of shipments; registers the applier of tracking snapshots."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShipmentsConfig(AppConfig):
    """Shipments, legs, events, status."""

    name = "apps.shipments"
    label = "shipments"
    verbose_name = _("Shipments")

    def ready(self) -> None:
        """Own the topic ``tracking`` of the inbox."""
        from apps.baidiyun import topics
        from apps.shipments.services import apply_snapshots

        topics.register("tracking", apply_snapshots)
