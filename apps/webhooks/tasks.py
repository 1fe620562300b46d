"""Celery: retention, and the comparison with receivers."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from apps.core.jobs import real_slot, run_job
from apps.webhooks import services

COMPARE_SECONDS = 1_800


@shared_task(name="webhooks.clean_up")
def clean_up() -> int:
    """Delete old settled messages."""
    return services.purge_messages()


@shared_task(name="webhooks.compare")
def compare() -> str:
    """Once in half an hour: what was sent against what the sandbox's receivers got."""

    def work() -> dict[str, Any]:
        return services.compare_with_receivers().as_result()

    return run_job(job="webhooks.compare", slot=real_slot(COMPARE_SECONDS), work=work).value
