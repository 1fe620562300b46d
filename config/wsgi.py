"""The WSGI entry point that gunicorn serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

application = get_wsgi_application()

from apps.core.metrics.recorder import begin_when_forked, name_process  # noqa: E402

name_process("web")
begin_when_forked()
