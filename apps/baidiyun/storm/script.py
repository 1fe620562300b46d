"""The storm itself: calm, five minutes of errors, and the way back, second by scripted second.

It runs inside one transaction that is rolled back, with both clocks scripted, on a day of its own,
against buckets of its own. Nothing of it stays, and nothing real is touched.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from redis.exceptions import RedisError

from apps.baidiyun import services
from apps.baidiyun.choices import Product
from apps.baidiyun.hints import connect
from apps.baidiyun.limits import gate, rates
from apps.baidiyun.limits.bucket import Rate
from apps.baidiyun.limits.choices import BreakerState, LadderStep, Priority
from apps.baidiyun.limits.models import LadderMove, LadderState, ProductLimit
from apps.baidiyun.limits.redis_store import RedisStore
from apps.baidiyun.limits.selectors import breaker_views, current_step, forget_step
from apps.baidiyun.limits.services import move_ladder
from apps.baidiyun.limits.store import LimitStore, MemoryStore
from apps.baidiyun.storm import checks
from apps.baidiyun.storm.platform import StormPlatform, running
from apps.baidiyun.storm.world import KNOWN_PARCELS, MODE, StormWorld
from apps.core import clock
from apps.core.ids import new_token

START = dt.datetime(2001, 11, 11, 0, 0, tzinfo=dt.UTC)
STEP_SECONDS = 2
CALM_SECONDS, STORM_SECONDS, PATIENCE_SECONDS = 60, 300, 1_800
LOOK_SECONDS, LINE_SECONDS = 10, 30
LONG_BEFORE = 2_400
RATES = {
    Product.QUERY.value: Rate(1.0, 4),
    Product.SUBSCRIBE.value: Rate(20.0, 20),
    Product.BOOK.value: Rate(10.0, 20),
    "all": Rate(40.0, 40),
}
QUERY_BUDGET = 4_000
Say = Callable[[str], None]


@dataclass
class Storm:
    """One run; ``share`` of the calls fail during the storm."""

    say: Say
    share: float = 0.30
    seed: int = 7
    second: float = 0.0
    world: StormWorld = field(default_factory=StormWorld)
    steps: list[LadderStep] = field(default_factory=lambda: [LadderStep.FULL])
    moves: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> dict[str, Any]:
        """Play the storm and return its summary; ``violations`` is empty when all held."""
        random.seed(self.seed)
        platform = StormPlatform(second=lambda: self.second, seed=self.seed)
        with running(platform), _aside(platform, self._clock):
            self._remember(platform)
            end = CALM_SECONDS + STORM_SECONDS + PATIENCE_SECONDS
            while self.second < end and not self._over():
                storming = CALM_SECONDS <= self.second < CALM_SECONDS + STORM_SECONDS
                platform.share = self.share if storming else 0.0
                self._tick(platform)
                self.second += STEP_SECONDS
            return self._summary(platform)

    def _clock(self) -> float:
        return START.timestamp() + self.second

    def _remember(self, platform: StormPlatform) -> None:
        """Long before the storm every parcel somebody will ask for was known."""
        self.second = -float(LONG_BEFORE)
        for known in range(KNOWN_PARCELS):
            self.second += STEP_SECONDS
            with clock.scripted(START + dt.timedelta(seconds=self.second)):
                self.world.ask(known=known, priority=Priority.WAITING)
        self.second = 0.0

    def _tick(self, platform: StormPlatform) -> None:
        with clock.scripted(START + dt.timedelta(seconds=self.second)):
            forget_step()
            before = current_step()
            calm_again = self.second > CALM_SECONDS + STORM_SECONDS
            if not calm_again:
                self.world.new_parcel(self.second)
            self.world.somebody_asks()
            self.world.poll(before)
            self.world.book(self.second)
            services.send_due_subscriptions(limit=20)
            if self.second % LOOK_SECONDS == 0:
                self._look(before)
            if self.second % LINE_SECONDS == 0:
                self._line(platform)

    def _look(self, before: LadderStep) -> None:
        after = move_ladder(mode=MODE)
        if after is None:
            return
        move = LadderMove.objects.order_by("-id")[0]
        self.steps.append(after)
        self.moves.append(
            {
                "second": int(self.second),
                "from": before.value,
                "to": after.value,
                "reason": move.reason,
                **move.figures,
            }
        )
        arrow = "down" if after.rank > before.rank else "up  "
        self.say(
            f"{_shown(self.second)}  {arrow} {before.value} → {after.value}: {move.reason}, "
            f"{move.figures['error_rate']:.0%} of {move.figures['calls']} calls failed"
        )

    def _line(self, platform: StormPlatform) -> None:
        weather = "STORM" if platform.share else "calm "
        self.say(
            f"{_shown(self.second)}  {weather} at {current_step().value}: "
            f"{len(platform.arrivals)} calls, {platform.failed} failed; bookings "
            f"{len(self.world.booked)}/{len(self.world.names)}, waiting {len(self.world.wishes)}; "
            f"people {sum(self.world.answers.values())}, from what we know "
            f"{self.world.answers['cached']}{_open_breakers()}"
        )

    def _over(self) -> bool:
        if self.second <= CALM_SECONDS + STORM_SECONDS or self.world.wishes:
            return False
        return self.steps[-1] is LadderStep.FULL and not self.world.unsubscribed()

    def _summary(self, platform: StormPlatform) -> dict[str, Any]:
        with clock.scripted(START + dt.timedelta(seconds=self.second)):
            violations = self._violations(platform)
        return {
            "ok": not violations,
            "violations": violations,
            "scripted_seconds": int(self.second),
            "calls": len(platform.arrivals),
            "failed": platform.failed,
            "bookings": len(self.world.names),
            "booked": len(self.world.booked),
            "repeated_sends": sum(count - 1 for count in platform.repeats.values()),
            "held_bookings": self.world.held_bookings,
            "subscriptions_open": self.world.unsubscribed(),
            "people": dict(self.world.answers),
            "polls": dict(self.world.polls),
            "moves": self.moves,
        }

    def _violations(self, platform: StormPlatform) -> list[str]:
        world = self.world
        days = {clock.today(), (START - dt.timedelta(seconds=LONG_BEFORE)).date()}
        spent: dict[str, int] = {}
        for day in days:
            for product, number in rates.spent_on(mode=MODE, day=day).items():
                spent[product] = spent.get(product, 0) + number
        found = checks.ladder_violations(self.steps)
        found += checks.rate_violations(platform.arrivals, RATES)
        found += checks.spacing_violations(platform.asked)
        found += checks.budget_violations(
            spent=spent, arrivals=platform.arrivals, budgets={"query": QUERY_BUDGET}
        )
        found += checks.booking_violations(
            wanted=world.names, booked=world.booked, orders=platform.orders
        )
        if world.unsubscribed():
            found.append(f"{world.unsubscribed()} numbers are not followed")
        if world.without_date:
            found.append(f"{world.without_date} people were not told what we know and since when")
        if not world.answers["cached"]:
            found.append("nobody was answered from what we know")
        return found


@contextmanager
def _aside(platform: StormPlatform, now: Callable[[], float]) -> Iterator[None]:
    """Everything a storm changes, put back afterwards."""
    shared = _store(now)
    with ExitStack() as stack:
        stack.enter_context(_platform_at(platform.url))
        stack.enter_context(gate.using(shared, patient=False))
        stack.callback(_forget)
        stack.enter_context(transaction.atomic())
        stack.callback(transaction.set_rollback, True)
        stack.callback(_drop, shared)
        for product, rate in RATES.items():
            ProductLimit.objects.update_or_create(
                mode=MODE,
                product=product,
                defaults={
                    "per_second": rate.per_second,
                    "burst": rate.burst,
                    "daily_budget": QUERY_BUDGET if product == Product.QUERY.value else 0,
                },
            )
        LadderState.objects.update_or_create(id=1, defaults=_at_full_service())
        _forget()
        yield


def _at_full_service() -> dict[str, Any]:
    return {
        "step": LadderStep.FULL.value,
        "since": START - dt.timedelta(hours=1),
        "strikes": 0,
        "climbed": False,
        "pinned_by": "",
        "pin_note": "",
        "pinned_at": None,
    }


def _store(now: Callable[[], float]) -> LimitStore:
    """Redis under a prefix of its own; without Redis the same in memory."""
    client = connect()
    try:
        client.ping()
    except (RedisError, OSError):
        return MemoryStore(now=now)
    return RedisStore(client, prefix=f"{gate.key_prefix()}:storm:{new_token()}", now=now)


def _drop(store: LimitStore) -> None:
    if isinstance(store, RedisStore):
        store.forget(MODE)


def _forget() -> None:
    rates.forget_limits()
    forget_step()


@contextmanager
def _platform_at(url: str) -> Iterator[None]:
    """The sandbox is at another address for the block, with keys of its own."""
    kept = settings.BAIDIYUN
    settings.BAIDIYUN = {
        **kept,
        MODE: {"base_url": url, "key": "storm", "customer": "storm", "secret": "storm"},
    }
    try:
        yield
    finally:
        settings.BAIDIYUN = kept


def _open_breakers() -> str:
    names = [view.product for view in breaker_views() if view.state is not BreakerState.CLOSED]
    return f"; breakers open: {', '.join(names)}" if names else ""


def _shown(second: float) -> str:
    return f"{int(second) // 60:02d}:{int(second) % 60:02d}"
