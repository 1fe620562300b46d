"""A circuit breaker as values: closed, open for a growing pause, half-open for a few probes.

Failures are counted in two slices of `Rules.slice_seconds`, so the window slides without a list of
calls. Every change of state starts a new ``epoch``; the report of a call that was let through in
an older one says nothing any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from apps.baidiyun.limits.choices import BreakerState


@dataclass(frozen=True, slots=True)
class Rules:
    """When to open, for how long (seconds, real time), and how to try again."""

    slice_seconds: float = 30.0
    min_calls: int = 10
    threshold: float = 0.5
    first_pause: float = 5.0
    longest_pause: float = 120.0
    probes: int = 3
    probe_seconds: float = 30.0


RULES = Rules()


@dataclass(frozen=True, slots=True)
class Breaker:
    """How a product's breaker stands; ``calls`` and ``failures`` are this slice's."""

    state: BreakerState = BreakerState.CLOSED
    since: float = 0.0
    pause: float = 0.0
    epoch: int = 0
    slot: int = 0
    calls: int = 0
    failures: int = 0
    old_calls: int = 0
    old_failures: int = 0
    probes: int = 0
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Admission:
    """The breaker afterwards; ``wait`` (seconds) where it lets nothing through."""

    breaker: Breaker
    allowed: bool
    wait: float = 0.0


def admit(breaker: Breaker, now: float, rules: Rules = RULES) -> Admission:
    """Ask to let one call through."""
    if breaker.state is BreakerState.CLOSED:
        return Admission(breaker, True)
    if breaker.state is BreakerState.OPEN:
        until = breaker.since + breaker.pause
        if now < until:
            return Admission(breaker, False, until - now)
        return Admission(
            Breaker(
                state=BreakerState.HALF_OPEN,
                since=now,
                pause=breaker.pause,
                epoch=breaker.epoch + 1,
                probes=1,
            ),
            True,
        )
    if breaker.probes < rules.probes:
        return Admission(replace(breaker, probes=breaker.probes + 1), True)
    until = breaker.since + rules.probe_seconds
    if now < until:
        return Admission(breaker, False, until - now)
    return Admission(replace(breaker, since=now, probes=1, passed=0), True)


def record(
    breaker: Breaker, *, failed: bool, epoch: int, now: float, rules: Rules = RULES
) -> Breaker:
    """Return the breaker after the report of a call let through in ``epoch``."""
    if epoch != breaker.epoch or breaker.state is BreakerState.OPEN:
        return breaker
    if breaker.state is BreakerState.HALF_OPEN:
        return _after_probe(breaker, failed=failed, now=now, rules=rules)
    counted = _counted(breaker, failed=failed, now=now, rules=rules)
    calls = counted.calls + counted.old_calls
    failures = counted.failures + counted.old_failures
    if calls < rules.min_calls or failures < rules.threshold * calls:
        return counted
    return _opened(breaker, pause=rules.first_pause, now=now)


def void(breaker: Breaker, *, epoch: int) -> Breaker:
    """Return the breaker after a call that was let through was not made after all."""
    if epoch != breaker.epoch or breaker.state is not BreakerState.HALF_OPEN:
        return breaker
    return replace(breaker, probes=max(0, breaker.probes - 1))


def _after_probe(breaker: Breaker, *, failed: bool, now: float, rules: Rules) -> Breaker:
    if failed:
        pause = min(rules.longest_pause, breaker.pause * 2.0)
        return _opened(breaker, pause=pause, now=now)
    if breaker.passed + 1 < rules.probes:
        return replace(breaker, passed=breaker.passed + 1)
    return Breaker(since=now, epoch=breaker.epoch + 1)


def _opened(breaker: Breaker, *, pause: float, now: float) -> Breaker:
    return Breaker(state=BreakerState.OPEN, since=now, pause=pause, epoch=breaker.epoch + 1)


def _counted(breaker: Breaker, *, failed: bool, now: float, rules: Rules) -> Breaker:
    slot = int(now // rules.slice_seconds)
    calls, failures = breaker.calls, breaker.failures
    old_calls, old_failures = breaker.old_calls, breaker.old_failures
    if slot != breaker.slot:
        follows = slot == breaker.slot + 1
        old_calls, old_failures = (calls, failures) if follows else (0, 0)
        calls, failures = 0, 0
    return replace(
        breaker,
        slot=slot,
        calls=calls + 1,
        failures=failures + int(failed),
        old_calls=old_calls,
        old_failures=old_failures,
    )
