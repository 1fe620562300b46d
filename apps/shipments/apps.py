"""The app of shipments."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShipmentsConfig(AppConfig):
    """Shipments, legs, events, status."""

    name = "apps.shipments"
    label = "shipments"
    verbose_name = _("Shipments")
