"""Periodic work of customs: call one service, nothing else."""

from __future__ import annotations

from celery import shared_task

from apps.core.jobs import current_slot, run_job
from apps.customs import services

DAY_SECONDS = 86_400


@shared_task(name="customs.work_on_imports")
def work_on_imports() -> int:
    """Work on imports of products for some seconds; the tick takes the rest."""
    return services.work_on_imports()


@shared_task(name="customs.clean_up_imports")
def clean_up_imports() -> str:
    """Once a day: forget previews nobody confirmed and the rows of old imports."""
    slot = current_slot(DAY_SECONDS)
    work = services.clean_up_imports
    return run_job(job="customs.clean_up_imports", slot=slot, work=work).value


@shared_task(name="customs.follow_shipments")
def follow_shipments() -> int:
    """Bring declarations up to date with their shipments."""
    return services.follow_shipments()


@shared_task(name="customs.reassess_changed")
def reassess_changed() -> int:
    """Draft what waits for products that changed again."""
    return services.reassess_changed()


@shared_task(name="customs.recheck_due")
def recheck_due() -> int:
    """Check again what has not left and was last checked by other rules, lists or another day's."""
    return services.recheck_due()


@shared_task(name="customs.run_impacts")
def run_impacts() -> int:
    """Work on previews of what drafts would change for some seconds; the tick takes the rest."""
    return services.run_impacts()


@shared_task(name="customs.recheck_waiting")
def recheck_waiting() -> str:
    """Once a day: judge what was not handed in by today's rules."""
    slot = current_slot(DAY_SECONDS)

    def work() -> dict[str, int]:
        return {"looked_at": services.recheck_waiting()}

    return run_job(job="customs.recheck_waiting", slot=slot, work=work).value
