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


def new_uids(prefix: str, count: int) -> list[str]:
    """Return several public ids as `new_uid` makes them, at once."""
    letters = base64.b32encode(secrets.token_bytes(15 * count)).decode().lower()
    return [f"{prefix}_{letters[start : start + 20]}" for start in range(0, 24 * count, 24)]
