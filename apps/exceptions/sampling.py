"""Which decided flags are shown to a person once more. Pure."""

from __future__ import annotations

from decimal import Decimal
from hashlib import blake2b


def is_sample(uid: str, share: Decimal) -> bool:
    """Tell whether a flag belongs to the sample; the same answer for ever, so nobody chooses."""
    drawn = int.from_bytes(blake2b(uid.encode(), digest_size=6).digest(), "big")
    return drawn < float(share) * 2**48
