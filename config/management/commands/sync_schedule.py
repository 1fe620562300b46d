"""Make the rows of beat's schedule that are missing; leave what somebody edited."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from config.schedule import TICKS


class Command(BaseCommand):
    """`sync_schedule`: after a migration, before beat starts."""

    help = "Create missing periodic tasks; edited ones stay as they are."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Create each missing row of the table."""
        made = 0
        for tick in TICKS:
            interval, _ = IntervalSchedule.objects.get_or_create(
                every=tick.every, period=IntervalSchedule.SECONDS
            )
            _, created = PeriodicTask.objects.get_or_create(
                name=tick.task,
                defaults={
                    "task": tick.task,
                    "interval": interval,
                    "expire_seconds": tick.expires,
                },
            )
            made += created
        self.stdout.write(f"schedule: {len(TICKS)} periodic tasks, {made} new")
