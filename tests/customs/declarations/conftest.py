"""Business time stands still; the platform is not asked; the shop may export."""

from __future__ import annotations

import pytest

from apps.accounts.models import Merchant
from tests.orders.builders import make_merchant
from tests.orders.conftest import business, platform, wall
from tests.support.customs import ready_to_export

__all__ = ["business", "platform", "wall"]


@pytest.fixture
def shop(db: None) -> Merchant:
    """A test merchant with a complete exporter and a product with confirmed codes."""
    merchant = make_merchant()
    ready_to_export(merchant)
    return merchant
