"""Working off what runs over the past in chunks: back-tests of thresholds, trials of rules."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.core import clock
from apps.core.locks import try_lock
from apps.exceptions.choices import BACK_TESTS_AT_WORK, BackTestState
from apps.exceptions.models import BackTest, RuleTrial

log = structlog.get_logger(__name__)

Test = TypeVar("Test", BackTest, RuleTrial)


def work_off(model: type[Test], chunk: Callable[[Test], int], *, lock: str, seconds: float) -> int:
    """Work on the oldest test that is not done, for so many real seconds; return what was done.

    One process at a time works. A test that fails says why and makes room for the next.
    """
    until, done = time.monotonic() + seconds, 0
    with try_lock(lock) as mine:
        while mine:
            test = model._default_manager.filter(state__in=BACK_TESTS_AT_WORK).order_by("id")
            pk = test.values_list("pk", flat=True).first()
            if pk is None:
                break
            done += do_chunk(model, pk, chunk)
            if time.monotonic() > until:
                break
    return done


def do_chunk(model: type[Test], pk: int, chunk: Callable[[Test], int]) -> int:
    """Let ``chunk`` do a part of a locked test in one transaction; return what it says it did.

    What goes wrong is written down as the test's error. Raises OperationalError or InterfaceError
    for a deadlock, a time limit or a lost connection: the test stays at work, the next tick takes
    the same chunk again.
    """
    rows = model._default_manager
    try:
        with transaction.atomic():
            return chunk(rows.select_for_update().get(pk=pk))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("a run over the past failed", kind=model._meta.label_lower, pk=pk)
        rows.filter(pk=pk).update(
            state=BackTestState.FAILED.value, error=str(error)[:500], finished_at=clock.now()
        )
        return 0
