"""The Celery application: ticks and hints only, no business fact lives in the broker."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("lastmile")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
