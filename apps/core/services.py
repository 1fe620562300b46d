"""What changes the shared tables."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from apps.core import clock
from apps.core.errors import PortalError
from apps.core.models import WorldClock


class WorldClockRefused(PortalError):
    """Raised where a simulated clock has no place: in production."""

    code = "world_clock_refused"
    permanent = True


def set_world_clock(*, world_at: dt.datetime, speed: float, running: bool = True) -> WorldClock:
    """Set the simulated world's clock; ``speed`` is world seconds per real second, above 0.

    Raises :class:`WorldClockRefused` where ``WORLD_CLOCK_ALLOWED`` is off.
    """
    if not settings.WORLD_CLOCK_ALLOWED:
        raise WorldClockRefused("A simulated clock is refused here: this is not a demo.")
    row, _ = WorldClock.objects.update_or_create(
        id=1,
        defaults={
            "world_at": world_at,
            "real_at": clock.real_now(),
            "speed": speed,
            "running": running,
        },
    )
    clock.forget()
    return row
