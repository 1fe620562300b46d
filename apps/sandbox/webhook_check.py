"""Standard Webhooks as a receiver checks them: ``v1,base64(HMAC-SHA256(id.timestamp.body))``."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"


def secret_bytes(secret: str) -> bytes:
    """The key of a ``whsec_`` secret (base64); any other text is taken as it is."""
    text = secret.removeprefix(PREFIX)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text.encode("utf-8", "replace")


def sign(secret: str, webhook_id: str, timestamp: str, body: bytes) -> str:
    """The signature of a message, with its version."""
    signed = f"{webhook_id}.{timestamp}.".encode("utf-8", "surrogateescape") + body
    digest = hmac.new(secret_bytes(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def is_signed(secret: str, webhook_id: str, timestamp: str, body: bytes, signatures: str) -> bool:
    """Whether one of the space-separated signatures is right: two keys may be live at once."""
    if not webhook_id or not timestamp:
        return False
    expected = sign(secret, webhook_id, timestamp, body).encode()
    given = [part.encode("utf-8", "surrogateescape") for part in signatures.split()]
    return any(hmac.compare_digest(expected, part) for part in given)
