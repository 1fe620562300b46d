"""Pages of the roof: what shows two apps that do not know each other."""

from __future__ import annotations

from django.apps import apps

if apps.is_installed("apps.sandbox"):
    from config.admin import desk as desk
