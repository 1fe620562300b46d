"""What reads merchants' access."""

from __future__ import annotations

import hmac

from apps.accounts.models import ApiKey
from apps.accounts.services import digest_of
from apps.core import clock
from apps.core.fixed import FixedRead

LAST_USED_STEP_SECONDS = 60
KEY_BY_PREFIX = FixedRead(ApiKey, "own.prefix = %s", related="merchant")


def find_api_key(*, plain: str) -> ApiKey | None:
    """Return the valid key with that text, or None: unknown, revoked, expired, inactive merchant.

    Looks up by prefix and compares the hash in constant time.
    """
    parts = plain.split("_", 2)
    if len(parts) != 3 or parts[0] != "lm":
        return None
    key = KEY_BY_PREFIX.first(parts[1])
    expected = key.digest if key else "0" * 64
    if not hmac.compare_digest(expected, digest_of(plain)) or key is None:
        return None
    if key.revoked_at or key.expires_at <= clock.real_now() or not key.merchant.is_active:
        return None
    return key


def touch_api_key(*, key: ApiKey) -> None:
    """Note that a key was used, at most once a minute."""
    now = clock.real_now()
    if key.last_used_at and (now - key.last_used_at).total_seconds() < LAST_USED_STEP_SECONDS:
        return
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
