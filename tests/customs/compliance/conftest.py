"""Business time stands still, the platform is not asked, the shop may export."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.customs import compliance_sources
import pytest

from apps.customs.compliance_sources import forget_source, register_source
from apps.customs.screening_source import CODE, DeniedParties
from tests.customs.declarations.conftest import business, platform, shop, wall

__all__ = ["business", "platform", "rules_only", "shop", "wall"]


@pytest.fixture
def rules_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only rules find something: no list of denied parties is asked."""
    monkeypatch.setattr(compliance_sources, "_sources", [])


@pytest.fixture(autouse=True)
def without_denied_parties() -> Iterator[None]:
    """Rules are tried by themselves: what lists of denied parties add has tests of its own."""
    forget_source(CODE)
    yield
    register_source(DeniedParties())
