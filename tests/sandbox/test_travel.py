"""A jump in time: everything due in between happens, in its order, and is pushed."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command

from apps.core import clock
from apps.core.models import WorldClock
from apps.sandbox import engine, selectors, services, world
from apps.sandbox.engine import Engine, open_world
from apps.sandbox.models import SandboxAccount, SandboxControl, SandboxPush, SandboxSubscription
from apps.sandbox.planner import invent_plan
from apps.sandbox.services.pushing import Answer
from tests.sandbox.clients import booking

TAKEN = Answer(200, '{"result":true,"returnCode":"200","message":"成功"}')
REFUSED = Answer(200, '{"result":false,"returnCode":"500","message":"再来"}')
URL = "http://127.0.0.1:1/cb"


class Inline(ThreadPoolExecutor):
    """Runs everything at once in the caller's thread."""

    def map(self, fn, *iterables, **_):
        return [fn(*args) for args in zip(*iterables, strict=True)]


@pytest.fixture
def travelling(db, monkeypatch):
    """A world's engine whose pushes are taken by a list."""
    monkeypatch.setattr(engine, "close_old_connections", lambda: None)
    sent: list[tuple[str, dict]] = []
    heart = Engine(
        running_clock=open_world(speed=1, seed=7),
        send=lambda url, f: sent.append((url, f)) or TAKEN,
    )
    heart._pool = Inline()
    heart.sent = sent
    heart.clock.jump(dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC))
    yield heart
    world.configure(now=None, seed=None)


def book(number: int = 0, **changes: str) -> None:
    param = booking(
        thirdOrderId=f"jump-{number}", op="1", pollCallBackUrl=URL, resultv2="4",
        **changes,
    )  # fmt: skip
    services.book_order(account=SandboxAccount.objects.get(), param=param)


def test_a_jump_sends_all_that_was_due_in_between_and_nothing_of_later(travelling):
    for number in range(4):
        book(number)
    to = travelling.clock.now() + dt.timedelta(days=3)
    travelling.jump(to)
    assert SandboxPush.objects.exclude(state="done").count() == 0
    assert len(travelling.sent) == SandboxPush.objects.count() > 20
    assert not SandboxPush.objects.filter(due_at__gt=travelling.clock.now()).exists()
    assert selectors.next_due_at() > to
    assert travelling.clock.now() - to < dt.timedelta(minutes=1)


def test_a_jump_tells_each_parcels_story_in_its_order(travelling):
    for number in range(3):
        book(number)
    travelling.jump(travelling.clock.now() + dt.timedelta(days=6))
    told = {push.pk: push for push in SandboxPush.objects.all()}
    for subject in ("order_id", "subscription_id"):
        for key in {getattr(push, subject) for push in told.values()} - {None}:
            rows = [p for p in told.values() if getattr(p, subject) == key]
            params = [p.param for p in sorted(rows, key=lambda p: p.due_at)]
            came = [f["param"] for _, f in travelling.sent if f["param"] in params]
            assert came == params


def test_one_jump_and_many_small_ones_tell_the_same_story(travelling):
    def story() -> list:
        rows = SandboxPush.objects.order_by("due_at", "kind", "param")
        return list(rows.values_list("due_at", "kind", "param", "state"))

    from django.db import transaction

    start = travelling.clock.now()
    end = start + dt.timedelta(days=3)

    def told(steps: int) -> list:
        with transaction.atomic():
            travelling.clock._settle(start)
            world.configure(now=lambda: start, seed=7)
            book()
            world.configure(now=travelling.clock.now, seed=7)
            for step in range(1, steps + 1):
                travelling.jump(start + (end - start) * step / steps)
            rows = story()
            transaction.set_rollback(True)
        return rows

    assert told(1) == told(40)


def test_a_refused_push_is_repeated_three_times_half_a_world_hour_apart(travelling):
    book()
    SandboxSubscription.objects.all().delete()
    attempts: list[dt.datetime] = []

    def refuse(url, fields):
        attempts.append(SandboxPush.objects.filter(attempts=len(attempts)).first().due_at)
        return REFUSED

    travelling.send = refuse
    due = selectors.next_due_at()
    travelling.jump(due + dt.timedelta(minutes=95))
    first = SandboxPush.objects.order_by("id").first()
    assert (first.state, first.attempts) == ("abandoned", 4)
    assert first.due_at == due + dt.timedelta(minutes=90)


def test_the_portals_clock_is_where_the_world_is_after_a_jump(travelling):
    to = travelling.clock.now() + dt.timedelta(days=2)
    services.jump_world(to=to)
    travelling.beat()
    travelling.tick()
    travelling.beat()
    assert abs(WorldClock.objects.get().world_at - to) < dt.timedelta(minutes=1)
    assert SandboxControl.objects.get().jump_to is None


def test_the_world_is_not_moved_backward_and_says_so(travelling):
    before = travelling.clock.now()
    with pytest.raises(CommandError, match="only moves forward"):
        call_command("sandbox_jump", "--hours=-5")
    assert SandboxControl.objects.get().jump_to is None
    assert clock.now() >= before or travelling.clock.now() >= before


def test_a_standing_world_is_moved_by_the_command_alone(db, monkeypatch):
    monkeypatch.setattr(engine, "close_old_connections", lambda: None)
    before = open_world(speed=1, seed=7).now()
    call_command("sandbox_jump", "--hours=30")
    row = WorldClock.objects.get()
    assert row.world_at - before >= dt.timedelta(hours=30)
    assert not row.running


def test_an_international_subscription_gets_what_the_destinations_carrier_says(travelling):
    number = next(
        n for k in range(40)
        if (p := invent_plan(seed=7, carrier_code="yw56", number=(n := f"YW1{k:012d}"),
                             seen_at=world.epoch(travelling.clock.now())))
        and p.last_mile is not None and p.country != "CN"
    )  # fmt: skip
    services.register_subscription(
        account=SandboxAccount.objects.get(), carrier="yw56", number=number, callback_url=URL,
        salt="s", resultv2="4", phone="", now=travelling.clock.now(), is_international=True,
    )  # fmt: skip
    travelling.jump(travelling.clock.now() + dt.timedelta(days=45))
    pushes = [json.loads(fields["param"]) for _, fields in travelling.sent]
    assert "destResult" not in pushes[0]
    assert "comOld" not in pushes[0]
    assert pushes[-1]["destResult"]["ischeck"] in {"0", "1"}
    assert pushes[-1]["destResult"]["nu"] != number
