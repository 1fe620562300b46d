"""What the tests of the gateway's pages share: the ladder at a step, products with a past."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.baidiyun.limits import selectors
from apps.baidiyun.limits.models import LadderState, ProductBreaker
from apps.core import clock


@pytest.fixture
def stand_at(db: None) -> Callable[..., LadderState]:
    """Put the ladder on a step, with other fields as given."""

    def put(step: str = "full", **given: Any) -> LadderState:
        values = {"step": step, "since": clock.real_now(), **given}
        row, _ = LadderState.objects.update_or_create(id=1, defaults=values)
        selectors.forget_step()
        return row

    return put


@pytest.fixture
def breaker(db: None) -> Callable[..., ProductBreaker]:
    """Show a product's breaker in a state."""

    def show(state: str = "open", product: str = "query", mode: str = "sandbox") -> ProductBreaker:
        return ProductBreaker.objects.create(
            mode=mode, product=product, state=state, since=clock.real_now(), reason="no answer"
        )

    return show
