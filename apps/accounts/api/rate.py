"""How many requests a key may make a minute, counted in Redis."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import redis
import structlog
from django.conf import settings

from apps.accounts.models import ApiKey

log = structlog.get_logger(__name__)
WINDOW_SECONDS = 60
REDIS_TIMEOUT_SECONDS = 0.25
PAUSE_SECONDS = 5.0
COUNT = """
redis.call('SET', KEYS[1], 0, 'EX', ARGV[1], 'NX')
return {redis.call('INCR', KEYS[1]), redis.call('TTL', KEYS[1])}
"""


@dataclass(frozen=True)
class Rate:
    """What is left: ``limit`` requests a window, ``remaining``, ``reset`` seconds to its end."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        """Requests left in this window, never below 0."""
        return max(self.limit - self.used, 0)

    @property
    def exceeded(self) -> bool:
        """Whether the request just counted was one too many."""
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """Return the three ``RateLimit-*`` headers."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


_resting_until = 0.0


def count_request(*, caller: Any, credential: Any) -> Rate | None:
    """Count one request of a key or a person; None where Redis cannot be asked.

    One script: the counter begins with its expiry or not at all, so that no lost reply leaves
    a key locked out. Without Redis everybody passes, with a line in the log; for five seconds
    it is not asked again, so that its absence costs nothing either.
    """
    global _resting_until  # noqa: PLW0603 - a short memory of this process only
    if time.monotonic() < _resting_until:
        return None
    key = _name_of(caller, credential)
    try:
        used, reset = connect_for_counting().eval(COUNT, 1, key, WINDOW_SECONDS)
    except (redis.RedisError, OSError) as error:
        _resting_until = time.monotonic() + PAUSE_SECONDS
        log.warning("api.rate_not_counted", error=type(error).__name__)
        return None
    return Rate(settings.API_RATE_PER_MINUTE, int(used), max(int(reset), 1))


def forget_outage() -> None:
    """Ask Redis again at once."""
    global _resting_until  # noqa: PLW0603
    _resting_until = 0.0


def _name_of(caller: Any, credential: Any) -> str:
    database = settings.DATABASES["default"]["NAME"]
    if isinstance(credential, ApiKey):
        return f"lastmile:{database}:rate:key:{credential.prefix}"
    return f"lastmile:{database}:rate:user:{caller.pk}"


def connect_for_counting() -> redis.Redis:
    """Return a client that waits a quarter of a second at most and never tries twice."""
    return _connect(settings.REDIS_URL)


@lru_cache(maxsize=4)
def _connect(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_timeout=REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
        retry_on_timeout=False,
    )
