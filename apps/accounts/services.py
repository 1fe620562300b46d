"""What changes merchants' access: keys, roles, idempotency records."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from apps.accounts.choices import KeyMode, Role, Scope
from apps.accounts.models import ApiKey, IdempotencyRecord, Merchant, User
from apps.accounts.roles import is_allowed
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.core.ids import new_token

DEFAULT_LIFE = dt.timedelta(days=365)
KEEP_IDEMPOTENCY = dt.timedelta(days=2)


class LiveKeyRefused(PortalError):
    """A test merchant never gets a key that reaches the live platform."""

    code = "live_key_refused"
    permanent = True


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a key's text; keys are random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_api_key(
    *,
    merchant: Merchant,
    name: str,
    scopes: Iterable[Scope | str],
    mode: KeyMode | str,
    actor: Actor,
    created_by: User | None = None,
    expires_at: dt.datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its plain text, which is never shown again.

    The text is ``lm_<prefix>_<160 random bits>``. Raises :class:`LiveKeyRefused` for a live
    key of a test merchant.
    """
    if merchant.is_test and mode == KeyMode.LIVE:
        raise LiveKeyRefused("A test merchant can only have sandbox keys.")
    prefix = new_token(6)[:8]
    plain = f"lm_{prefix}_{secrets.token_hex(20)}"
    key = ApiKey.objects.create(
        merchant=merchant,
        name=name,
        prefix=prefix,
        digest=digest_of(plain),
        scopes=sorted(str(Scope(scope)) for scope in scopes),
        mode=str(KeyMode(mode)),
        created_by=created_by,
        expires_at=expires_at or clock.real_now() + DEFAULT_LIFE,
    )
    record_action(
        action="accounts.key.issued",
        actor=actor,
        subject=key,
        merchant_id=merchant.pk,
        after={"name": name, "scopes": key.scopes, "mode": key.mode},
    )
    return key, plain


@transaction.atomic
def revoke_api_key(*, key: ApiKey, actor: Actor) -> bool:
    """Revoke a key at once; returns False if it was revoked before."""
    changed = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.real_now())
    if changed:
        record_action(
            action="accounts.key.revoked", actor=actor, subject=key, merchant_id=key.merchant_id
        )
    return bool(changed)


def sync_roles(*, app_label: str) -> None:
    """Give every role the permissions its table grants in one app; what is not granted goes."""
    permissions = list(
        Permission.objects.filter(content_type__app_label=app_label).select_related("content_type")
    )
    for role in Role:
        group, _ = Group.objects.get_or_create(name=role.value)
        granted = [p for p in permissions if is_allowed(role, f"{app_label}.{p.codename}")]
        withdrawn = [p for p in permissions if p not in granted]
        group.permissions.remove(*withdrawn)
        group.permissions.add(*granted)


def forget_old_answers() -> int:
    """Drop idempotency records older than two days (real time); returns how many."""
    horizon = clock.real_now() - KEEP_IDEMPOTENCY
    return IdempotencyRecord.objects.filter(created_at__lt=horizon).delete()[0]
