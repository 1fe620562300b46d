"""Seal the stored accounts under the newest key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.services import rotate_credential_keys
from apps.core.actions import Actor


class Command(BaseCommand):
    """Put a new key in front of CREDENTIAL_KEYS, run this, then take the old one away."""

    help = "Seal all stored platform accounts anew under the first of CREDENTIAL_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate and say how many rows were sealed."""
        try:
            rows = rotate_credential_keys(actor=Actor.system("rotate_credential_keys"))
        except NotConfigured as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{rows} credentials sealed under the first key")
