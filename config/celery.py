"""The Celery application: ticks and hints only, no business fact lives in the broker."""

from __future__ import annotations

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning

from apps.core import task_context  # noqa: F401

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

# At one's desk and in CI the worker may be root's; in production the unit file names a user.
warnings.filterwarnings("ignore", category=SecurityWarning, module="celery.platforms")

app = Celery("lastmile")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
