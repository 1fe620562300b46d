"""Who may call: accounts by key or by customer, and the refusals for those who may not."""

from __future__ import annotations

from django.conf import settings

from apps.sandbox.envelopes import Refusal
from apps.sandbox.models import SandboxAccount


def ensure_account() -> SandboxAccount:
    """The account the portal's sandbox credentials name, made or brought up to date."""
    given = settings.BAIDIYUN["sandbox"]
    account, _ = SandboxAccount.objects.update_or_create(
        key=given["key"], defaults={"customer": given["customer"], "secret": given["secret"]}
    )
    return account


def account_by_key(key: str, *, unknown: Refusal, expired: Refusal) -> SandboxAccount:
    """The account of a key; raises the product's own refusal otherwise."""
    account = SandboxAccount.objects.filter(key=key).first() if _findable(key) else None
    if account is None:
        raise unknown
    if account.is_expired:
        raise expired
    return account


def account_by_customer(customer: str) -> SandboxAccount:
    """The account of a customer id; an unknown one cannot have signed (503)."""
    found = SandboxAccount.objects.filter(customer=customer) if _findable(customer) else None
    account = found.first() if found is not None else None
    if account is None:
        raise Refusal("503", "验证签名失败")
    if account.is_expired:
        raise Refusal("601", "KEY已过期")
    return account


def _findable(text: str) -> bool:
    """Whether a text can be a stored one: the database takes neither NUL nor half characters."""
    return bool(text) and text.isascii() and text.isprintable()
