"""Customs: what crosses a border, as its authorities want to know it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomsConfig(AppConfig):
    """Products, consignments, declarations."""

    name = "apps.customs"
    label = "customs"
    verbose_name = _("Customs")

    def ready(self) -> None:
        """Have every check of a parcel ask the lists of denied parties."""
        from apps.customs.compliance_sources import register_source
        from apps.customs.screening_source import DeniedParties

        register_source(DeniedParties())
