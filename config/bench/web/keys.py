"""The salt key of the measured portal; it guards nothing."""

from __future__ import annotations

SALT_KEYS = {"k1": "salt-key-of-the-bench-0123456789abcdef"}
