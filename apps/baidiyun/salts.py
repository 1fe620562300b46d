"""Salts are derived, not stored: ``base64url(HMAC-SHA256(key[kid], token))``, 20 characters.

120 bits are left, every product's limit is kept (tracking 32 characters, booking 100 bytes),
verifying needs no read, and keys rotate with two alive: the first signs, all verify.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping

from apps.baidiyun.errors import NotConfigured

SALT_LENGTH = 20


def derive_salt(key: str, token: str) -> str:
    """Return the salt of a token under one key."""
    digest = hmac.digest(key.encode(), token.encode("utf-8", "surrogatepass"), "sha256")
    return base64.urlsafe_b64encode(digest)[:SALT_LENGTH].decode()


def salt_for(keys: Mapping[str, str], kid: str, token: str) -> str | None:
    """Return the salt of a token, None for a key nobody holds (any more)."""
    key = keys.get(kid)
    return derive_salt(key, token) if key else None


def current_kid(keys: Mapping[str, str]) -> str:
    """Return the id of the key new tokens are made with. Raises NotConfigured."""
    for kid, key in keys.items():
        if kid and key:
            return kid
    raise NotConfigured("there is no salt key: set BAIDIYUN_SALT_KEYS")
