"""Orders: orders, parcels, booking, the worklist."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """From what the customer bought to what the carrier took."""

    name = "apps.orders"
    label = "orders"
    verbose_name = _("Orders")
