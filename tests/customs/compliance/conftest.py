"""Business time stands still, the platform is not asked, the shop may export."""

from __future__ import annotations

import pytest

from apps.customs import compliance_sources
from tests.customs.declarations.conftest import business, platform, shop, wall

__all__ = ["business", "platform", "rules_only", "shop", "wall"]


@pytest.fixture
def rules_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only rules find something: no list of denied parties is asked."""
    monkeypatch.setattr(compliance_sources, "_sources", [])
