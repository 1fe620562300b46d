"""The simulated carrier cloud; installed for demos, drills and tests only."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SandboxConfig(AppConfig):
    """Stands apart: imports core only, and nothing in the portal imports it."""

    name = "apps.sandbox"
    label = "sandbox"
    verbose_name = _("Sandbox")
    default_auto_field = "django.db.models.BigAutoField"
