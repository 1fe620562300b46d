"""The gate every call passes: ladder, breaker, buckets, the day's budget; and its report back.

Without Redis every process has a fixed small share of its own (`LOCAL_SHARE` of the rate, one call
at a time: twenty processes together stay within the limit) and only those who wait and risky
parcels are served; routine polls stop until Redis is back.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction

from apps.baidiyun.choices import Product
from apps.baidiyun.hints import connect
from apps.baidiyun.limits import ladder, rates
from apps.baidiyun.limits.choices import BreakerState, Health, Priority
from apps.baidiyun.limits.errors import BreakerOpen, HeldBack, SteppedBack, Throttled
from apps.baidiyun.limits.health import Diagnosis
from apps.baidiyun.limits.models import ProductBreaker
from apps.baidiyun.limits.pacing import jittered
from apps.baidiyun.limits.redis_store import RedisStore
from apps.baidiyun.limits.selectors import current_step
from apps.baidiyun.limits.store import (
    Admitted,
    LimitStore,
    MemoryStore,
    Report,
    StoreUnavailable,
)
from apps.core import clock

log = structlog.get_logger(__name__)

LOCAL_SHARE = 0.05
LOCAL_PRIORITIES = frozenset({Priority.WAITING, Priority.RISKY})
REST_SECONDS = 10.0
STEPPED_BACK_SECONDS = 30.0
BUDGET_SECONDS = 900.0
QUERIES = frozenset({"query", "map_query", "kd100_query", "rider"})
"""Products (by value) that the ladder stops first: what they bring, a push brings too, or it is
one of many places of a rider."""
NOBODY_WAITS = frozenset(
    {
        "subscribe",
        "map_subscribe",
        "kd100_subscribe",
        "detect",
        "kd100_detect",
        "price",
        "estimate",
        "freight",
        "reachable",
        "address",
        "address_abroad",
        "international_price",
    }
)
"""Products whose calls are work rows; for all others somebody waits unless the caller says."""
PATIENCE = {Priority.WAITING: 2.0}


@dataclass
class Stores:
    """The shared store and this process's own, until when the shared one rests, and whether
    those who wait may be made to wait for a token."""

    shared: LimitStore
    local: MemoryStore = field(default_factory=MemoryStore)
    resting_until: float = float("-inf")
    patient: bool = True


@dataclass(frozen=True, slots=True)
class Ticket:
    """A call that may be made; hand it back with `report`."""

    product: Product
    mode: str
    day: dt.date
    epoch: int
    store: LimitStore


_stores: Stores | None = None


def stores() -> Stores:
    """Return this process's stores; keys carry the database's name, so that instances may share
    one Redis."""
    global _stores  # noqa: PLW0603 - one client per process
    if _stores is None:
        _stores = Stores(RedisStore(connect(), prefix=key_prefix()))
    return _stores


def key_prefix() -> str:
    """Return what every key of this instance begins with."""
    return f"lastmile:{settings.DATABASES['default']['NAME']}"


@contextmanager
def using(store: LimitStore, *, patient: bool = True) -> Iterator[LimitStore]:
    """Use another shared store for the block: for tests and drills, where nobody sleeps."""
    global _stores  # noqa: PLW0603
    kept, _stores = _stores, Stores(store, patient=patient)
    try:
        yield store
    finally:
        _stores = kept


def priority_of(product: Product, priority: Priority | None) -> Priority:
    """Return the priority of a call; a booking has somebody waiting, a subscription has not."""
    usual = Priority.RISKY if product.value in NOBODY_WAITS else Priority.WAITING
    return priority or usual


def pass_gate(*, product: Product, mode: str, priority: Priority | None = None) -> Ticket:
    """Return a ticket for one call or raise Throttled, BreakerOpen or SteppedBack.

    Where somebody is waiting, it waits up to two seconds for a token.
    """
    rank = priority_of(product, priority)
    step = current_step()
    if not ladder.allows(step, query=product.value in QUERIES, priority=rank):
        raise SteppedBack(
            f"the gateway stands at {step.value}", retry_after=jittered(STEPPED_BACK_SECONDS)
        )
    store, admitted = _wait_for(product, mode, rank)
    ticket = Ticket(product, mode, clock.today(), admitted.epoch, store)
    if admitted.moved:
        _show_breaker(ticket, admitted.state, pause=0.0, reason="")
    if not rates.spend(mode=mode, product=product, priority=rank, day=ticket.day):
        _tell(ticket, Report(Health.UNSENT, ticket.epoch))
        raise Throttled(
            f"the day's budget for {product.value} is used up for {rank.value} calls",
            retry_after=jittered(BUDGET_SECONDS),
        )
    return ticket


def report(ticket: Ticket, diagnosis: Diagnosis, *, seconds: float = 0.0, reason: str = "") -> None:
    """Hand a ticket back: move the breaker, count, close the bucket. Never raises."""
    told = Report(diagnosis.health, ticket.epoch, seconds, diagnosis.close_for)
    _tell(ticket, told, reason=reason)
    if diagnosis.close_for:
        log.warning(
            "limits.bucket_closed",
            product=ticket.product.value,
            seconds=round(diagnosis.close_for),
            reason=reason,
        )


def give_back(ticket: Ticket) -> None:
    """The request never left: the day's budget gets it back."""
    rates.refund(mode=ticket.mode, product=ticket.product, day=ticket.day)


def _wait_for(product: Product, mode: str, rank: Priority) -> tuple[LimitStore, Admitted]:
    patience = PATIENCE.get(rank, 0.0) if stores().patient else 0.0
    until = time.monotonic() + patience
    while True:
        store, admitted = _ask(product, mode, rank)
        if admitted.allowed:
            return store, admitted
        if admitted.reason != "throttled" or time.monotonic() + admitted.wait > until:
            raise _refusal(product, admitted)
        time.sleep(admitted.wait)


def _ask(product: Product, mode: str, rank: Priority) -> tuple[LimitStore, Admitted]:
    held = stores()
    quotas = rates.quotas_for(mode, product, rank)
    if time.monotonic() >= held.resting_until:
        try:
            return held.shared, held.shared.admit(mode, product.value, quotas)
        except StoreUnavailable as error:
            held.resting_until = time.monotonic() + REST_SECONDS
            log.warning("limits.without_redis", reason=str(error))
    if rank not in LOCAL_PRIORITIES:
        raise Throttled("without Redis routine polls rest", retry_after=jittered(60.0))
    small = [replace(quota, rate=quota.rate.scaled(LOCAL_SHARE), reserve=0) for quota in quotas]
    return held.local, held.local.admit(mode, product.value, small)


def _refusal(product: Product, admitted: Admitted) -> HeldBack:
    wait = max(jittered(admitted.wait), 0.1)
    if admitted.reason == "breaker":
        return BreakerOpen(f"{product.value} fails too often, calls rest", retry_after=wait)
    if admitted.reason == "closed":
        return Throttled(f"the platform asked us to pause {product.value}", retry_after=wait)
    return Throttled(f"the limit for {product.value} is reached", retry_after=wait)


def _tell(ticket: Ticket, told: Report, *, reason: str = "") -> None:
    try:
        answer = ticket.store.report(ticket.mode, ticket.product.value, told)
    except StoreUnavailable as error:
        log.warning("limits.report_lost", product=ticket.product.value, reason=str(error))
        return
    if answer.moved:
        state = answer.breaker.state
        _show_breaker(ticket, state, pause=answer.breaker.pause, reason=reason)


def _show_breaker(ticket: Ticket, state: BreakerState, *, pause: float, reason: str) -> None:
    """Write a move of the breaker into its row; a failing row must not hide the call's answer."""
    log.warning("limits.breaker_moved", product=ticket.product.value, state=state.value)
    values = {
        "state": state.value,
        "since": clock.real_now(),
        "pause_seconds": pause,
        "reason": reason[:300],
    }
    try:
        with transaction.atomic():
            row, _ = ProductBreaker.objects.update_or_create(
                mode=ticket.mode, product=ticket.product.value, defaults=values
            )
            if state is BreakerState.OPEN:
                row.opened += 1
                row.save(update_fields=["opened"])
    except DatabaseError as error:
        log.warning("limits.breaker_not_shown", reason=str(error)[:200])
