"""The thread that writes this process's book and heart: its own connection, never in a request.

It begins with the first observation, or when the process says so, and again after a fork. Whatever
happens to it (a full store, a database that hangs) happens to nobody else: what is observed
meanwhile waits in the book, which is bounded.
"""

from __future__ import annotations

import atexit
import datetime as dt
import os
import threading
import time
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

from apps.core import clock
from apps.core.heartbeat import BEAT_SECONDS, beat_heart
from apps.core.metrics.book import book

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 2.0
FAR_SECONDS = 15.0
"""The longest wait between two attempts while nothing can be written."""
END_SECONDS = 1.5
LIMITS = "-c synchronous_commit=off -c statement_timeout=4000 -c lock_timeout=2000"
"""A figure is worth no sync of the disk and must never wait for long."""


class Recorder:
    """One per process; all methods may be called from any thread."""

    def __init__(self) -> None:
        self.process = ""
        self.has_loop = False
        self._forget()

    def _forget(self) -> None:
        """Begin anew after a fork: the thread and its connection stayed with the parent."""
        self._begin_lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._connection: BaseDatabaseWrapper | None = None
        self._touched: dt.datetime | None = None
        self._beaten = float("-inf")
        self._flush_at = self._wait = 0.0
        self._is_lost = False

    @property
    def is_running(self) -> bool:
        """Whether the thread was begun in this process."""
        return self._thread is not None

    def begin(self) -> None:
        """Start the thread unless it runs or the settings forbid it."""
        if self._thread is not None or not settings.METRICS_RECORDED:
            return
        with self._begin_lock:
            if self._thread is None:
                self._stop.clear()
                thread = threading.Thread(target=self._run, name="recorder", daemon=True)
                thread.start()
                self._thread = thread

    def end(self) -> None:
        """Write down what is left and stop; gives up after a second and a half."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stop.set()
        thread.join(END_SECONDS)

    def touch(self) -> None:
        """Note that the process's own loop has come by."""
        self._touched = clock.real_now()

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            self._turn()
        self._flush_at = 0.0
        self._turn()
        self._close()

    def _turn(self) -> None:
        for work in (self._flush, self._beat):
            try:
                work()
            except Error as error:
                self._lose(error)
            except Exception:
                log.exception("metrics.recorder_failed")
                self._close()

    def _lose(self, error: Error) -> None:
        """Give the connection up; said once, until something can be written again."""
        if not self._is_lost:
            log.warning("metrics.connection_lost", reason=type(error).__name__)
        self._is_lost = True
        self._close()

    def _flush(self) -> None:
        """Write the book; what could not be written is tried again after a growing wait."""
        if time.monotonic() < self._flush_at:
            return
        book.flush(self._own())
        if not book.unwritten_seconds:
            self._wait = 0.0
            return
        self._close()
        self._wait = min(max(self._wait * 2, FLUSH_SECONDS), FAR_SECONDS)
        self._flush_at = time.monotonic() + self._wait

    def _beat(self) -> None:
        """Write the heart of a process that has a name; one with a loop only after a touch."""
        if not self.process or time.monotonic() - self._beaten < BEAT_SECONDS - FLUSH_SECONDS / 2:
            return
        touched, self._touched = self._touched, None
        if self.has_loop and touched is None:
            return
        self._beaten = time.monotonic()
        beat_heart(self.process, seen_at=touched, detail=_detail(), using=self._own())
        self._is_lost = False

    def _own(self) -> BaseDatabaseWrapper:
        if self._connection is None:
            self._connection = recorder_connection()
        return self._connection

    def _close(self) -> None:
        own, self._connection = self._connection, None
        if own is not None:
            try:
                own.close()
            except Error as error:
                log.info("metrics.connection_lost", reason=type(error).__name__)


def recorder_connection() -> BaseDatabaseWrapper:
    """Return a connection that is nobody else's, with limits of its own."""
    given: dict[str, Any] = connections["default"].settings_dict
    options = {**given["OPTIONS"], "application_name": "lastmile recorder"}
    options["options"] = f"{options.get('options', '')} {LIMITS}".strip()
    own = {**given, "OPTIONS": options, "CONN_MAX_AGE": None}
    made: BaseDatabaseWrapper = load_backend(given["ENGINE"]).DatabaseWrapper(own, "default")
    return made


def _detail() -> dict[str, Any]:
    """Return what a heart says of the figures: for how long they could not be written."""
    if not (book.unwritten_seconds or book.lost):
        return {}
    return {
        "unwritten_seconds": round(book.unwritten_seconds),
        "kept": book.kept,
        "lost": book.lost,
    }


recorder = Recorder()
"""The recorder of this process."""
os.register_at_fork(after_in_child=recorder._forget)
atexit.register(recorder.end)


def name_process(process: str, *, has_loop: bool = False) -> None:
    """Say what this process is, a line of the Procfile, so that it has a heart.

    With a loop the heart beats only while :func:`touch_heart` is called; without one (the web
    server) while the process lives.
    """
    recorder.process, recorder.has_loop = process, has_loop


def touch_heart() -> None:
    """Say that the loop of this process has come by; begins the recorder if it does not run."""
    recorder.touch()
    recorder.begin()


def begin_when_forked() -> None:
    """Have processes forked from this one begin at once: a web server that nobody asks lives."""
    os.register_at_fork(after_in_child=recorder.begin)
