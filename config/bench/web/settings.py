"""The portal's settings with the callbacks' own middleware alone, and the yardsticks behind it.

A callback never reaches any middleware but the first, so leaving the others out changes nothing
for it; the yardsticks stand behind the same one.
"""

from __future__ import annotations

from config.bench.web.keys import SALT_KEYS
from config.settings.local import *  # noqa: F403

MIDDLEWARE = [
    "apps.baidiyun.ingress.CallbackIngress",
    "config.bench.web.yardstick.StrictIngress",
]
ROOT_URLCONF = "config.bench.web.urls"
WORLD_CLOCK_ALLOWED = False
BAIDIYUN_SALT_KEYS = SALT_KEYS
LOGGING = {"format": "json", "level": "INFO"}
