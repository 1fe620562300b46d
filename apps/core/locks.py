"""Advisory locks: sorted, so that two holders never wait for each other in a circle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection


def lock_number(kind: str, key: object) -> int:
    """Return the signed 64-bit number of one lockable thing."""
    digest = hashlib.blake2b(f"{kind}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def lock_keys(kind: str, keys: Iterable[object]) -> None:
    """Take transaction-level locks on all keys, in one statement and a fixed order.

    Must be called inside a transaction; the locks end with it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("lock_keys needs a transaction: its locks end with it")
    numbers = sorted({lock_number(kind, key) for key in keys})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) WITH ORDINALITY AS t(k, n)"
            " ORDER BY n",
            [numbers],
        )


@contextmanager
def try_lock(name: str) -> Iterator[bool]:
    """Hold a session-level lock for the block; yields False at once if somebody else has it."""
    number = lock_number("name", name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
