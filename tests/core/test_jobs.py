"""Periodic jobs: once a slot, taken over from the dead, harmless with two schedulers."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from apps.core import clock
from apps.core.jobs import JobOutcome, current_slot, last_finished, run_job
from apps.core.models import JobRun

SLOT = dt.datetime(2026, 11, 22, 8, 30, tzinfo=dt.UTC)


def test_a_slot_is_business_time_floored_to_the_period():
    with clock.frozen(dt.datetime(2026, 11, 22, 8, 59, 59, tzinfo=dt.UTC)):
        assert current_slot(1800) == SLOT


def test_a_finished_slot_is_not_run_again(db):
    calls = []
    work = lambda: calls.append(1) or {"n": 1}  # noqa: E731
    assert run_job(job="sweep", slot=SLOT, work=work) is JobOutcome.DONE
    assert run_job(job="sweep", slot=SLOT, work=work) is JobOutcome.ALREADY_DONE
    assert calls == [1]
    assert list(last_finished()) == ["sweep"]


def test_a_failed_slot_keeps_its_error_and_is_tried_again(db):
    def fail():
        raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer"):
        run_job(job="sweep", slot=SLOT, work=fail)
    assert JobRun.objects.get().error == "ValueError: no answer"
    assert JobRun.objects.get().finished_at is None
    assert run_job(job="sweep", slot=SLOT, work=dict) is JobOutcome.DONE
    assert JobRun.objects.get().error == ""


def test_a_slot_whose_holder_died_is_taken_over(db):
    JobRun.objects.create(job="sweep", slot=SLOT, holder="dead:1", started_at=clock.real_now())
    assert run_job(job="sweep", slot=SLOT, work=dict) is JobOutcome.DONE
    assert JobRun.objects.get().holder != "dead:1"


@pytest.mark.django_db(transaction=True)
def test_a_second_scheduler_does_not_double_a_running_job():
    inside, leave, seen = threading.Event(), threading.Event(), []

    def slow():
        inside.set()
        leave.wait(10)
        return {}

    def first():
        seen.append(run_job(job="sweep", slot=SLOT, work=slow))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(10)
    assert run_job(job="sweep", slot=SLOT, work=dict) is JobOutcome.BUSY
    leave.set()
    thread.join(10)
    assert seen == [JobOutcome.DONE]
    assert JobRun.objects.count() == 1
