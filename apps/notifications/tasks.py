"""Celery: sending beside `watch`, so that its end is heard, and retention."""

from __future__ import annotations

from dataclasses import asdict

from celery import shared_task

from apps.core.lanes import alone
from apps.notifications import services


@shared_task(name="notifications.send")
def send() -> dict[str, int] | None:
    """Send what is due; `watch` does the same every five seconds, and neither needs the other."""
    found = alone("notifications.send", services.send_due)
    return asdict(found) if found else None


@shared_task(name="notifications.clean_up")
def clean_up() -> int:
    """Delete old settled notices."""
    return services.purge_notices()
