"""A step that hangs costs itself: it is cut off, the others go on, and it begins again."""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError, connection

from apps.monitoring.watching.steps import Step
from tests.support.waiting import wait_for


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_takes_too_long_is_cut_off_and_the_step_goes_on() -> None:
    turns: list[str] = []

    def work() -> None:
        turns.append("began")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1" if len(turns) > 1 else "SELECT pg_sleep(2)")

    step = Step("hangs", work, every=0.05, limit=0.2)
    step.start()
    try:
        wait_for(lambda: step.lasts() > 0.3, what="the turn to be over its limit")
        assert step.cut()
        wait_for(lambda: len(turns) > 2 and step.idle_for() is not None, what="the next turns")
    finally:
        step.end()
        step.join(3)
    assert step.failed == 0


def test_what_a_turn_raises_ends_only_that_turn() -> None:
    step = Step("fails", lambda: (_ for _ in ()).throw(OperationalError("gone")), every=1, limit=1)
    assert not step.turn()
    assert not step.turn()
    assert (step.failed, step.trouble, step.idle_for()) == (2, "OperationalError", None)


def test_a_turn_within_its_limit_is_left_alone() -> None:
    step = Step("works", lambda: time.sleep(0), every=1, limit=1)
    step.turn()
    assert not step.cut()
