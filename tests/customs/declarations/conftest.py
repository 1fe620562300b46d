"""Business time stands still; the platform is not asked."""

from __future__ import annotations

from tests.orders.conftest import business, platform

__all__ = ["business", "platform"]
