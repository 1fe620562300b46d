"""Settings for real traffic: nothing has a default that would be unsafe; no sandbox, no world."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from config.env import env
from config.settings.base import *  # noqa: F403
from config.settings.base import BAIDIYUN_SALT_KEYS, SECRET_KEY

SHORTEST_KEY = 32
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY (or SECRET_KEY_FILE): 50 random characters.")
if not BAIDIYUN_SALT_KEYS:
    raise ImproperlyConfigured("Set BAIDIYUN_SALT_KEYS, for example k1:<32 random characters>.")
if any(len(key) < SHORTEST_KEY for key in BAIDIYUN_SALT_KEYS.values()):
    raise ImproperlyConfigured("Every key of BAIDIYUN_SALT_KEYS needs 32 random characters.")

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if not ALLOWED_HOSTS or any(host.strip() == "*" for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("Name the portal's hosts in ALLOWED_HOSTS; * would allow any.")
WORLD_CLOCK_ALLOWED = False
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
