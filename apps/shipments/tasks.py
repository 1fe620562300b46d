"""Periodic work of shipments: load, call one service, nothing else."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from apps.core.jobs import current_slot, real_slot, run_job
from apps.core.lanes import alone
from apps.core.locks import try_lock
from apps.shipments import services

SILENT_LIMIT = 50
ESTIMATE_LIMIT = 20
RECONCILE_BUDGET = 200
RECONCILE_SECONDS = 1_800
ROLL_UP_SECONDS = 600
WATCH_SECONDS = 900
DAY_SECONDS = 86_400
LANES = 4
"""How many questions of a round wait for their answers at once."""
MINUTE_SECONDS = 60


@shared_task(name="shipments.poll_silent")
def poll_silent(limit: int = SILENT_LIMIT) -> dict[str, int]:
    """Ask for numbers that have said nothing for too long."""

    def work() -> dict[str, int]:
        return services.poll_claimed(targets=services.claim_silent(limit=limit), lanes=LANES)

    return alone("shipments.poll_silent", work) or {}


@shared_task(name="shipments.ask_estimates")
def ask_estimates(limit: int = ESTIMATE_LIMIT) -> dict[str, int]:
    """Ask carriers when new shipments should arrive."""

    def work() -> dict[str, int]:
        return services.ask_estimates(limit=limit, lanes=LANES)

    return alone("shipments.ask_estimates", work) or {}


@shared_task(name="shipments.reconcile")
def reconcile(budget: int = RECONCILE_BUDGET) -> str:
    """Once in every half hour of business time: ask where it matters most, within the budget."""

    slot = current_slot(RECONCILE_SECONDS)

    def work() -> dict[str, Any]:
        return services.reconcile(slot=slot, budget=budget, lanes=LANES)

    return run_job(job="shipments.reconcile", slot=slot, work=work).value


@shared_task(name="shipments.roll_up")
def roll_up() -> str:
    """Six times an hour of business time: how complete each carrier's pushes are."""

    def work() -> dict[str, Any]:
        return {"hours": services.roll_up_completeness()}

    return run_job(job="shipments.roll_up", slot=current_slot(ROLL_UP_SECONDS), work=work).value


@shared_task(name="shipments.clean_up")
def clean_up() -> str:
    """Once a day: partitions ahead of time, change rows nobody needs any more."""

    def work() -> dict[str, Any]:
        return {
            "partitions": services.ensure_partitions(),
            "purged_changes": services.purge_changes(),
            "purged_ledger": services.purge_ledger(),
        }

    return run_job(job="shipments.clean_up", slot=current_slot(DAY_SECONDS), work=work).value


@shared_task(name="shipments.count_heard")
def count_heard() -> str:
    """Once a minute of the wall clock: how long the new events took to reach us."""
    return run_job(
        job="shipments.count_heard", slot=real_slot(MINUTE_SECONDS), work=services.count_heard
    ).value


@shared_task(name="shipments.run_replays")
def run_replays() -> dict[str, int]:
    """Work on the drafts of codes' meanings, a few thousand shipments at a time."""
    with try_lock("shipments.run_replays") as held:
        return services.run_replays() if held else {}


@shared_task(name="shipments.watch_legs")
def watch_legs() -> str:
    """Four times an hour of business time: which open legs say nothing or make no sense."""
    return run_job(
        job="shipments.watch_legs", slot=current_slot(WATCH_SECONDS), work=services.watch_legs
    ).value
