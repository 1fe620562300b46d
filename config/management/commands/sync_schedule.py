"""Make the rows of beat's schedule that are missing, take away those of ticks that are gone."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from config.celery import app
from config.schedule import TICKS


class Command(BaseCommand):
    """`sync_schedule`: after a migration, before beat starts."""

    help = "Create missing periodic tasks, remove vanished ones; edited ones stay as they are."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the rows in line with the table; what staff made or edited is theirs.

        A row this command made (named as its task) whose tick is gone is removed. One of staff's
        own that names a task of ours no worker knows any more is switched off.
        """
        made = sum(_make(tick.task, tick.every, tick.expires) for tick in TICKS)
        _, by_table = _vanished().delete()
        removed = by_table.get(PeriodicTask._meta.label, 0)
        switched_off = _unknown().update(enabled=False)
        if switched_off:
            PeriodicTasks.update_changed()
        self.stdout.write(
            f"schedule: {len(TICKS)} periodic tasks, {made} new, {removed} removed,"
            f" {switched_off} switched off"
        )


def _make(task: str, every: int, expires: int) -> bool:
    interval, _ = IntervalSchedule.objects.get_or_create(
        every=every, period=IntervalSchedule.SECONDS
    )
    _, created = PeriodicTask.objects.get_or_create(
        name=task, defaults={"task": task, "interval": interval, "expire_seconds": expires}
    )
    return created


def _vanished() -> QuerySet[PeriodicTask]:
    """Return the rows of ticks that are gone."""
    rows = PeriodicTask.objects.filter(_ours(), name=F("task"))
    return rows.exclude(task__in=[tick.task for tick in TICKS])


def _unknown() -> QuerySet[PeriodicTask]:
    """Return the rows that are on and name a task of ours that does not exist."""
    app.loader.import_default_modules()
    return PeriodicTask.objects.filter(_ours(), enabled=True).exclude(task__in=list(app.tasks))


def _ours() -> Q:
    """Match tasks named after an app of the portal, and no others (`celery.backend_cleanup`)."""
    labels = [config.label for config in apps.get_app_configs() if config.name.startswith("apps.")]
    return Q(task__regex=rf"^({'|'.join(labels)})\.")
