"""The whole picture of the gateway, for the home page, the API and the ladder itself."""

from __future__ import annotations

import time

from apps.baidiyun.choices import Product
from apps.baidiyun.limits import rates
from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.gate import stores
from apps.baidiyun.limits.ladder import WINDOW_SECONDS, Readings
from apps.baidiyun.limits.models import OVERALL
from apps.baidiyun.limits.selectors import (
    BucketView,
    GatewayState,
    breaker_views,
    ladder_row,
    watched_mode,
)
from apps.baidiyun.limits.store import LimitStore, Quota, StoreUnavailable
from apps.baidiyun.limits.window import Figures
from apps.core import clock


def gateway_state() -> GatewayState:
    """Return where the gateway stands now: four short queries and two round trips to Redis."""
    mode = watched_mode()
    row = ladder_row()
    spent = rates.spent_on(mode=mode, day=clock.today())
    buckets = _buckets(mode, spent)
    return GatewayState(
        step=LadderStep(row.step) if row else LadderStep.FULL,
        since=row.since if row else clock.real_now(),
        pinned=bool(row and row.pinned_by),
        pinned_by=row.pinned_by if row else "",
        reason=row.reason if row else "",
        note=row.pin_note if row else "",
        mode=mode,
        breakers=breaker_views(),
        buckets=buckets,
        spent_today=spent,
        shared=bool(buckets),
    )


def recent_figures(*, mode: str, seconds: int = WINDOW_SECONDS) -> dict[str, Figures]:
    """Return the last ``seconds`` by product: all workers', or without Redis this process's."""
    try:
        return _reachable().figures(mode, seconds)
    except StoreUnavailable:
        return stores().local.figures(mode, seconds)


def readings(*, mode: str) -> Readings:
    """Return what the ladder goes by: all products together, and the query budget."""
    total = sum(recent_figures(mode=mode).values(), Figures())
    budget = rates.budget_of(mode, Product.QUERY.value)
    left = 1.0
    if budget:
        spent = rates.spent_on(mode=mode, day=clock.today()).get(Product.QUERY.value, 0)
        left = max(0.0, 1.0 - spent / budget)
    return Readings(total.calls, total.error_rate, total.p95, left)


def _buckets(mode: str, spent: dict[str, int]) -> tuple[BucketView, ...]:
    names = [OVERALL, *(product.value for product in Product)]
    quotas = [Quota(name, rates.rate_of(mode, name)) for name in names]
    try:
        views = _reachable().view(mode, quotas)
    except StoreUnavailable:
        return ()
    return tuple(
        BucketView(
            mode=mode,
            product=quota.name,
            per_second=quota.rate.per_second,
            burst=quota.rate.burst,
            tokens=views[quota.name].tokens,
            closed_for=views[quota.name].closed_for,
            spent_today=sum(spent.values()) if quota.name == OVERALL else spent.get(quota.name, 0),
            daily_budget=rates.budget_of(mode, quota.name),
        )
        for quota in quotas
    )


def _reachable() -> LimitStore:
    held = stores()
    if time.monotonic() < held.resting_until:
        raise StoreUnavailable("resting")
    return held.shared
