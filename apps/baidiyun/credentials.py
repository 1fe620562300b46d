"""Who we are to the platform: a merchant's own account, the shared one, or the settings'."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import F, Q

from apps.accounts.models import Merchant
from apps.baidiyun.choices import Mode
from apps.baidiyun.credential_rows import Credential
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.vault import unseal

FINGERPRINT_LENGTH = 12
_acting_for: ContextVar[int | None] = ContextVar("baidiyun_acting_for", default=None)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are to one Baidiyun, and where it lives ("" = the vendor's own hosts).

    The secrets stay out of its repr, so that no log line or traceback can show them.
    """

    base_url: str
    key: str = field(repr=False)
    customer: str = field(repr=False)
    secret: str = field(repr=False)


@contextmanager
def acting_for(merchant_id: int | None) -> Iterator[None]:
    """Make the calls inside use the account of this merchant, where it has one."""
    token = _acting_for.set(merchant_id)
    try:
        yield
    finally:
        _acting_for.reset(token)


def acting_merchant() -> int | None:
    """Return for whom calls are made just now, None for nobody in particular."""
    return _acting_for.get()


def credentials_for(mode: str, merchant_id: int | None = None) -> Credentials:
    """Return the credentials of a mode: the merchant's row, else the shared row, else settings.

    Without ``merchant_id`` the merchant of `acting_for` counts. A test merchant never gets live
    ones. Raises NotConfigured before anything is sent, also for a row no key opens: falling back
    to another account would put one merchant's parcels on another's bill.
    """
    merchant = _acting_for.get() if merchant_id is None else merchant_id
    if mode == Mode.LIVE.value and merchant is not None:
        _refuse_test_merchant(merchant)
    found = _stored(mode, merchant) or _configured(mode)
    if not (found.key and found.customer and found.secret):
        raise NotConfigured(f"{mode} credentials are not configured")
    if mode != Mode.LIVE.value and not found.base_url:
        raise NotConfigured(f"{mode} has no address")
    return found


def kd100_credentials(mode: str) -> Credentials:
    """Return who we are to kd100.com, from settings; raises NotConfigured before anything is sent.

    A test merchant never gets live ones.
    """
    merchant_id = acting_merchant()
    if mode == Mode.LIVE.value and merchant_id is not None:
        _refuse_test_merchant(merchant_id)
    given = settings.KD100.get(mode) or {}
    found = Credentials(
        base_url=str(given.get("base_url", "")).rstrip("/"),
        key=given.get("key", ""),
        customer="",
        secret=given.get("secret", ""),
    )
    if not (found.key and found.secret):
        raise NotConfigured(f"{mode} credentials of kd100.com are not configured")
    if mode != Mode.LIVE.value and not found.base_url:
        raise NotConfigured(f"{mode} has no address of kd100.com")
    return found


def fingerprint_of(key: str) -> str:
    """Return what tells a key apart without telling it."""
    return hashlib.sha256(key.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def _refuse_test_merchant(merchant_id: int) -> None:
    if Merchant.objects.filter(pk=merchant_id, is_test=True).exists():
        raise NotConfigured("a test merchant never talks to the live platform")


def _stored(mode: str, merchant_id: int | None) -> Credentials | None:
    mine = Q(merchant_id=merchant_id) | Q(merchant__isnull=True)
    rows = Credential.objects.filter(mine, mode=mode, active=True)
    row = rows.order_by(F("merchant_id").asc(nulls_last=True)).first()
    if row is None:
        return None
    keys = settings.CREDENTIAL_KEYS
    return Credentials(
        base_url=_base_url(mode),
        key=unseal(row.key_sealed, keys),
        customer=unseal(row.customer_sealed, keys),
        secret=unseal(row.secret_sealed, keys),
    )


def _configured(mode: str) -> Credentials:
    given = settings.BAIDIYUN.get(mode) or {}
    return Credentials(
        base_url=_base_url(mode),
        key=given.get("key", ""),
        customer=given.get("customer", ""),
        secret=given.get("secret", ""),
    )


def _base_url(mode: str) -> str:
    return str((settings.BAIDIYUN.get(mode) or {}).get("base_url", "")).rstrip("/")
