"""Celery: retention."""

from __future__ import annotations

from celery import shared_task

from apps.webhooks import services


@shared_task(name="webhooks.clean_up")
def clean_up() -> int:
    """Delete old settled messages."""
    return services.purge_messages()
