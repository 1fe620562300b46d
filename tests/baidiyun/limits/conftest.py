"""What these tests share: a scripted store, rates as rows, the ladder at a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from apps.baidiyun.limits import gate, rates, selectors
from apps.baidiyun.limits.models import LadderState, ProductLimit
from apps.baidiyun.limits.store import MemoryStore
from apps.core import clock


class Script:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def script() -> Iterator[Script]:
    """A store by a scripted clock; nobody sleeps for a token."""
    seconds = Script()
    with gate.using(MemoryStore(now=seconds), patient=False):
        yield seconds


@pytest.fixture
def limit(db) -> Callable[..., None]:
    """Set a product's rate in the sandbox."""

    def put(product: str, per_second: float, burst: int, budget: int = 0) -> None:
        ProductLimit.objects.update_or_create(
            mode="sandbox",
            product=product,
            defaults={"per_second": per_second, "burst": burst, "daily_budget": budget},
        )
        rates.forget_limits()

    return put


@pytest.fixture
def stand_at(db) -> Callable[[str], None]:
    """Put the ladder on a step."""

    def put(step: str) -> None:
        LadderState.objects.update_or_create(
            id=1, defaults={"step": step, "since": clock.real_now()}
        )
        selectors.forget_step()

    return put
