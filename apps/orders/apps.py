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
        """Own the callbacks about bookings and parcels; ask the platform for prices and labels."""
        from apps.baidiyun import topics
        from apps.baidiyun.choices import Topic
        from apps.orders.platform_sources import ask_label, ask_price
        from apps.orders.services import apply_booking_updates, apply_notices
        from apps.orders.sources import register_label_source, register_price_source

        topics.register(Topic.BOOKING, apply_booking_updates)
        for topic in (Topic.WAYBILL, Topic.INTERCEPT, Topic.SAMECITY):
            topics.register(topic, apply_notices)
        register_price_source(ask_price)
        register_label_source(ask_label)
