"""A world is repeatable: the same seed and the same day of requests tell the same story."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.test import RequestFactory
from django.urls import set_urlconf

from apps.sandbox import world
from apps.sandbox.gateway import door
from apps.sandbox.gateway.server import GatewayHandler
from apps.sandbox.models import SandboxAccount, SandboxFault, SandboxPush
from apps.sandbox.services.faults import forget_rates
from apps.sandbox.services.pushing import Answer
from apps.sandbox.travel import settle, travel
from tests.sandbox.clients import (
    CUSTOMER,
    KEY,
    SECRET,
    booking,
    compact,
    order_form,
    query_form,
    subscription,
)
from tests.sandbox.conftest import START, StandingClock
from tests.sandbox.test_gateway_around import CALL, ORDER, WORK
from tests.sandbox.test_gateway_newer import LABEL, LANE
from tests.sandbox.test_gateway_rides import ride
from tests.sandbox.test_travel import Inline

TAKEN = Answer(200, '{"result":true,"returnCode":"200","message":"成功"}')
URL = "http://127.0.0.1:1/cb"
CARRIERS = {"yuantong": "YT618659416{:04d}", "zhongtong": "7{:013d}", "yunda": "43{:013d}"}
FAULTS = {"lost": 0.1, "duplicate": 0.3, "late": 0.3, "reorder": 0.2, "format_new_field": 0.2,
          "call_error": 0.15}  # fmt: skip
Told = tuple[str, str, str]


class Day(StandingClock):
    """A scripted day: asks, lets the world run on, and keeps what was told when."""

    def __init__(self) -> None:
        super().__init__(START)
        self.told: list[Told] = []
        self.handler = GatewayHandler()
        self.factory = RequestFactory()
        self.pool = Inline()

    def jump(self, to: dt.datetime) -> None:
        self.at = max(self.at, to)

    def run_on(self, **parts: float) -> None:
        """Everything due until then is pushed, in its order."""

        def settle_by(now: dt.datetime) -> int:
            return settle(now=now, send=self.take, pool=self.pool)

        travel(running=self, to=self.at + dt.timedelta(**parts), settle=settle_by)

    def take(self, url: str, fields: Any) -> Answer:
        self.told.append((self.at.isoformat(), url, json.dumps(fields, ensure_ascii=False)))
        return TAKEN

    def post(self, path: str, data: Any, **options: Any) -> dict[str, Any]:
        request = self.factory.post(path, data, HTTP_HOST="127.0.0.1", **options)
        answer = json.loads(self.handler.get_response(request).content)
        if path.startswith("/control"):
            assert "error" not in answer
            return answer
        kept = {k: v for k, v in answer.items() if k != "time"} if type(answer) is dict else answer
        self.told.append((self.at.isoformat(), path, compact(kept)))
        return answer

    def ask(self, path: str, method: str, param: dict[str, Any]) -> dict[str, Any]:
        form = order_form(method, compact(param))
        return self.post(path, {k: v for k, v in form.items() if v})

    def control(self, action: str, values: dict[str, Any]) -> None:
        self.post(f"/control/{action}", json.dumps(values), content_type="application/json")


def morning(day: Day) -> None:
    """Subscribe, book along, price and look."""
    for code, pattern in CARRIERS.items():
        for n in range(6):
            param = subscription(pattern.format(n), URL, company=code)
            day.post("/poll", {"schema": "json", "param": compact(param)})
    for n in range(8):
        param = booking(thirdOrderId=f"D-{n}", op="1", pollCallBackUrl=URL, callBackUrl=URL)
        day.ask("/order/borderapi.do", "bOrder", {**param, "resultv2": "4"})
    day.ask("/order/borderapi.do", "price", booking())
    day.ask("/label/order", "time", LANE)
    day.post("/poll/query.do", query_form(compact({"com": "zhongtong", "num": "70000000000003"})))


def noon(day: Day) -> None:
    """Cancel one, look at one, and order by every other product."""
    day.ask("/order/borderapi.do", "cancel", {"thirdOrderId": "D-1", "cancelMsg": "不要了"})
    day.ask("/order/borderapi.do", "detail", {"thirdOrderId": "D-2"})
    day.ask("/label/order", "order", LABEL)
    day.ask("/bsamecity/order", "order", ride(callbackUrl=URL))
    day.ask("/sendAssistant/order/apiCall", "", ORDER)
    day.ask("/sendAssistant/order/pickUp", "", CALL)
    day.ask("/workorder/api/create", "", {**WORK, "kuaidinum": "YT6186594160000"})
    ends = {"from": "广东省深圳市南山区", "to": "北京市朝阳区"}
    param = {"com": "yuantong", "num": "YT6186594160001", "resultv2": "7", **ends}
    day.post("/poll/maptrack.do", query_form(compact(param)))


def afternoon(day: Day) -> None:
    """Things go wrong, the world runs a day on, and everybody asks."""
    day.control("faults", FAULTS)
    for n in range(6):
        param = {"com": "yuantong", "num": CARRIERS["yuantong"].format(n), "resultv2": "4"}
        day.post("/poll/query.do", query_form(compact(param)))
        day.ask("/order/borderapi.do", "detail", {"thirdOrderId": f"D-{n}"})
    day.run_on(hours=30)
    for n in range(6):
        param = {"com": "yuantong", "num": CARRIERS["yuantong"].format(n), "resultv2": "8",
                 "to": "北京市朝阳区"}  # fmt: skip
        day.post("/poll/query.do", query_form(compact(param)))


SCRIPT: tuple[tuple[Callable[[Day], None], float], ...] = (
    (morning, 3), (noon, 5), (afternoon, 16),
)  # fmt: skip


def live(seed: int) -> tuple[list[Told], list[tuple[Any, ...]]]:
    """The day in clean tables: everything told as it was told, and every push by its time."""
    day = Day()
    door.repetitions = door._Repetitions()
    forget_rates()
    with world.configured(now=day.now, seed=seed), transaction.atomic():
        SandboxAccount.objects.create(key=KEY, customer=CUSTOMER, secret=SECRET)
        for part, hours in SCRIPT:
            part(day)
            day.run_on(hours=hours)
        rows = SandboxPush.objects.order_by("due_at", "kind", "param", "trick", "state")
        pushes = list(rows.values_list("due_at", "kind", "param", "trick", "state", "is_forged"))
        transaction.set_rollback(True)
    return day.told, pushes


@cache
def lived(seed: int, run: int) -> tuple[list[Told], list[tuple[Any, ...]]]:
    return live(seed)


@pytest.fixture(autouse=True)
def alone(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a process remembers of its calls is this test's own."""
    monkeypatch.setattr(door, "repetitions", door.repetitions)
    yield
    set_urlconf(None)
    forget_rates()


def test_one_seed_and_one_day_of_requests_tell_the_same_story_twice():
    assert lived(7, run=1) == lived(7, run=2)


def test_two_seeds_tell_two_stories():
    told, pushes = lived(7, run=1)
    others_told, others = lived(8, run=1)
    assert len({due for due, *_ in pushes} & {due for due, *_ in others}) < len(pushes) / 10
    assert [what for what in told if what in others_told] != told


def test_the_day_was_full_of_every_kind_of_thing():
    told, pushes = lived(7, run=1)
    assert {row[1] for row in pushes} >= {"tracking", "order", "ride"}
    assert {row[4] for row in pushes} >= {"done", "lost"}
    refused = [answer for _, path, answer in told if path == "/poll/query.do" and "服务" in answer]
    assert refused
    assert SandboxFault.objects.count() == 0
    assert len(pushes) > 150
