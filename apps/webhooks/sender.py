"""The loop that sends, beside the one that applies, in the `drain` process."""

from __future__ import annotations

import threading

import structlog
from django.db import Error, connection

from apps.webhooks.services import send_due

log = structlog.get_logger(__name__)

SENDERS = 4
IDLE_SECONDS = 0.5
AFTER_ERROR_SECONDS = 2.0


class Sender:
    """Sends with a few threads: an endpoint that takes its time holds up one of them only."""

    def __init__(self, threads: int = SENDERS) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"webhooks-{n}", daemon=True)
            for n in range(threads)
        ]

    def start(self) -> None:
        """Begin; returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, seconds: float = 5.0) -> None:
        """Ask every thread to end; what is on its way then is due again when its lease ends."""
        self._stop.set()
        for thread in self._threads:
            thread.join(seconds / len(self._threads))

    def _run(self) -> None:
        while not self._stop.is_set():
            pause = 0.0
            try:
                if not send_due().claimed:
                    pause = IDLE_SECONDS
            except Error as error:
                log.warning("webhooks.database_lost", reason=str(error)[:200])
                connection.close()
                pause = AFTER_ERROR_SECONDS
            except Exception:
                log.exception("webhooks.round_failed")
                pause = AFTER_ERROR_SECONDS
            if pause:
                self._stop.wait(pause)
        connection.close()
