"""What the tests of exceptions share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.accounts.models import Merchant, User
from apps.core import clock
from apps.shipments.models import Shipment
from tests.exceptions.flags import drive, make_user, send
from tests.shipments.builders import at, make_merchant, make_shipment


@pytest.fixture
def midday() -> Iterator[None]:
    """Business time stands still."""
    with clock.frozen(at(30)):
        yield


@pytest.fixture
def merchant(db: None) -> Merchant:
    """A merchant."""
    return make_merchant()


@pytest.fixture
def ann(db: None) -> User:
    """Somebody of the operator who decides."""
    return make_user("ann")


@pytest.fixture
def ben(db: None) -> User:
    """Somebody else of the operator."""
    return make_user("ben")


@pytest.fixture
def shipment(merchant: Merchant, midday: None) -> Shipment:
    """A shipment with a track of 30 fixes."""
    found = make_shipment(merchant, created_at=at(0))
    send(found, drive(30))
    return found
