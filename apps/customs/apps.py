"""Customs: what crosses a border, as its authorities want to know it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomsConfig(AppConfig):
    """Products, consignments, declarations."""

    name = "apps.customs"
    label = "customs"
    verbose_name = _("Customs")
