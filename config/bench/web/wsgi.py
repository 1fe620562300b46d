"""The WSGI entry point that is measured."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "config.bench.web.settings"

application = get_wsgi_application()
