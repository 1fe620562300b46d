"""Seal the stored accounts, robots' keys and endpoints' secrets under the newest key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.services import reseal_carrier_accounts, rotate_credential_keys
from apps.core.actions import Actor
from apps.core.vault import VaultClosed
from apps.notifications.services import reseal_robots
from apps.webhooks.services import reseal_endpoints


class Command(BaseCommand):
    """Put a new key in front of CREDENTIAL_KEYS, run this, then take the old one away."""

    help = "Seal stored accounts, robots and webhook endpoints under the first of CREDENTIAL_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate all or nothing, and say how many rows were sealed."""
        actor = Actor.system("rotate_credential_keys")
        try:
            with transaction.atomic():
                rows = rotate_credential_keys(actor=actor)
                carriers = reseal_carrier_accounts(actor=actor)
                robots = reseal_robots(actor=actor)
                endpoints = reseal_endpoints(actor=actor)
        except (NotConfigured, VaultClosed) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{rows} credentials, {carriers} carrier accounts, {robots} robots and {endpoints}"
            " endpoints sealed under the first key"
        )
