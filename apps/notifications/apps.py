"""Notifications: what the operator's staff are told, kept until a channel has it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """The outbox of notices."""

    name = "apps.notifications"
    label = "notifications"
    verbose_name = _("Notifications")
