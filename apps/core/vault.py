"""Secrets at rest: Fernet (AES-128-CBC with HMAC-SHA256), the first key seals, all of them open.

Keys are any random texts of at least 32 characters; the Fernet key is derived from each by
HKDF-SHA256, so that `openssl rand -base64 32` and a Fernet key serve alike. ``purpose`` goes into
the derivation: what was sealed for one thing is not opened as another.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from apps.core.errors import PortalError

SHORTEST_KEY = 32
SEALED = "gAAAA"
"""How everything sealed begins: version 0x80 and the high bytes of a timestamp."""


class VaultClosed(PortalError):
    """There is no usable key, or none that fits what was sealed."""

    code = "vault_closed"
    permanent = True


def seal(text: str, keys: Sequence[str], *, purpose: bytes) -> str:
    """Return ``text`` sealed under the first key. Raises VaultClosed without a usable key."""
    return _box(keys, purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, keys: Sequence[str], *, purpose: bytes) -> str:
    """Return what was sealed under any of the keys. Raises VaultClosed if none of them fits."""
    try:
        return _box(keys, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise VaultClosed("a secret was sealed under a key that is not there") from None


def _box(keys: Sequence[str], purpose: bytes) -> MultiFernet:
    given = [key for key in keys if key]
    if not given:
        raise VaultClosed("there is no key for secrets: set CREDENTIAL_KEYS")
    if any(len(key) < SHORTEST_KEY for key in given):
        raise VaultClosed(f"a key in CREDENTIAL_KEYS is shorter than {SHORTEST_KEY} characters")
    return MultiFernet([_fernet(key, purpose) for key in given])


def _fernet(key: str, purpose: bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
