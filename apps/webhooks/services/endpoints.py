"""Endpoints: adding one, switching it on and off."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Merchant
from apps.core import vault
from apps.core.actions import Actor, record_action
from apps.webhooks.choices import EndpointMode
from apps.webhooks.errors import EndpointRefused
from apps.webhooks.models import Endpoint
from apps.webhooks.signing import new_secret

PURPOSE = b"lastmile webhooks"
LONGEST_URL = 500
PORTS = frozenset({None, 80, 443, 8443})


def add_endpoint(
    *,
    merchant: Merchant,
    mode: EndpointMode,
    url: str,
    actor: Actor,
    kinds: Sequence[str] = (),
) -> tuple[Endpoint, str]:
    """Add an endpoint and return it with its secret, which is shown this once.

    Raises EndpointRefused for an address that is none, or private outside the sandbox. Whether a
    name leads somewhere private is looked at again with every call.
    """
    check_url(url=url, mode=mode.value)
    secret = new_secret()
    with transaction.atomic():
        endpoint = Endpoint.objects.create(
            merchant=merchant,
            mode=mode.value,
            url=url,
            kinds=sorted(set(kinds)),
            secret_sealed=vault.seal(secret, settings.CREDENTIAL_KEYS, purpose=PURPOSE),
        )
        record_action(
            action="webhooks.endpoint.added",
            actor=actor,
            subject=endpoint,
            merchant_id=merchant.pk,
            after={"url": url, "mode": mode.value, "kinds": endpoint.kinds},
        )
    return endpoint, secret


def switch_endpoint(*, endpoint_id: int, active: bool, actor: Actor, why: str = "") -> Endpoint:
    """Switch an endpoint on or off; what waits for it while it is off waits."""
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update().get(pk=endpoint_id)
        if endpoint.is_active != active:
            before = {"is_active": endpoint.is_active}
            endpoint.is_active = active
            endpoint.why_off = "" if active else why[:200]
            endpoint.save(update_fields=["is_active", "why_off"])
            record_action(
                action="webhooks.endpoint.switched",
                actor=actor,
                subject=endpoint,
                merchant_id=endpoint.merchant_id,
                before=before,
                after={"is_active": active},
                note=why[:200],
            )
    return endpoint


def may_be_private(mode: str) -> bool:
    """Whether an endpoint of this mode may live at a private address: on one's own desk only."""
    return mode == EndpointMode.SANDBOX.value and settings.WEBHOOKS_PRIVATE_SANDBOX


def check_url(*, url: str, mode: str) -> None:
    """Raise EndpointRefused unless the address is https (or private where that is allowed)."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise EndpointRefused(_("This is not an address.")) from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not plain or not parts.hostname or parts.username or parts.password:
        raise EndpointRefused(_("This is not an address."))
    if may_be_private(mode) and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https" or port not in PORTS:
        raise EndpointRefused(_("An endpoint is an https address on a usual port."))
