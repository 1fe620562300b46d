"""Public ids and tokens: random, lower case, safe in an address, nothing to guess."""

from __future__ import annotations

import base64
import secrets


def new_token(size: int = 20) -> str:
    """Return ``size`` random bytes as lower-case base32 without padding (8 bits a byte)."""
    return base64.b32encode(secrets.token_bytes(size)).decode().rstrip("=").lower()


def new_uid(prefix: str) -> str:
    """Return a public id such as ``ord_`` + 20 characters (100 random bits)."""
    return f"{prefix}_{new_token(13)[:20]}"
