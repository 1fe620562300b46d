"""Endpoints' secrets under a new sealing key."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from apps.core import vault
from apps.core.actions import Actor, record_action
from apps.webhooks.models import Endpoint
from apps.webhooks.services.endpoints import PURPOSE


def reseal_endpoints(*, actor: Actor) -> int:
    """Seal every endpoint's secret anew under the first of CREDENTIAL_KEYS; returns how many.

    The secrets stay the same: receivers need not be told. Raises VaultClosed, changing nothing,
    if one was sealed under a key that is gone.
    """
    keys = settings.CREDENTIAL_KEYS
    with transaction.atomic():
        endpoints = list(Endpoint.objects.select_for_update().order_by("pk"))
        for endpoint in endpoints:
            secret = vault.unseal(endpoint.secret_sealed, keys, purpose=PURPOSE)
            endpoint.secret_sealed = vault.seal(secret, keys, purpose=PURPOSE)
        Endpoint.objects.bulk_update(endpoints, ["secret_sealed"], batch_size=500)
        record_action(
            action="webhooks.endpoint.keys_rotated",
            actor=actor,
            subject=("webhooks.endpoint", "all"),
            after={"rows": len(endpoints)},
        )
    return len(endpoints)
