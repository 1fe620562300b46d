"""Secrets at rest: Fernet (AES-128-CBC with HMAC-SHA256), the first key seals, all of them open.

Keys are any random texts of at least 32 characters; the Fernet key is derived from each by
HKDF-SHA256, so that `openssl rand -base64 32` and a Fernet key serve alike.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from apps.baidiyun.errors import NotConfigured

SHORTEST_KEY = 32
PURPOSE = b"lastmile credentials"


def seal(text: str, keys: Sequence[str]) -> str:
    """Return ``text`` sealed under the first key. Raises NotConfigured without a usable key."""
    return _box(keys).encrypt(text.encode()).decode()


def unseal(sealed: str, keys: Sequence[str]) -> str:
    """Return what was sealed under any of the keys. Raises NotConfigured if none of them fits."""
    try:
        return _box(keys).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise NotConfigured("a credential was sealed under a key that is not there") from None


def reseal(sealed: str, keys: Sequence[str]) -> str:
    """Return the same secret sealed under the first key. Raises NotConfigured."""
    return seal(unseal(sealed, keys), keys)


def _box(keys: Sequence[str]) -> MultiFernet:
    given = [key for key in keys if key]
    if not given:
        raise NotConfigured("there is no key for credentials: set CREDENTIAL_KEYS")
    if any(len(key) < SHORTEST_KEY for key in given):
        raise NotConfigured(f"a key in CREDENTIAL_KEYS is shorter than {SHORTEST_KEY} characters")
    return MultiFernet([_fernet(key) for key in given])


def _fernet(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
