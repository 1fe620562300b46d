"""A token bucket as values: refilled by time, closed for a while on the platform's word.

The Lua script of `scripts` computes the same in the same order; a test holds them together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_second`` tokens flow in, at most ``burst`` are kept."""

    per_second: float
    burst: int

    def scaled(self, share: float) -> Rate:
        """Return a small share of this rate, one call at a time."""
        return Rate(self.per_second * share, 1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Tokens at a moment (seconds); nothing may be taken before ``closed_until``."""

    tokens: float
    at: float
    closed_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Taken:
    """The bucket afterwards; ``wait`` (seconds) is 0 exactly when a token was granted."""

    bucket: Bucket
    granted: bool
    wait: float
    closed: bool = False


def full(rate: Rate, now: float) -> Bucket:
    """Return a bucket nobody has taken from."""
    return Bucket(float(rate.burst), now)


def refill(bucket: Bucket, rate: Rate, now: float) -> Bucket:
    """Return the bucket at ``now``. A clock set back adds nothing and does not freeze it."""
    gained = (now - bucket.at) * rate.per_second if now > bucket.at else 0.0
    return Bucket(min(float(rate.burst), bucket.tokens + gained), now, bucket.closed_until)


def take(bucket: Bucket, rate: Rate, now: float, *, reserve: int = 0) -> Taken:
    """Take one token if ``reserve`` tokens stay behind; otherwise say how long to wait."""
    current = refill(bucket, rate, now)
    if current.closed_until > now:
        return Taken(current, False, current.closed_until - now, closed=True)
    short = 1.0 + reserve - current.tokens
    if short > 0.0:
        return Taken(current, False, short / rate.per_second)
    return Taken(Bucket(current.tokens - 1.0, now, current.closed_until), True, 0.0)


def close(bucket: Bucket, until: float) -> Bucket:
    """Return the bucket closed until a moment; a later closing is never shortened."""
    return Bucket(bucket.tokens, bucket.at, max(bucket.closed_until, until))
