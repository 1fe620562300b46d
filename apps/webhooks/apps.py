"""Webhooks: what merchants' systems are told, kept until they have it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    """The outbox and its deliveries."""

    name = "apps.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")
