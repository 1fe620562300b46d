"""Settings of the test suite: real servers of the instance `test`, nothing leaves loopback."""

from __future__ import annotations

import os
from urllib.parse import urlsplit, urlunsplit

os.environ.setdefault("LASTMILE_INSTANCE", "test")

from config.env import env
from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, INSTALLED_APPS, REDIS_URL, STATIC_ROOT, STORAGES

SECRET_KEY = "test-only-key-of-the-suite-0123456789-abcdefghijklmnop"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
BAIDIYUN_SALT_KEYS = {"k2": "second-test-salt-key", "k1": "first-test-salt-key"}
BAIDIYUN_CALLBACK_BASE = "http://127.0.0.1:8000"
CREDENTIAL_KEYS = ["test-credential-key-of-the-suite-0123456789"]
WORLD_CLOCK_ALLOWED = True
WEBHOOKS_PRIVATE_SANDBOX = True
INSTALLED_APPS = [*INSTALLED_APPS, "apps.sandbox"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES["default"]["TEST"] = {"NAME": env.str("LASTMILE_TEST_DB", default="test_lastmile")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["OPTIONS"]["options"] = "-c lastmile.allow_truncate=on"
WORKER = env.str("PYTEST_XDIST_WORKER", default="")
"""gw0, gw1 … where tests run side by side: each has a database of PostgreSQL (pytest-django names
it) and one of Redis to itself."""
if WORKER:
    _OWN = int(WORKER.removeprefix("gw")) + 1
    REDIS_URL = urlunsplit(urlsplit(REDIS_URL)._replace(path=f"/{_OWN}"))
CELERY_BROKER_URL = "memory://"
METRICS_RECORDED = False
LOG_FORMAT = "console"
LOGGING = {"format": "console", "level": "WARNING"}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
