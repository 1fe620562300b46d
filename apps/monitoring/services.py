"""Housekeeping over all apps, and alarms that open and close by themselves."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from apps.accounts.services import forget_old_answers
from apps.baidiyun.services import clean_up as clean_up_baidiyun
from apps.core import clock
from apps.core.locks import try_lock
from apps.core.models import JobRun
from apps.monitoring import refusals
from apps.monitoring.choices import AlarmKind
from apps.monitoring.models import Alarm
from apps.monitoring.selectors import Refusals, open_alarms, recent_refusals

KEEP_JOB_RUNS = dt.timedelta(days=30)
KEEP_ALARMS = dt.timedelta(days=365)


def clean_up() -> dict[str, int]:
    """Drop what is past its retention; shipments keep their own house.

    Never touches a callback that is not applied. Returns how many of what.
    """
    horizon = clock.real_now() - KEEP_JOB_RUNS
    old_runs = JobRun.objects.filter(finished_at__lt=horizon).delete()[0]
    ended = Alarm.objects.filter(until__lt=clock.real_now() - KEEP_ALARMS)
    return {
        "job_runs": old_runs,
        "alarms": ended.delete()[0],
        "idempotency": forget_old_answers(),
        **clean_up_baidiyun(),
    }


def watch_refusals() -> dict[str, int]:
    """Look at the refused callbacks of the last ten minutes; open, renew or close the alarms.

    Ours (a token we gave out) and strangers' are looked at apart. Returns how many alarms are
    open; nothing is done while another process looks.
    """
    with try_lock("monitoring.watch_refusals") as held:
        if held:
            for found in recent_refusals():
                _judge(found)
    return {"open": open_alarms().count()}


def open_alarm(
    *, kind: AlarmKind, value: float, usual: float, message: str, label: str = ""
) -> Alarm:
    """Return the open alarm of this kind and label, begun now if there was none.

    An open one takes the new value and message; its beginning and what was usual then stay.
    """
    with transaction.atomic():
        alarm, begun = Alarm.objects.select_for_update().get_or_create(
            kind=kind.value,
            label=label,
            until=None,
            defaults={
                "since": clock.real_now(),
                "value": value,
                "usual": usual,
                "message": message[:300],
            },
        )
        if not begun:
            alarm.value, alarm.message = value, message[:300]
            alarm.save(update_fields=["value", "message"])
    return alarm


def close_alarm(*, kind: AlarmKind, label: str = "") -> bool:
    """End the open alarm of this kind and label; False if there is none."""
    held = Alarm.objects.filter(kind=kind.value, label=label, until=None)
    return bool(held.update(until=clock.real_now()))


def _judge(found: Refusals) -> None:
    alarm = open_alarms().filter(kind=found.kind.value, label="").first()
    if alarm is None:
        sounds = refusals.opens(recent=found.recent, usual=found.usual)
    else:
        sounds = not refusals.closes(recent=found.recent, usual=alarm.usual)
    if sounds:
        message = refusals.describe(found.reasons, found.keys)
        open_alarm(kind=found.kind, value=found.recent, usual=found.usual, message=message)
    elif alarm is not None:
        close_alarm(kind=found.kind)
