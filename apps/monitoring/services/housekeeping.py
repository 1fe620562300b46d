"""Housekeeping over all apps."""

from __future__ import annotations

import datetime as dt

from apps.accounts.services import forget_old_answers
from apps.baidiyun.services import clean_up as clean_up_baidiyun
from apps.core import clock
from apps.core.models import JobRun
from apps.monitoring.models import Alarm, Silence

KEEP_JOB_RUNS = dt.timedelta(days=30)
KEEP_ALARMS = dt.timedelta(days=365)


def clean_up() -> dict[str, int]:
    """Drop what is past its retention; shipments keep their own house.

    Never touches a callback that is not applied. Returns how many of what.
    """
    horizon = clock.real_now() - KEEP_JOB_RUNS
    old_runs = JobRun.objects.filter(finished_at__lt=horizon).delete()[0]
    year = clock.real_now() - KEEP_ALARMS
    return {
        "job_runs": old_runs,
        "alarms": Alarm.objects.filter(until__lt=year).delete()[0],
        "silences": Silence.objects.filter(until__lt=year).delete()[0],
        "idempotency": forget_old_answers(),
        **clean_up_baidiyun(),
    }
