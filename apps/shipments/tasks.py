"""Periodic work of shipments: load, call one service, nothing else."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from apps.core.jobs import current_slot, run_job
from apps.shipments import services

SILENT_LIMIT = 50
ESTIMATE_LIMIT = 20
RECONCILE_BUDGET = 200
RECONCILE_SECONDS = 1_800
DAY_SECONDS = 86_400


@shared_task(name="shipments.poll_silent")
def poll_silent(limit: int = SILENT_LIMIT) -> dict[str, int]:
    """Ask for numbers that have said nothing for too long."""
    return services.poll_claimed(targets=services.claim_silent(limit=limit))


@shared_task(name="shipments.ask_estimates")
def ask_estimates(limit: int = ESTIMATE_LIMIT) -> dict[str, int]:
    """Ask carriers when new shipments should arrive."""
    return services.ask_estimates(limit=limit)


@shared_task(name="shipments.reconcile")
def reconcile(budget: int = RECONCILE_BUDGET) -> str:
    """Once in every half hour of business time: ask where it matters most, within the budget."""

    def work() -> dict[str, Any]:
        targets = services.claim_risky(limit=budget)
        return {"asked": len(targets), **services.poll_claimed(targets=targets)}

    return run_job(job="shipments.reconcile", slot=current_slot(RECONCILE_SECONDS), work=work).value


@shared_task(name="shipments.clean_up")
def clean_up() -> str:
    """Once a day: partitions ahead of time, change rows nobody needs any more."""

    def work() -> dict[str, Any]:
        return {
            "partitions": services.ensure_partitions(),
            "purged_changes": services.purge_changes(),
        }

    return run_job(job="shipments.clean_up", slot=current_slot(DAY_SECONDS), work=work).value
