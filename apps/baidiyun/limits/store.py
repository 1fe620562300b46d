"""What a store of buckets and breakers promises, and one that lives in this process.

The memory store applies the pure models under a lock. It is the fallback without Redis, the
tests' store, and the oracle the Lua scripts are compared with.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from apps.baidiyun.limits import breaker, bucket
from apps.baidiyun.limits.breaker import Breaker
from apps.baidiyun.limits.bucket import Bucket, Rate
from apps.baidiyun.limits.choices import BreakerState, Health
from apps.baidiyun.limits.window import SLICE_SECONDS, Figures, latency_class

KEPT_SLICES = 90


class StoreUnavailable(Exception):
    """The shared store did not answer; nothing was granted."""


@dataclass(frozen=True, slots=True)
class Quota:
    """One bucket a call must pass: its name, its rate and what must stay behind."""

    name: str
    rate: Rate
    reserve: int = 0


@dataclass(frozen=True, slots=True)
class Admitted:
    """``reason`` is "" when the call may go, else breaker, closed or throttled.

    ``wait``: seconds until asking again makes sense. ``epoch`` belongs into the report;
    ``state`` is the breaker's, ``moved`` whether this very question changed it.
    """

    reason: str
    wait: float
    epoch: int
    state: BreakerState
    moved: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the call may go out."""
        return self.reason == ""


@dataclass(frozen=True, slots=True)
class Report:
    """How a call ended: its health, the epoch it was admitted in, its duration in seconds, and
    for how long the product's bucket closes."""

    health: Health
    epoch: int
    seconds: float = 0.0
    close_for: float = 0.0


@dataclass(frozen=True, slots=True)
class Reported:
    """The breaker after a report; ``moved`` when the report changed its state."""

    breaker: Breaker
    moved: bool


@dataclass(frozen=True, slots=True)
class View:
    """A product's bucket and breaker for a person: tokens now, seconds it stays closed."""

    tokens: float
    closed_for: float
    breaker: Breaker


class LimitStore(Protocol):
    """Buckets, breakers and figures by scope (a mode) and product name; times are seconds."""

    def admit(self, scope: str, product: str, quotas: Sequence[Quota]) -> Admitted:
        """Take one token of every quota, or of none. Raises StoreUnavailable."""

    def report(self, scope: str, product: str, report: Report) -> Reported:
        """Count a call and move the breaker. Raises StoreUnavailable."""

    def figures(self, scope: str, seconds: int) -> dict[str, Figures]:
        """Return the last ``seconds`` by product. Raises StoreUnavailable."""

    def view(self, scope: str, quotas: Sequence[Quota]) -> dict[str, View]:
        """Return how buckets and breakers stand. Raises StoreUnavailable."""


@dataclass
class MemoryStore:
    """One process's own store; ``now`` returns seconds and may be scripted."""

    now: Callable[[], float] = time.time
    _buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    _breakers: dict[tuple[str, str], Breaker] = field(default_factory=dict)
    _figures: dict[tuple[str, int], dict[str, Figures]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, scope: str, product: str, quotas: Sequence[Quota]) -> Admitted:
        """See `LimitStore`."""
        with self._lock:
            now = self.now()
            before = self._breakers.get((scope, product), Breaker())
            asked = breaker.admit(before, now)
            if not asked.allowed:
                return Admitted("breaker", asked.wait, before.epoch, before.state)
            takings = [(quota, self._take(scope, quota, now)) for quota in quotas]
            for _, taken in takings:
                if not taken.granted:
                    reason = "closed" if taken.closed else "throttled"
                    return Admitted(reason, taken.wait, before.epoch, before.state)
            for quota, taken in takings:
                self._buckets[scope, quota.name] = taken.bucket
            after = asked.breaker
            self._breakers[scope, product] = after
            return Admitted("", 0.0, after.epoch, after.state, after.state is not before.state)

    def report(self, scope: str, product: str, report: Report) -> Reported:
        """See `LimitStore`."""
        with self._lock:
            now = self.now()
            before = self._breakers.get((scope, product), Breaker())
            if report.health is Health.UNSENT:
                after = breaker.void(before, epoch=report.epoch)
            else:
                failed = report.health is Health.FAILED
                after = breaker.record(before, failed=failed, epoch=report.epoch, now=now)
                self._count(scope, product, report, now)
            self._breakers[scope, product] = after
            if report.close_for > 0.0:
                held = self._buckets.get((scope, product))
                if held is not None:
                    until = now + report.close_for
                    self._buckets[scope, product] = bucket.close(held, until)
            return Reported(after, after.state is not before.state)

    def figures(self, scope: str, seconds: int) -> dict[str, Figures]:
        """See `LimitStore`."""
        with self._lock:
            last = int(self.now() // SLICE_SECONDS)
            total: dict[str, Figures] = {}
            for number in range(last - seconds // SLICE_SECONDS + 1, last + 1):
                for product, found in self._figures.get((scope, number), {}).items():
                    total[product] = total.get(product, Figures()) + found
            return total

    def view(self, scope: str, quotas: Sequence[Quota]) -> dict[str, View]:
        """See `LimitStore`."""
        with self._lock:
            now = self.now()
            return {quota.name: self._look(scope, quota, now) for quota in quotas}

    def _take(self, scope: str, quota: Quota, now: float) -> bucket.Taken:
        held = self._buckets.get((scope, quota.name), bucket.full(quota.rate, now))
        return bucket.take(held, quota.rate, now, reserve=quota.reserve)

    def _look(self, scope: str, quota: Quota, now: float) -> View:
        held = self._buckets.get((scope, quota.name), bucket.full(quota.rate, now))
        current = bucket.refill(held, quota.rate, now)
        closed_for = max(0.0, current.closed_until - now)
        return View(current.tokens, closed_for, self._breakers.get((scope, quota.name), Breaker()))

    def _count(self, scope: str, product: str, report: Report, now: float) -> None:
        number = int(now // SLICE_SECONDS)
        for old in [key for key in self._figures if key[1] <= number - KEPT_SLICES]:
            del self._figures[old]
        here = self._figures.setdefault((scope, number), {})
        here[product] = here.get(product, Figures()) + figures_of(report)


def figures_of(report: Report) -> Figures:
    """Return one report as figures."""
    place = latency_class(report.seconds)
    return Figures(
        fine=int(report.health is Health.FINE),
        failed=int(report.health is Health.FAILED),
        limited=int(report.health is Health.LIMITED),
        latencies=tuple(int(n == place) for n in range(len(Figures().latencies))),
    )
