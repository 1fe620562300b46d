"""What the tests of orders share: a still clock and a platform that answers from a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.accounts.models import Merchant
from apps.baidiyun import services as gateway
from apps.baidiyun.choices import BookingOutcome
from apps.baidiyun.outcomes import BookingAnswer, DetailAnswer
from apps.baidiyun.products.pickup import PickupPush, PickupRequest
from apps.core import clock
from apps.orders.sources import (
    label_source,
    price_source,
    register_label_source,
    register_price_source,
)
from tests.orders.builders import NOW, done, make_merchant


@dataclass
class Platform:
    """Stands in for the three calls about pickups; remembers what it was asked."""

    answers: list[BookingAnswer] = field(default_factory=list)
    cancels: list[BookingAnswer] = field(default_factory=list)
    known: PickupPush | None = None
    booked: list[PickupRequest] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)
    cancelled: list[dict[str, Any]] = field(default_factory=list)
    looked_up: list[dict[str, Any]] = field(default_factory=list)
    during: Any = None

    def book(self, *, request: PickupRequest, mode: str) -> BookingAnswer:
        self.booked.append(request)
        self.modes.append(mode)
        if self.during:
            self.during(request)
        return self.answers.pop(0) if self.answers else done()

    def cancel(self, **given: Any) -> BookingAnswer:
        self.cancelled.append(given)
        return self.cancels.pop(0) if self.cancels else BookingAnswer(BookingOutcome.DONE)

    def detail(self, **given: Any) -> DetailAnswer:
        self.looked_up.append(given)
        if self.known is None:
            return DetailAnswer(BookingOutcome.REFUSED, None, "500", "订单不存在", permanent=True)
        return DetailAnswer(BookingOutcome.DONE, self.known)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Platform:
    """A platform that books everything unless told otherwise."""
    stand_in = Platform()
    monkeypatch.setattr(gateway, "book_pickup", stand_in.book)
    monkeypatch.setattr(gateway, "cancel_pickup", stand_in.cancel)
    monkeypatch.setattr(gateway, "pickup_detail", stand_in.detail)
    return stand_in


@pytest.fixture(autouse=True)
def _no_sources() -> Iterator[None]:
    """A test that wants prices or labels says from where."""
    price, label = price_source(), label_source()
    register_price_source(None)
    register_label_source(None)
    yield
    register_price_source(price)
    register_label_source(label)


class Wall:
    """Real time under the test's control; `pass_seconds` moves it."""

    def __init__(self) -> None:
        self.now = NOW + dt.timedelta(days=400)

    def pass_seconds(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """A wall clock that stands still."""
    held = Wall()
    monkeypatch.setattr(clock, "real_now", lambda: held.now)
    return held


@pytest.fixture
def business() -> Iterator[None]:
    """Business time stands still."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def merchant(db: None) -> Merchant:
    """A test merchant."""
    return make_merchant()
