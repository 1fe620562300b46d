"""What every test shares: loopback only, a clean clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.core import clock


@pytest.fixture(autouse=True)
def _fresh_clock() -> Iterator[None]:
    """No test sees the world clock that another one cached."""
    clock.forget()
    yield
    clock.forget()
