"""How much may be said now: at most 20 messages in any minute and channel, one digest beyond.

The vendor counts what arrives within 60 seconds. A message counted here may arrive up to its time
limit later, so the window is that much longer; and one message of the twenty is left for what is
sent without the database. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

VENDORS_LIMIT = 20
MOST = VENDORS_LIMIT - 1
FOR_DIGEST = 1
FOR_RED = 4
"""Kept for red notices, so that a flood of lesser ones leaves them room."""
WINDOW = dt.timedelta(seconds=68)
SETTLES = dt.timedelta(seconds=10)
"""A digest waits until what it holds has waited this long: a storm needs seconds to arrive."""


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits on one channel: how many are red, how many not, since when the oldest."""

    red: int
    other: int
    oldest: dt.datetime

    @property
    def total(self) -> int:
        """All that waits."""
        return self.red + self.other


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be sent next: one of the worst, or all that waits as a digest, or nothing."""

    single: bool = False
    digest: bool = False


def within_window(recent: Iterable[dt.datetime], *, now: dt.datetime) -> list[dt.datetime]:
    """Return the sendings that still count. One far in the future is of a clock that jumped."""
    return [at for at in recent if now - WINDOW < at <= now + WINDOW]


def next_turn(
    queue: Queue, *, used: int, digested_at: dt.datetime | None, now: dt.datetime
) -> Turn:
    """Say what goes next where ``used`` messages were sent within the window.

    Red ones leave one message for the digest, others leave the room for red as well. What is left
    over goes as one digest in a window; a single one needs none.
    """
    free = MOST - used
    if queue.total == 0 or free <= 0:
        return Turn()
    kept = FOR_DIGEST if queue.red else FOR_DIGEST + FOR_RED
    if free > kept:
        return Turn(single=True)
    if digested_at is not None and now - WINDOW < digested_at <= now + WINDOW:
        return Turn()
    if now - SETTLES < queue.oldest <= now + SETTLES:
        return Turn()
    return Turn(single=queue.total == 1, digest=queue.total > 1)
