"""What the tests of shipments share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.accounts.models import Merchant
from apps.core import clock
from tests.shipments.builders import at, make_merchant


@pytest.fixture
def merchant(db: None) -> Merchant:
    """A merchant."""
    return make_merchant()


@pytest.fixture
def midday() -> Iterator[None]:
    """Business time stands still, 30 hours after the start of the parcels' lives."""
    with clock.frozen(at(30)):
        yield
