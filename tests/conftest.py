"""What every test shares: loopback only, a clean clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from apps.baidiyun.limits import gate, rates, selectors
from apps.baidiyun.limits.store import MemoryStore
from apps.core import clock

settings.register_profile("lastmile", deadline=None, derandomize=True)
settings.load_profile("lastmile")


@pytest.fixture(autouse=True)
def _fresh_clock() -> Iterator[None]:
    """No test sees the world clock that another one cached."""
    clock.forget()
    yield
    clock.forget()


@pytest.fixture(autouse=True)
def _fresh_gate() -> Iterator[None]:
    """Every test has buckets and breakers of its own and reads rates and the ladder anew."""
    rates.forget_limits()
    selectors.forget_step()
    with gate.using(MemoryStore()):
        yield
    rates.forget_limits()
    selectors.forget_step()
