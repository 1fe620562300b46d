"""The identity of a node: leg + original time + original text."""

from __future__ import annotations

from hashlib import blake2b

KEY_BYTES = 16


def node_key(leg_id: int, original_time: str, original_text: str) -> bytes:
    """Return 16 bytes of blake2b; the parts are separated so that none runs into the next.

    Codes, areas and coordinates are left out on purpose: push and poll say different amounts
    about the same node.
    """
    identity = f"{leg_id}\x1f{original_time}\x1f{original_text}"
    return blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
