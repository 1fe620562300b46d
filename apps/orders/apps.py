"""Orders: orders, parcels, booking, the worklist."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """From what the customer bought to what the carrier took."""

    name = "apps.orders"
    label = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        """Own the callbacks of the topic booking."""
        from apps.baidiyun import topics
        from apps.baidiyun.choices import Topic
        from apps.orders.services import apply_booking_updates

        topics.register(Topic.BOOKING, apply_booking_updates)
