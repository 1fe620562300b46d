"""Business time stands still, the platform is not asked, the shop may export."""

from __future__ import annotations

from tests.customs.declarations.conftest import business, platform, shop, wall

__all__ = ["business", "platform", "shop", "wall"]
