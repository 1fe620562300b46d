"""Shares kept back for those more urgent, and a little disorder against thundering herds."""

from __future__ import annotations

import math
import random

from apps.baidiyun.limits.choices import Priority

KEPT_BACK: dict[Priority, float] = {
    Priority.WAITING: 0.0,
    Priority.RISKY: 0.1,
    Priority.SILENT: 0.3,
    Priority.ROUTINE: 0.5,
}
"""The share of a bucket (or of a day's budget) that a priority must leave to those before it."""
JITTER = 0.25


def reserve_of(priority: Priority, burst: int) -> int:
    """Return how many tokens the priority must leave, always fewer than the bucket holds.

    A bucket of one token has nothing to keep back.
    """
    return max(0, min(burst - 1, math.ceil(KEPT_BACK[priority] * burst)))


def budget_for(priority: Priority, budget: int) -> int:
    """Return how far into a day's budget the priority may reach; 0 stays 0 (no budget set)."""
    return budget - math.floor(KEPT_BACK[priority] * budget)


def jittered(seconds: float, *, draw: float | None = None) -> float:
    """Return a delay spread over ±25 %; ``draw`` in [0, 1) replaces chance in tests."""
    share = random.random() if draw is None else draw  # noqa: S311 - spreads load, keeps no secret
    return seconds * (1.0 - JITTER + 2.0 * JITTER * share)
