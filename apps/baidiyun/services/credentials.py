"""Keeping our accounts at the platform: storing, retiring, sealing anew. Nothing is shown again."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from apps.accounts.models import Merchant, User
from apps.baidiyun.choices import Mode
from apps.baidiyun.credential_rows import Credential
from apps.baidiyun.credentials import fingerprint_of
from apps.baidiyun.errors import InvalidRequest
from apps.baidiyun.vault import reseal, seal
from apps.core import clock
from apps.core.actions import Actor, record_action

LONGEST = 200


def store_credential(
    *,
    mode: str,
    key: str,
    customer: str,
    secret: str,
    actor: Actor,
    merchant: Merchant | None = None,
    created_by: User | None = None,
    note: str = "",
) -> Credential:
    """Store an account and retire the one it replaces (same merchant or shared, same mode).

    Raises InvalidRequest naming the field (a test merchant has no live account), NotConfigured
    without CREDENTIAL_KEYS.
    """
    values = {"key": key.strip(), "customer": customer.strip(), "secret": secret.strip()}
    for name, value in values.items():
        if not value or len(value) > LONGEST or not value.isprintable():
            raise InvalidRequest(f"the {name} is missing or impossible", field=name)
    if merchant is not None and merchant.is_test and mode == Mode.LIVE.value:
        raise InvalidRequest("a test merchant has no live account", field="mode")
    keys = settings.CREDENTIAL_KEYS
    sealed = {f"{name}_sealed": seal(value, keys) for name, value in values.items()}
    with transaction.atomic():
        before = _retire(mode, merchant)
        row = Credential.objects.create(
            merchant=merchant,
            mode=Mode(mode).value,
            fingerprint=fingerprint_of(values["key"]),
            created_by=created_by,
            **sealed,
        )
        _log("baidiyun.credential.stored", row, actor, before=before, note=note)
    return row


def retire_credential(*, credential_id: int, actor: Actor, note: str = "") -> Credential:
    """Stop using an account; what it was stays sealed in its row. Retiring twice is harmless."""
    with transaction.atomic():
        row = Credential.objects.select_for_update().get(pk=credential_id)
        if row.active:
            row.active = False
            row.save(update_fields=["active"])
            _log("baidiyun.credential.retired", row, actor, before=row.fingerprint, note=note)
    return row


def rotate_credential_keys(*, actor: Actor) -> int:
    """Seal every row anew under the first of CREDENTIAL_KEYS; returns how many rows.

    Afterwards the older keys can be taken away. Raises NotConfigured, changing nothing, if one
    row was sealed under a key that is gone.
    """
    keys = settings.CREDENTIAL_KEYS
    with transaction.atomic():
        rows = list(Credential.objects.select_for_update().order_by("pk"))
        for row in rows:
            row.key_sealed = reseal(row.key_sealed, keys)
            row.customer_sealed = reseal(row.customer_sealed, keys)
            row.secret_sealed = reseal(row.secret_sealed, keys)
            row.rotated_at = clock.real_now()
            row.save(update_fields=["key_sealed", "customer_sealed", "secret_sealed", "rotated_at"])
        record_action(
            action="baidiyun.credential.keys_rotated",
            actor=actor,
            subject=("baidiyun.credential", "all"),
            after={"rows": len(rows)},
        )
    return len(rows)


def _retire(mode: str, merchant: Merchant | None) -> str:
    """Retire the active account of this place; returns its fingerprint or ""."""
    rows = Credential.objects.select_for_update().filter(mode=mode, active=True)
    row = rows.filter(merchant=merchant) if merchant else rows.filter(merchant__isnull=True)
    found = row.first()
    if found is None:
        return ""
    found.active = False
    found.save(update_fields=["active"])
    return found.fingerprint


def _log(action: str, row: Credential, actor: Actor, *, before: str, note: str) -> None:
    record_action(
        action=action,
        actor=actor,
        subject=row,
        merchant_id=row.merchant_id,
        before={"fingerprint": before} if before else {},
        after={"fingerprint": row.fingerprint, "mode": row.mode, "active": row.active},
        note=note[:300],
    )
