"""Core: clock, cleaning, geography, outbound HTTP, action log, paging."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every other app stands on."""

    name = "apps.core"
    label = "core"
    verbose_name = _("Core")
