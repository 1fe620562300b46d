"""Random streams that depend on names only, never on the order of calls."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, *parts: str | int) -> random.Random:
    """A generator that is the same for the same seed and parts on every machine.

    Two streams whose parts differ are independent, so a decision made for one parcel
    never shifts the decisions made for another.
    """
    name = "\x1f".join(str(part) for part in (seed, *parts))
    digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
    return random.Random(int.from_bytes(digest, "big"))  # noqa: S311 - repeatable on purpose


def chance(seed: int, rate: float, *parts: str | int) -> bool:
    """True with probability ``rate``; ``rate`` 0 is never and 1 is always."""
    if rate <= 0:
        return False
    return stream(seed, *parts).random() < rate


def weighted(rng: random.Random, table: Sequence[tuple[T, float]]) -> T:
    """Draw one value of ``(value, weight)`` pairs; weights need not sum to one."""
    point = rng.random() * sum(weight for _, weight in table)
    for value, weight in table:
        point -= weight
        if point < 0:
            return value
    return table[-1][0]
