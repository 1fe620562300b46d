"""Periodic work that two schedulers cannot double and a dead one cannot lose.

A job runs under an advisory lock and a unique (job, slot) row that counts only when it is
finished. A slot whose holder died is taken over by the next tick: the lock is free again
and the row has no ``finished_at``.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import structlog
from django.db import transaction

from apps.core import clock
from apps.core.locks import try_lock
from apps.core.models import JobRun

log = structlog.get_logger(__name__)
Work = Callable[[], dict[str, Any]]


class JobOutcome(StrEnum):
    """What became of one tick."""

    DONE = "done"
    ALREADY_DONE = "already_done"
    BUSY = "busy"


def current_slot(seconds: int) -> dt.datetime:
    """Return business time floored to a period of ``seconds``."""
    stamp = int(clock.now().timestamp())
    return dt.datetime.fromtimestamp(stamp - stamp % seconds, tz=dt.UTC)


def run_job(*, job: str, slot: dt.datetime, work: Work) -> JobOutcome:
    """Run ``work`` once for the slot and keep what it returned.

    An exception leaves the slot unfinished with its error written down, and goes on to the
    caller; the next tick tries the slot again.
    """
    with try_lock(f"job:{job}") as held:
        if not held:
            return JobOutcome.BUSY
        run, _ = JobRun.objects.get_or_create(
            job=job, slot=slot, defaults={"holder": holder(), "started_at": clock.real_now()}
        )
        if run.finished_at:
            return JobOutcome.ALREADY_DONE
        return _carry_out(run, work)


def holder() -> str:
    """Return this process's name, for the row that says who works."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _carry_out(run: JobRun, work: Work) -> JobOutcome:
    JobRun.objects.filter(pk=run.pk).update(holder=holder(), started_at=clock.real_now(), error="")
    try:
        result = work()
    except Exception as error:
        JobRun.objects.filter(pk=run.pk).update(error=f"{type(error).__name__}: {error}"[:2000])
        raise
    with transaction.atomic():
        JobRun.objects.filter(pk=run.pk).update(finished_at=clock.real_now(), result=result)
    log.info("job finished", job=run.job, slot=run.slot.isoformat(), **result)
    return JobOutcome.DONE


def last_finished() -> dict[str, dt.datetime]:
    """Return for every job the (real) time it last finished."""
    rows = (
        JobRun.objects.filter(finished_at__isnull=False)
        .order_by("job", "-finished_at")
        .distinct("job")
    )
    return {row.job: row.finished_at for row in rows if row.finished_at}


def last_result(job: str) -> dict[str, Any]:
    """Return what a job's last finished run returned, empty if it never finished."""
    rows = JobRun.objects.filter(job=job, finished_at__isnull=False).order_by("-finished_at")
    return dict(rows.values_list("result", flat=True).first() or {})


def real_slot(seconds: int) -> dt.datetime:
    """Return the wall clock floored to a period of ``seconds``: for jobs that measure us."""
    stamp = int(clock.real_now().timestamp())
    return dt.datetime.fromtimestamp(stamp - stamp % seconds, tz=dt.UTC)
