"""The limits as rows, cached for five seconds, and the day's spending."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.db import connection

from apps.baidiyun.choices import Mode, Product
from apps.baidiyun.limits.bucket import Rate
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.limits.models import OVERALL, DailySpend, ProductLimit
from apps.baidiyun.limits.pacing import budget_for, reserve_of
from apps.baidiyun.limits.store import Quota

CACHE_SECONDS = 5.0
DEFAULT_RATES = {Mode.LIVE.value: Rate(5.0, 10), Mode.SANDBOX.value: Rate(100.0, 200)}
"""For a product without a row; the sandbox's world may run faster than the clock on the wall."""
SPEND = """
INSERT INTO baidiyun_dailyspend AS held (mode, product, day, spent)
SELECT %(mode)s, %(product)s, %(day)s, 1 WHERE %(free)s OR %(limit)s > 0
ON CONFLICT (mode, product, day) DO UPDATE SET spent = held.spent + 1
WHERE %(free)s OR held.spent < %(limit)s
RETURNING spent
"""
REFUND = """
UPDATE baidiyun_dailyspend SET spent = spent - 1
WHERE mode = %s AND product = %s AND day = %s AND spent > 0
"""

_cache: tuple[float, dict[tuple[str, str], tuple[Rate, int]]] = (float("-inf"), {})


def limits() -> dict[tuple[str, str], tuple[Rate, int]]:
    """Return (mode, product) → rate and daily budget, at most five seconds old."""
    global _cache  # noqa: PLW0603 - a per-process cache
    asked, found = _cache
    if time.monotonic() - asked > CACHE_SECONDS:
        rows = ProductLimit.objects.values_list(
            "mode", "product", "per_second", "burst", "daily_budget"
        )
        found = {(row[0], row[1]): (Rate(row[2], row[3]), row[4]) for row in rows}
        _cache = (time.monotonic(), found)
    return found


def forget_limits() -> None:
    """Read the rows again at the next question."""
    global _cache  # noqa: PLW0603
    _cache = (float("-inf"), {})


def rate_of(mode: str, product: str) -> Rate:
    """Return the rate of a product, the default where no row says otherwise."""
    found = limits().get((mode, product))
    return found[0] if found else DEFAULT_RATES[mode]


def budget_of(mode: str, product: str) -> int:
    """Return the day's budget of a product; 0 for none."""
    found = limits().get((mode, product))
    return found[1] if found else 0


def quotas_for(mode: str, product: Product, priority: Priority) -> list[Quota]:
    """Return the buckets a call has to pass: the product's and, if there is a row, everybody's."""
    names = [product.value]
    if (mode, OVERALL) in limits():
        names.append(OVERALL)
    rates = [(name, rate_of(mode, name)) for name in names]
    return [Quota(name, rate, reserve_of(priority, rate.burst)) for name, rate in rates]


def spend(*, mode: str, product: Product, priority: Priority, day: dt.date) -> bool:
    """Count one call of the day in one statement; False where the budget keeps it from us."""
    budget = budget_of(mode, product.value)
    values: dict[str, Any] = {
        "mode": mode,
        "product": product.value,
        "day": day,
        "free": budget == 0,
        "limit": budget_for(priority, budget),
    }
    with connection.cursor() as cursor:
        cursor.execute(SPEND, values)
        return cursor.fetchone() is not None


def refund(*, mode: str, product: Product, day: dt.date) -> None:
    """Give back a call that was never made."""
    with connection.cursor() as cursor:
        cursor.execute(REFUND, [mode, product.value, day])


def spent_on(*, mode: str, day: dt.date) -> dict[str, int]:
    """Return product → calls of a business day."""
    return dict(DailySpend.objects.filter(mode=mode, day=day).values_list("product", "spent"))
