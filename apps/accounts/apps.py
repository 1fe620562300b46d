"""Accounts: merchants, staff roles, API keys, the scoped bases of admin and API."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who may see and do what."""

    name = "apps.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        post_migrate.connect(_sync_roles, dispatch_uid="accounts.sync_roles")


def _sync_roles(sender: AppConfig, **kwargs: Any) -> None:
    from apps.accounts.services import sync_roles

    sync_roles(app_label=sender.label)
