"""Orders in the states the pages show, made by the services."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from apps.accounts.models import Merchant
from apps.baidiyun import hints
from apps.core import clock
from apps.orders.models import Booking, Order
from tests.orders.builders import NOW, booking_of, make_merchant, make_order

CONTRADICTION = "浙江省深圳市南山区科技园1号"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody talks to Redis, and business time stands still."""
    monkeypatch.setattr(hints.Publisher, "publish", lambda self, channel, message="1": False)
    with clock.frozen(NOW):
        yield


@pytest.fixture
def merchant(db: None) -> Merchant:
    return make_merchant(slug="tea", name="Tea House")


@pytest.fixture
def other(db: None) -> Merchant:
    return make_merchant(slug="silk", name="Silk Shop")


@pytest.fixture
def order(merchant: Merchant) -> Order:
    """An order waiting to be booked."""
    return make_order(merchant, to_name="诸葛小明", to_phone="13800138000")


@pytest.fixture
def refused(merchant: Merchant) -> Callable[..., Booking]:
    """Make a booking the platform refused."""

    def make(problem: str = "refused", message: str = "该区域停发", **given: object) -> Booking:
        booking = booking_of(make_order(given.pop("merchant", merchant), **given))
        Booking.objects.filter(pk=booking.pk).update(
            state="failed", problem=problem, error_code="500", error_message=message
        )
        booking.refresh_from_db()
        return booking

    return make


@pytest.fixture
def unknown(refused: Callable[..., Booking]) -> Booking:
    """A booking nobody knows the outcome of."""
    booking = refused(problem="unknown", message="timeout")
    Booking.objects.filter(pk=booking.pk).update(state="unknown", maybe_sent=True)
    booking.refresh_from_db()
    return booking


@pytest.fixture
def held(merchant: Merchant) -> Booking:
    """A booking held because its address contradicts itself."""
    return booking_of(make_order(merchant, to_address=CONTRADICTION))
