"""A still world for the pages of routes, rules, claims and labels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.accounts.models import Merchant
from apps.baidiyun import hints
from apps.core import clock
from apps.orders.models import Order
from tests.orders.builders import NOW, make_merchant, make_order
from tests.orders.conftest import platform, wall

__all__ = ["platform", "wall"]


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody talks to Redis, and business time stands still."""
    monkeypatch.setattr(hints.Publisher, "publish", lambda self, channel, message="1": False)
    with clock.frozen(NOW):
        yield


@pytest.fixture
def merchant(db: None) -> Merchant:
    """A test merchant."""
    return make_merchant(slug="tea", name="Tea House")


@pytest.fixture
def shop(db: None) -> Merchant:
    """A real merchant."""
    return make_merchant(slug="silk", name="Silk Shop", is_test=False)


@pytest.fixture
def manual(shop: Merchant) -> Order:
    """A real order outside the live share: it waits for the shop's number."""
    return make_order(shop, mode="live")
