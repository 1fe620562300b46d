"""Celery: retention. What is due is sent by `watch`, and by its stand-in."""

from __future__ import annotations

from celery import shared_task

from apps.notifications import services


@shared_task(name="notifications.clean_up")
def clean_up() -> int:
    """Delete old settled notices."""
    return services.purge_notices()
