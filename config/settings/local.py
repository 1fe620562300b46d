"""Settings for one's own desk: `make run`, with the sandbox and its simulated clock."""

from __future__ import annotations

from config.env import env
from config.settings.base import *  # noqa: F403
from config.settings.base import (
    BAIDIYUN_SALT_KEYS,
    CREDENTIAL_KEYS,
    INSTALLED_APPS,
    LOCAL_DIR,
    SECRET_KEY,
    STORAGES,
)
from config.settings.keys import local_key

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SECRET_KEY = SECRET_KEY or local_key(LOCAL_DIR, "django")
BAIDIYUN_SALT_KEYS = BAIDIYUN_SALT_KEYS or {"k1": local_key(LOCAL_DIR, "salt")}
CREDENTIAL_KEYS = CREDENTIAL_KEYS or [local_key(LOCAL_DIR, "credentials")]
BAIDIYUN_CALLBACK_BASE = env.str(
    "BAIDIYUN_CALLBACK_BASE", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}"
)
SANDBOX_PORT = env.int("SANDBOX_PORT", default=env.int("PORT", default=8000) + 100)
BAIDIYUN["sandbox"]["base_url"] = env.str(
    "SANDBOX_BASE_URL", default=f"http://127.0.0.1:{SANDBOX_PORT}"
)
# kd100.com lives in the same world: the sandbox answers for it with the same account.
KD100["sandbox"] = {
    "base_url": env.str("KD100_SANDBOX_BASE_URL", default=BAIDIYUN["sandbox"]["base_url"]),
    "key": env.str("KD100_SANDBOX_KEY", default=BAIDIYUN["sandbox"]["key"]),
    "secret": env.str("KD100_SANDBOX_SECRET", default=BAIDIYUN["sandbox"]["secret"]),
}
SANDBOX_SPEED = env.float("SANDBOX_SPEED", default=1800.0)
SANDBOX_ORDERS_PER_MINUTE = env.float("SANDBOX_ORDERS_PER_MINUTE", default=15.0)
WORLD_CLOCK_ALLOWED = True
WEBHOOKS_PRIVATE_SANDBOX = True
INSTALLED_APPS = [*INSTALLED_APPS, "apps.sandbox"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
LOG_FORMAT = env.str("LOG_FORMAT", default="console")
LOGGING = {"format": LOG_FORMAT, "level": env.str("LOG_LEVEL", default="WARNING")}
