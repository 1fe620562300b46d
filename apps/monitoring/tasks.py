"""Periodic housekeeping."""

from __future__ import annotations

from celery import shared_task

from apps.core.jobs import current_slot, real_slot, run_job
from apps.core.metrics.rolling import roll_up
from apps.monitoring.services import clean_up, stand_in_for_watch

HOUR = 3600
ROLL_UP_SECONDS = 600


@shared_task(name="monitoring.clean_up")
def clean_up_task() -> str:
    """Run the housekeeping once an hour of business time."""
    return run_job(job="monitoring.clean_up", slot=current_slot(HOUR), work=clean_up)


@shared_task(name="monitoring.watch")
def watch_task() -> dict[str, int]:
    """Look at all rules in the place of a watch that is silent."""
    return stand_in_for_watch()


@shared_task(name="monitoring.roll_up")
def roll_up_task() -> str:
    """Sum the histograms of minutes into hours and days, every ten minutes of the wall clock."""

    def work() -> dict[str, int]:
        return {"dropped": roll_up()}

    return run_job(job="monitoring.roll_up", slot=real_slot(ROLL_UP_SECONDS), work=work).value
