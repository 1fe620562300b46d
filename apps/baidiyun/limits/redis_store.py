"""The store all workers share, in Redis: two scripts and a clock nobody can disagree about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from apps.baidiyun.limits import bucket
from apps.baidiyun.limits.breaker import RULES, Breaker
from apps.baidiyun.limits.bucket import Bucket
from apps.baidiyun.limits.choices import BreakerState, Health
from apps.baidiyun.limits.scripts import ADMIT, REPORT
from apps.baidiyun.limits.store import (
    KEPT_SLICES,
    Admitted,
    Quota,
    Report,
    Reported,
    StoreUnavailable,
    View,
)
from apps.baidiyun.limits.window import CLASSES, SLICE_SECONDS, Figures, latency_class

FIELDS = tuple(Breaker.__dataclass_fields__)
FLOATS = frozenset({"since", "pause"})


class RedisStore:
    """See `LimitStore`. ``now`` replaces the server's clock where a test or drill scripts it."""

    def __init__(
        self, client: Redis, *, prefix: str, now: Callable[[], float] | None = None
    ) -> None:
        self._client: Any = client
        self._prefix = prefix
        self._now = now
        self._admit = self._client.register_script(ADMIT)
        self._report = self._client.register_script(REPORT)

    def admit(self, scope: str, product: str, quotas: Sequence[Quota]) -> Admitted:
        """See `LimitStore`; one round trip."""
        keys = [self._key(scope, "breaker", product)]
        given: list[Any] = [self._moment(), RULES.probes, RULES.probe_seconds]
        for quota in quotas:
            keys.append(self._key(scope, "bucket", quota.name))
            given += [repr(quota.rate.per_second), quota.rate.burst, quota.reserve]
        reason, wait, epoch, state, moved = self._run(self._admit, keys, given)
        return Admitted(
            _text(reason),
            float(wait),
            int(float(epoch)),
            BreakerState(_text(state)),
            bool(moved),
        )

    def report(self, scope: str, product: str, report: Report) -> Reported:
        """See `LimitStore`; one round trip."""
        keys = [
            self._key(scope, "breaker", product),
            self._key(scope, "bucket", product),
            self._key(scope, "figures", ""),
        ]
        given = [
            self._moment(),
            report.health.value,
            report.epoch,
            latency_class(report.seconds),
            repr(report.close_for),
            product,
            RULES.slice_seconds,
            RULES.min_calls,
            RULES.threshold,
            RULES.first_pause,
            RULES.longest_pause,
            RULES.probes,
            SLICE_SECONDS,
            KEPT_SLICES * SLICE_SECONDS,
        ]
        *row, moved = self._run(self._report, keys, given)
        return Reported(_breaker(row), bool(moved))

    def figures(self, scope: str, seconds: int) -> dict[str, Figures]:
        """See `LimitStore`; two round trips."""
        try:
            last = int(self._time() // SLICE_SECONDS)
            pipe = self._client.pipeline(transaction=False)
            for number in range(last - seconds // SLICE_SECONDS + 1, last + 1):
                pipe.hgetall(self._key(scope, "figures", str(number)))
            rows = pipe.execute()
        except (RedisError, OSError) as error:
            raise StoreUnavailable(type(error).__name__) from error
        counts: dict[str, dict[str, int]] = {}
        for row in rows:
            for name, value in row.items():
                product, _, what = _text(name).rpartition(":")
                here = counts.setdefault(product, {})
                here[what] = here.get(what, 0) + int(value)
        return {product: _figures(found) for product, found in counts.items()}

    def view(self, scope: str, quotas: Sequence[Quota]) -> dict[str, View]:
        """See `LimitStore`; two round trips."""
        try:
            now = self._time()
            pipe = self._client.pipeline(transaction=False)
            for quota in quotas:
                pipe.hmget(self._key(scope, "bucket", quota.name), "tokens", "at", "closed")
                pipe.hmget(self._key(scope, "breaker", quota.name), *FIELDS)
            rows = pipe.execute()
        except (RedisError, OSError) as error:
            raise StoreUnavailable(type(error).__name__) from error
        return {
            quota.name: _view(quota, rows[2 * n], rows[2 * n + 1], now)
            for n, quota in enumerate(quotas)
        }

    def forget(self, scope: str) -> None:
        """Drop everything of a scope; for drills that end."""
        for key in self._client.scan_iter(match=f"{self._prefix}:{{{scope}}}:*"):
            self._client.delete(key)

    def _run(self, script: Any, keys: list[str], given: list[Any]) -> Any:
        try:
            return script(keys=keys, args=given)
        except (RedisError, OSError) as error:
            raise StoreUnavailable(type(error).__name__) from error

    def _key(self, scope: str, kind: str, name: str) -> str:
        return f"{self._prefix}:{{{scope}}}:{kind}:{name}"

    def _moment(self) -> str:
        return repr(self._now()) if self._now else ""

    def _time(self) -> float:
        if self._now:
            return self._now()
        seconds, micros = self._client.time()
        return float(seconds) + float(micros) / 1_000_000


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _breaker(row: Sequence[Any]) -> Breaker:
    values: dict[str, Any] = {}
    for name, value in zip(FIELDS, row, strict=True):
        if value is None:
            continue
        if name == "state":
            values[name] = BreakerState(_text(value))
        else:
            values[name] = float(value) if name in FLOATS else int(float(value))
    return Breaker(**values)


def _view(quota: Quota, row: Sequence[Any], breaker_row: Sequence[Any], now: float) -> View:
    tokens, at, closed = (None if value is None else float(value) for value in row)
    held = bucket.full(quota.rate, now)
    if tokens is not None and at is not None:
        held = Bucket(tokens, at, closed or 0.0)
    current = bucket.refill(held, quota.rate, now)
    return View(current.tokens, max(0.0, current.closed_until - now), _breaker(breaker_row))


def _figures(counts: dict[str, int]) -> Figures:
    return Figures(
        fine=counts.get(Health.FINE.value, 0),
        failed=counts.get(Health.FAILED.value, 0),
        limited=counts.get(Health.LIMITED.value, 0),
        latencies=tuple(counts.get(str(n), 0) for n in range(CLASSES)),
    )
