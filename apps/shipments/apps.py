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
        """Own the topics of the inbox that are about parcels on their way."""
        from apps.baidiyun import topics
        from apps.shipments.services import apply_pickup_codes, apply_webhooks
        from apps.shipments.services.applying import apply_unread

        topics.register("tracking", apply_unread, examines=True)
        topics.register("pickup_code", apply_pickup_codes)
        topics.register("kd100", apply_webhooks)
