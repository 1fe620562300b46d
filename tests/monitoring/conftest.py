"""A portal with a little of everything."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.accounts.models import Merchant
from apps.baidiyun import hints
from apps.baidiyun.models import InboxRow
from apps.core import clock
from tests.orders.builders import NOW, make_merchant


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
def callback(db: None) -> Callable[..., InboxRow]:
    """Store a callback in a state, received some seconds ago."""

    def store(state: str = "applied", *, ago: float = 0, **given: Any) -> InboxRow:
        now = clock.real_now()
        values = {
            "topic": "tracking",
            "source": "push",
            "token": "t",
            "body_hash": os.urandom(32),
            "param": "{}",
            "received_at": now - dt.timedelta(seconds=ago),
            "next_at": now,
            "state": state,
        }
        return InboxRow.objects.create(**values | given)

    return store
