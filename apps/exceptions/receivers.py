"""What exceptions does when others tell it something."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

import structlog
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from apps.exceptions.tasks import look_at_tracks
from apps.shipments.signals import positions_arrived

log = structlog.get_logger(__name__)
EVERY_SECONDS = 1.0


@dataclass(slots=True)
class _Hints:
    """One thread that speaks to the broker, so that a broker that hangs delays no request."""

    pool: ThreadPoolExecutor | None = None
    last: Future[None] | None = None
    at: float = float("-inf")

    def send(self) -> bool:
        """Send a hint unless one is under way or went a second ago; tell whether it was sent."""
        if time.monotonic() - self.at < EVERY_SECONDS or (self.last and not self.last.done()):
            return False
        self.at = time.monotonic()
        self.pool = self.pool or ThreadPoolExecutor(1, thread_name_prefix="look-hint")
        self.last = self.pool.submit(copy_context().run, _ask)
        return True


hints = _Hints()


@receiver(positions_arrived, dispatch_uid="exceptions.look_at_tracks")
def hint(**_said: Any) -> None:
    """Ask a worker to look now. Only a hint: the tick comes anyway."""
    hints.send()


def _ask() -> None:
    try:
        look_at_tracks.apply_async(expires=10, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("no hint, the tick will look", error=str(error))
