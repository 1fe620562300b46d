"""Loads the Celery application when Django starts and carries the roof's commands."""

from __future__ import annotations

from django.apps import AppConfig


class RoofConfig(AppConfig):
    """The roof knows every app; no app knows the roof."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        from apps.core import telemetry
        from apps.core.task_metrics import watch_worker
        from config import celery

        celery.app.set_default()
        watch_worker(celery.app)
        telemetry.start()
