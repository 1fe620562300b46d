"""Hints through Redis: they only wake somebody who would look anyway, and may get lost.

Publishing is throttled and gives up for a while when Redis does not answer, so that a dead
Redis costs neither data nor time.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import structlog
from django.conf import settings
from django.dispatch import Signal
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = structlog.get_logger(__name__)

INBOX_CHANNEL = "lastmile:inbox"
APPLIED_CHANNEL = "lastmile:applied"
SPACING_SECONDS = 0.05
PAUSE_SECONDS = 10.0
SOCKET_SECONDS = 0.2

inbox_applied = Signal()
"""Sent after the commit of a drained batch with ``topics``; a hint for readers, no promise."""


class Publisher:
    """Publishes at most every 50 ms and rests for 10 s after a failure.

    While one thread tries, the others are told to rest: a Redis that hangs stops one of them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._not_before = 0.0
        self._client: Redis | None = None

    def publish(self, channel: str, message: str = "1") -> bool:
        """Send a hint if it is time; returns whether one went out."""
        moment = time.monotonic()
        with self._lock:
            if moment < self._not_before:
                return False
            self._not_before = moment + PAUSE_SECONDS
        try:
            self._connected().publish(channel, message)
        except (RedisError, OSError) as error:
            self._not_before = time.monotonic() + PAUSE_SECONDS
            log.info("baidiyun.hint_lost", reason=type(error).__name__)
            return False
        self._not_before = moment + SPACING_SECONDS
        return True

    def _connected(self) -> Redis:
        if self._client is None:
            self._client = connect()
        return self._client


class Listener:
    """Waits for a hint or for the time to pass, whichever is first."""

    def __init__(self, channel: str = INBOX_CHANNEL) -> None:
        self._channel = channel
        self._pubsub: Any = None
        self._not_before = 0.0

    def wait(self, seconds: float) -> bool:
        """Return True when a hint came; never takes longer than ``seconds`` plus a socket's."""
        started = time.monotonic()
        try:
            if self._pubsub is None and started >= self._not_before:
                self._subscribe()
            if self._pubsub is not None:
                return self._listen(seconds)
        except (RedisError, OSError, ValueError) as error:
            log.info("baidiyun.not_listening", reason=type(error).__name__)
            self._pubsub = None
            self._not_before = time.monotonic() + PAUSE_SECONDS
        time.sleep(max(0.0, seconds - (time.monotonic() - started)))
        return False

    def _subscribe(self) -> None:
        client: Any = connect()
        pubsub = client.pubsub(ignore_subscribe_messages=True)
        pubsub.subscribe(self._channel)
        self._pubsub = pubsub

    def _listen(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._pubsub.get_message(timeout=left) is not None:
                return True
        return False


def connect() -> Redis:
    """Return a client that waits at most 0.2 s for anything and never tries twice."""
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=SOCKET_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


_inbox = Publisher()
_applied = Publisher()


def inbox_has_news() -> None:
    """Tell the drain that a row came in."""
    _inbox.publish(INBOX_CHANNEL)


def rows_were_applied(topics: list[str]) -> None:
    """Tell readers that a batch was committed."""
    inbox_applied.send_robust(sender=None, topics=topics)
    _applied.publish(APPLIED_CHANNEL, ",".join(topics))
