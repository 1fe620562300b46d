"""The loop of the `drain` process: Postgres is polled, Redis only wakes it sooner."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from apps.baidiyun.hints import Listener
from apps.baidiyun.outcomes import DrainResult
from apps.baidiyun.services import drain_once
from apps.core.metrics import book
from apps.core.metrics.recorder import touch_heart

log = structlog.get_logger(__name__)

SMALLEST_BATCH = 50
LARGEST_BATCH = 500
IDLE_SECONDS = 0.5
RECONNECT_SECONDS = 1.0
BATCHES_BETWEEN_COLLECTIONS = 200
LET_GO = "SET idle_in_transaction_session_timeout = '15s'"
"""A drain that stands still gives its rows and locks back; 15 s is many times a batch."""
LET_GO_BUSY = "SET transaction_timeout = '25s'"
"""The same for one that stands still between statements sent ahead, which PostgreSQL does not call
idle; known from `HAS_TRANSACTION_TIMEOUT` on."""
HAS_TRANSACTION_TIMEOUT = 170_000


class Drainer:
    """Drains until told to stop; a batch that has begun is always finished.

    The batch grows from 50 to 500 while there is a backlog (delay against rate) and shrinks as
    soon as there is none.
    """

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener or Listener()
        self._stop = threading.Event()
        self.batch = SMALLEST_BATCH
        self._since_collection = 0

    def stop(self) -> None:
        """Ask the loop to end after the batch in hand; safe in a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Drain for ever; a lost database is waited for, an unexpected error is logged."""
        with _collecting_by_hand(), letting_go():
            self._run()
        book.flush()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                result = self.step()
                touch_heart()
                self._tidy(busy=bool(result.claimed))
            except Error as error:
                log.warning("drain.database_lost", reason=str(error)[:200])
                connection.close()
                self._stop.wait(RECONNECT_SECONDS)
            except Exception:
                log.exception("drain.round_failed")
                self._stop.wait(RECONNECT_SECONDS)
            else:
                if not result.claimed and not self._stop.is_set():
                    self._listener.wait(IDLE_SECONDS)

    def run_until_empty(self) -> int:
        """Drain what is due now and return how many rows were claimed."""
        total = 0
        while not self._stop.is_set():
            claimed = self.step().claimed
            total += claimed
            if not claimed:
                break
        book.flush()
        return total

    def step(self) -> DrainResult:
        """Drain one batch and choose the size of the next."""
        result = drain_once(limit=self.batch)
        if result.claimed >= self.batch:
            self.batch = min(self.batch * 2, LARGEST_BATCH)
        else:
            self.batch = SMALLEST_BATCH
        return result

    def _tidy(self, *, busy: bool) -> None:
        """Look for circles of garbage every 200 batches when nothing waits, else every 400."""
        self._since_collection += 1
        if self._since_collection >= BATCHES_BETWEEN_COLLECTIONS and (
            not busy or self._since_collection >= 2 * BATCHES_BETWEEN_COLLECTIONS
        ):
            gc.collect()
            self._since_collection = 0


@contextmanager
def _collecting_by_hand() -> Iterator[None]:
    """Keep the collector out of the batches: it would search tens of thousands of live rows."""
    was_enabled = gc.isenabled()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


@contextmanager
def letting_go() -> Iterator[None]:
    """Have PostgreSQL end a transaction of this process in which nothing happens for long.

    Whoever wakes up with an old claim finds its connection closed and begins again.
    """
    connection_created.connect(_bound)
    if connection.connection is not None:
        _bound(connection=connection)
    try:
        yield
    finally:
        connection_created.disconnect(_bound)
        if not connection.in_atomic_block:
            connection.close()


def _bound(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LET_GO)
        if connection.connection.info.server_version >= HAS_TRANSACTION_TIMEOUT:
            cursor.execute(LET_GO_BUSY)
