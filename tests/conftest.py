"""What every test shares: loopback only, a clean clock."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from hypothesis import settings

from apps.baidiyun.limits import gate, rates, selectors
from apps.baidiyun.limits.store import MemoryStore
from apps.core import clock
from apps.core.management.commands.translations import compile_catalogues

settings.register_profile("lastmile", deadline=None, derandomize=True)
settings.load_profile("lastmile")


def pytest_sessionstart() -> None:
    """Words loaded before their catalogue was compiled stay English: say so and start anew."""
    if fresh := compile_catalogues():
        pytest.exit(f"{fresh} catalogues were compiled just now; run the tests again.", 3)


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


@pytest.fixture(autouse=True)
def _nothing_leaks() -> Iterator[None]:
    """Whatever a test logs or writes to the call log is searched for secrets and people."""
    from django.db.models.signals import pre_save

    from apps.baidiyun.models import ApiCall
    from tests.support.leaks import LeakWatch

    watch = LeakWatch()
    logging.getLogger().addHandler(watch)
    pre_save.connect(watch.search_call, sender=ApiCall)
    yield
    pre_save.disconnect(watch.search_call, sender=ApiCall)
    logging.getLogger().removeHandler(watch)
    assert watch.leaks == []
