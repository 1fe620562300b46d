"""The scheduler of the `beat` process: the database's rows, and a heart that its ticks touch."""

from __future__ import annotations

import datetime as dt
from typing import Any

from celery.utils.time import maybe_make_aware
from django_celery_beat.schedulers import DatabaseScheduler

from apps.core import clock
from apps.core.metrics.recorder import name_process, touch_heart

SLACK = dt.timedelta(minutes=1)
"""Clocks of hosts may differ by so much."""


class HeartScheduler(DatabaseScheduler):
    """Sends what the schedule's rows say; one that hangs stops its heart within seconds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_process("beat", has_loop=True)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; return the seconds to the next tick, at most five."""
        touch_heart()
        self.forgive_rewound_clock()
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def forgive_rewound_clock(self) -> int:
        """Let rows that ran in what is the future again have run now; return how many.

        Celery would wait for that time to come, for a day where a clock was a day ahead. The heap
        of what is next is in the old time too and is made anew.
        """
        now = clock.real_now()
        ahead = [
            entry
            for entry in self.schedule.values()
            if entry.last_run_at and maybe_make_aware(entry.last_run_at) > now + SLACK
        ]
        for entry in ahead:
            entry.last_run_at = entry.model.last_run_at = now
        if ahead:
            self._heap = None
        return len(ahead)
