"""The scheduler of the `beat` process: the database's rows, and a heart that its ticks touch."""

from __future__ import annotations

from typing import Any

from django_celery_beat.schedulers import DatabaseScheduler

from apps.core.metrics.recorder import name_process, touch_heart


class HeartScheduler(DatabaseScheduler):
    """Sends what the schedule's rows say; one that hangs stops its heart within seconds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_process("beat", has_loop=True)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; return the seconds to the next tick, at most five."""
        touch_heart()
        seconds: float = super().tick(*args, **kwargs)
        return seconds
