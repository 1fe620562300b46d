"""The running process: its clock, its threads, and what it does when the database goes away."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from apps.core import clock
from apps.core.models import WorldClock
from apps.core.services import set_world_clock
from apps.sandbox import engine, services, world
from apps.sandbox.engine import Engine, open_world, resume_clock
from apps.sandbox.models import SandboxAccount, SandboxOrder, SandboxPush
from apps.sandbox.services.pushing import Answer
from apps.sandbox.world import RunningClock
from tests.sandbox.clients import booking

START = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
TAKEN = Answer(200, '{"result":true,"returnCode":"200","message":"成功"}')


def test_world_time_runs_at_its_speed(monkeypatch):
    ticks = [100.0]
    monkeypatch.setattr(world.time, "monotonic", lambda: ticks[0])
    running = RunningClock(START, 1800)
    ticks[0] = 102.0
    assert running.now() == START + dt.timedelta(hours=1)


def test_a_world_jumps_forward_and_never_back(monkeypatch):
    monkeypatch.setattr(world.time, "monotonic", lambda: 100.0)
    running = RunningClock(START, 1800)
    running.jump(START + dt.timedelta(days=1))
    assert running.now() == START + dt.timedelta(days=1)
    running.jump(START)
    assert running.now() == START + dt.timedelta(days=1)


@pytest.mark.django_db
def test_the_world_goes_on_where_it_stopped():
    set_world_clock(world_at=START, speed=1800, running=False)
    assert abs(resume_clock(60).now() - START) < dt.timedelta(minutes=5)


@pytest.mark.django_db
def test_the_first_world_begins_at_the_present():
    assert abs(resume_clock(60).now() - clock.real_now()) < dt.timedelta(minutes=5)


@pytest.fixture
def opened(db, monkeypatch):
    monkeypatch.setattr(engine, "close_old_connections", lambda: None)
    yield open_world(speed=1800, seed=11)
    world.configure(now=None, seed=None)


def test_opening_makes_the_portals_account_and_takes_clock_and_seed(opened, settings):
    assert SandboxAccount.objects.get().key == settings.BAIDIYUN["sandbox"]["key"]
    assert world.seed() == 11
    assert abs(world.now() - opened.now()) < dt.timedelta(minutes=5)


def test_a_beat_tells_the_portal_the_time_and_the_last_one_that_it_stands(opened):
    heart = Engine(running_clock=opened, send=lambda url, fields: TAKEN)
    heart.beat()
    row = WorldClock.objects.get()
    assert row.running
    assert row.speed == 1800
    heart.stop()
    assert not WorldClock.objects.get().running


def test_a_tick_sends_what_is_due_and_the_next_one_records_the_answer(opened):
    sent, arrived = [], threading.Event()

    def send(url, fields):
        sent.append(fields)
        arrived.set()
        return TAKEN

    services.book_order(account=SandboxAccount.objects.get(), param=booking())
    opened.jump(SandboxOrder.objects.get().due_at)
    heart = Engine(running_clock=opened, send=send)
    heart.tick()
    assert arrived.wait(10)
    heart._pool.shutdown(wait=True)
    heart._collect(opened.now())
    assert len(sent) == 1
    assert SandboxPush.objects.get().state == "done"


def test_a_receiver_that_raises_counts_as_no_answer(opened):
    def send(url, fields):
        raise RuntimeError("broken")

    services.book_order(account=SandboxAccount.objects.get(), param=booking())
    opened.jump(SandboxOrder.objects.get().due_at)
    heart = Engine(running_clock=opened, send=send)
    heart.tick()
    heart._pool.shutdown(wait=True)
    heart._collect(opened.now())
    push = SandboxPush.objects.get()
    assert (push.state, push.attempts) == ("waiting", 1)


def test_a_database_that_is_away_is_waited_for(monkeypatch):
    """The step fails, the loop lives, the next step works."""
    closed, calls = [], []
    monkeypatch.setattr(engine.connection, "close", lambda: closed.append(True))
    monkeypatch.setattr(engine, "close_old_connections", lambda: None)
    monkeypatch.setattr(engine, "TROUBLE_SECONDS", 0.01)
    heart = Engine(running_clock=RunningClock(START, 1), send=lambda url, fields: TAKEN)

    def work():
        calls.append(True)
        if len(calls) == 1:
            raise OperationalError("the database system is shutting down")
        heart.stopping.set()

    heart._repeat(work, 0.01)
    assert len(calls) == 2
    assert len(closed) == 2


def test_any_other_failure_of_a_step_does_not_end_the_world(monkeypatch):
    monkeypatch.setattr(engine, "close_old_connections", lambda: None)
    heart = Engine(running_clock=RunningClock(START, 1), send=lambda url, fields: TAKEN)

    def work():
        raise ValueError("a plan nobody can read")

    assert heart._guarded(work) is False


@pytest.mark.parametrize("option", ["--speed=0", "--speed=4000", "--speed=fast", "--port=here"])
def test_impossible_options_are_refused_before_anything_starts(option):
    with pytest.raises(CommandError):
        call_command("sandbox", option)
