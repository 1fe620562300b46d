"""Celery's side: load, call one service, nothing else."""

from __future__ import annotations

from dataclasses import asdict

from celery import shared_task

from apps.baidiyun import services
from apps.baidiyun.limits import services as limit_services
from apps.core.lanes import alone

LANES = 4
"""How many subscriptions of a round wait for their answers at once."""


@shared_task(name="baidiyun.send_subscriptions")
def send_subscriptions(limit: int = 50) -> dict[str, int]:
    """Send the subscriptions that are due; rows are claimed, so two runs never meet."""

    def work() -> dict[str, int]:
        return asdict(services.send_due_subscriptions(limit=limit, lanes=LANES))

    return alone("baidiyun.send_subscriptions", work) or {}


@shared_task(name="baidiyun.poll_wanted")
def poll_wanted(limit: int = 20) -> dict[str, int]:
    """Ask for the parcels of refused pushes; every number has its turn once in 30 minutes."""
    return services.poll_wanted(limit=limit)


@shared_task(name="baidiyun.move_ladder")
def move_ladder() -> str:
    """Look at errors, latency and budget, and take at most one step on the ladder."""
    return str(limit_services.move_ladder() or "")


def clean_up() -> dict[str, int]:
    """What `core.clean_up` runs for this app."""
    return services.clean_up()
