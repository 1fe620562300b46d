"""What is done about a case: asked once, answered by callback, counted for the next one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from apps.accounts.choices import Role
from apps.accounts.models import Merchant, User
from apps.baidiyun import services as gateway
from apps.baidiyun.choices import InboxState, ReplyOutcome, Topic
from apps.baidiyun.models import InboxRow, Subscription
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.workorder import WorkOrder, WorkReply
from apps.baidiyun.services import drain_once
from apps.core import clock
from apps.exceptions.carrier_words import interception_end
from apps.exceptions.choices import StepState
from apps.exceptions.errors import CaseForbidden, CaseRefused
from apps.exceptions.models import Case, CaseNote, CaseStep
from apps.exceptions.next_best import ENOUGH, StepEnd, rank_steps
from apps.exceptions.services import (
    compensate_case,
    follow_interceptions,
    intercept_case_parcel,
    open_case_work_order,
    resend_order,
    resolve_case,
    settle_step,
    urge_carrier,
    wait_case,
)
from apps.exceptions.services.carrier_steps import Redirect
from apps.exceptions.services.step_answers import ask_about_steps
from apps.exceptions.step_selectors import best_steps
from apps.orders.models import CarrierNotice, Order, Parcel
from apps.shipments.models import Shipment
from tests.exceptions.cases import OPENED, make_case
from tests.exceptions.watched import HOUR
from tests.support.orders import make_order
from tests.support.people import make_user

pytestmark = pytest.mark.django_db
ACCEPTED = Reply(ReplyOutcome.DONE, WorkOrder("C17", "0", ""), "200")
LOST = Reply(ReplyOutcome.UNKNOWN, None, "call_failed", "time is up")
REFUSED = Reply(ReplyOutcome.REFUSED, None, "400", "电话13800138000无效", permanent=True)
BACK = Reply(ReplyOutcome.NOT_SENT, None, "stepped_back", "intake only")


class Desk:
    """The platform, as far as cases ask it for something."""

    def __init__(self) -> None:
        self.answer: Reply[Any] = ACCEPTED
        self.asked: list[dict[str, Any]] = []

    def __call__(self, **given: Any) -> Reply[Any]:
        self.asked.append(given)
        return self.answer


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    stand_in = Desk()
    monkeypatch.setattr(gateway, "open_work_order", stand_in)
    monkeypatch.setattr(gateway, "intercept_parcel", stand_in)
    return stand_in


@pytest.fixture(autouse=True)
def opened() -> Iterator[None]:
    with clock.frozen(OPENED + HOUR), translation.override("en"):
        yield


@pytest.fixture
def case(merchant: Merchant) -> Case:
    return make_case(merchant, number="YT6186594166532", carrier="yuantong", mode="sandbox")


@pytest.fixture
def amy(db: None) -> User:
    return make_user(Role.OPERATOR, username="amy")


def act(service: Callable[..., Any], case: Case, user: User, **more: Any) -> CaseStep:
    """Take a step as somebody who has just looked at the case."""
    version = Case.objects.values_list("version", flat=True).get(pk=case.pk)
    step: CaseStep = service(case_id=case.pk, user=user, version=version, **more).step
    return step


def answered(step: CaseStep, **said: Any) -> InboxRow:
    """Let a callback about a work order arrive and be applied."""
    bound = Subscription.objects.get(topic=Topic.WORK_ORDER.value, subject=step.pk)
    param = json.dumps({"consultId": "C17", "status": "2", **said}, ensure_ascii=False)
    row = InboxRow.objects.create(
        topic=bound.topic, source="push", token=bound.token, param=param,
        body_hash=hashlib.sha256(param.encode()).digest(), received_at=clock.real_now(),
        next_at=clock.real_now() - dt.timedelta(seconds=1),
    )  # fmt: skip
    drain_once()
    row.refresh_from_db()
    return row


def test_urging_opens_one_work_order_that_knows_its_way_back(
    case: Case, amy: User, desk: Desk
) -> None:
    step = act(urge_carrier, case, amy, key="k1")
    assert (step.state, step.reference, step.kind) == ("accepted", "C17", "urge")
    (asked,) = desk.asked
    assert (asked["mode"], asked["kind"], asked["number"]) == (
        "sandbox",
        "催派",
        case.shipment.number,
    )
    assert "50小时" in asked["content"]
    assert f"/{Topic.WORK_ORDER.value}/" in asked["callback_url"]
    case.refresh_from_db()
    assert (case.version, case.owner) == (2, amy)


def test_the_same_request_again_asks_nothing_again(case: Case, amy: User, desk: Desk) -> None:
    first = act(urge_carrier, case, amy, key="k1")
    again = urge_carrier(case_id=case.pk, user=amy, version=1, key="k1")
    assert (again.step, again.is_new, len(desk.asked)) == (first, False, 1)
    with pytest.raises(CaseRefused, match="not answered yet"):
        act(urge_carrier, case, amy, key="k2")
    assert len(desk.asked) == 1


def test_a_lost_answer_is_asked_again_only_after_a_look(case: Case, amy: User, desk: Desk) -> None:
    desk.answer = LOST
    step = act(urge_carrier, case, amy)
    assert (step.state, step.details["outcome"]) == ("asked", "unknown")
    with pytest.raises(CaseRefused, match="look there first"):
        act(urge_carrier, case, amy)
    settle_step(step_id=step.pk, user=amy, has_it=False)
    desk.answer = ACCEPTED
    assert act(urge_carrier, case, amy).state == "accepted"
    assert len(desk.asked) == 2


def test_what_was_never_sent_says_so_and_may_be_asked_again(
    case: Case, amy: User, desk: Desk
) -> None:
    desk.answer = BACK
    with pytest.raises(CaseRefused, match="holding calls back") as told:
        act(urge_carrier, case, amy, key="k1")
    assert told.value.code == "held_back"
    desk.answer = ACCEPTED
    assert act(urge_carrier, case, amy, key="k1").state == "accepted"


def test_a_refusal_is_kept_without_phones(case: Case, amy: User, desk: Desk) -> None:
    desk.answer = REFUSED
    step = act(open_case_work_order, case, amy, about="lost", words="客户13800138000未收到")
    assert (step.state, step.details["type"]) == ("refused", "遗失")
    assert "13800138000" not in step.error + json.dumps(step.details)


def test_a_parcel_on_the_manual_route_is_never_asked_about(
    case: Case, amy: User, desk: Desk
) -> None:
    Shipment.objects.filter(pk=case.shipment_id).update(mode="manual")
    step = act(urge_carrier, case, amy)
    assert (step.state, step.details["by_hand"], desk.asked) == ("accepted", True, [])


def test_an_answer_by_callback_wakes_the_case(case: Case, amy: User, desk: Desk) -> None:
    step = act(urge_carrier, case, amy)
    case.refresh_from_db()
    wait_case(case_id=case.pk, user=amy, version=case.version, waiting_for="carrier")
    row = answered(step, content="已加急，快递员张三13800138000今日派送")
    step.refresh_from_db()
    case.refresh_from_db()
    assert (row.state, step.state, case.state) == (InboxState.APPLIED, "accepted", "acknowledged")
    note = CaseNote.objects.get(kind="system")
    assert "已加急" in note.text
    assert "13800138000" not in note.text
    answered(step, content="已加急，快递员张三13800138000今日派送", extra=1)
    assert CaseNote.objects.count() == 1


def test_an_answer_about_another_work_order_is_kept_aside(
    case: Case, amy: User, desk: Desk
) -> None:
    step = act(urge_carrier, case, amy)
    row = answered(step, consultId="C99", content="x")
    assert (row.state, row.error) == (InboxState.ASIDE, "about another work order")
    assert not CaseNote.objects.exists()


def test_a_callback_settles_what_was_in_doubt(case: Case, amy: User, desk: Desk) -> None:
    desk.answer = LOST
    step = act(urge_carrier, case, amy)
    answered(step, status="3", content="已处理")
    step.refresh_from_db()
    assert (step.state, step.reference, step.error) == ("done", "C17", "")


def test_an_answer_that_never_came_is_asked_for_once_in_six_hours(
    case: Case, amy: User, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    told = WorkOrder("C17", "1", "")

    def status(**given: Any) -> Reply[WorkOrder]:
        asked.append(given)
        return Reply(ReplyOutcome.DONE, told, "200")

    monkeypatch.setattr(gateway, "work_order_status", status)
    step = act(urge_carrier, case, amy)
    assert (ask_about_steps(), asked) == (0, [])
    with clock.frozen(clock.now() + 7 * HOUR):
        assert (ask_about_steps(), ask_about_steps()) == (1, 0)
    told = WorkOrder("C17", "3", "", (WorkReply("客服", "已派送", "2026-11-05 20:00:00"),))
    with clock.frozen(clock.now() + 14 * HOUR):
        assert ask_about_steps() == 1
    step.refresh_from_db()
    assert (step.state, asked[0]["consult_id"], len(asked)) == ("done", "C17", 2)
    assert CaseNote.objects.get(kind="system").text.endswith("已派送")


def with_order(case: Case) -> Parcel:
    """Put the case's shipment into an order."""
    parcel = make_order(case.merchant).parcels.get()
    Parcel.objects.filter(pk=parcel.pk).update(shipment_id=case.shipment_id)
    return Parcel.objects.get(pk=parcel.pk)


def test_an_interception_ends_with_the_carriers_notice(case: Case, amy: User, desk: Desk) -> None:
    parcel = with_order(case)
    there = Redirect("李雷", "13800138000", "上海市浦东新区世纪大道1号")
    step = act(intercept_case_parcel, case, amy, how="MODIFY_ADDR", reason="moved", recipient=there)
    assert desk.asked[0]["request"].recipient.address == there.address
    assert "13800138000" not in json.dumps(step.details)
    for status, words in (("1", "拦截中"), ("2", "拦截成功")):
        CarrierNotice.objects.create(parcel=parcel, topic="intercept", state=status, text=words)
    assert (follow_interceptions(), follow_interceptions()) == (1, 0)
    step.refresh_from_db()
    assert step.state == "done"


@pytest.mark.parametrize(
    ("status", "words", "end"),
    [
        ("1", "拦截中", None), ("2", "", StepState.DONE), ("3", "", StepState.REFUSED),
        ("1", "已拦截", StepState.DONE), ("2", "拦截失败", StepState.REFUSED), ("9", "", None),
    ],
)  # fmt: skip
def test_the_words_of_an_interception_decide(
    status: str, words: str, end: StepState | None
) -> None:
    assert interception_end(status, words) is end


def test_sending_again_makes_one_order_to_the_same_address(case: Case, amy: User) -> None:
    order = with_order(case).order
    step = act(resend_order, case, amy, key="again")
    twice = resend_order(case_id=case.pk, user=amy, version=1, key="again")
    assert (twice.step, twice.is_new) == (step, False)
    again = Order.objects.exclude(pk=order.pk).get()
    assert (step.reference, again.number) == (again.number, f"{order.number}-R1")
    assert (again.recipient_phone, again.street) == (order.recipient_phone, order.street)
    assert [line.title for line in again.lines.all()] == ["龙井 250g"]


def test_without_an_order_the_new_ones_number_is_kept(case: Case, amy: User) -> None:
    with pytest.raises(CaseRefused, match="No order is known"):
        act(resend_order, case, amy)
    assert act(resend_order, case, amy, reference="B-77").reference == "B-77"
    assert Order.objects.count() == 0


def test_money_above_the_limit_is_a_managers_also_in_parts(case: Case, amy: User) -> None:
    act(compensate_case, case, amy, amount="150.00", currency="cny")
    with pytest.raises(CaseForbidden, match="200 CNY"):
        act(compensate_case, case, amy, amount="50.01", currency="CNY")
    with pytest.raises(CaseForbidden, match="BRL"):
        act(compensate_case, case, amy, amount="1", currency="BRL")
    boss = make_user(Role.MANAGER)
    step = act(compensate_case, case, boss, amount=Decimal("900"), currency="CNY")
    assert step.details == {"amount": "900.00", "currency": "CNY"}


@pytest.mark.parametrize("amount", ["0", "-1", "1.005", "NaN", "1e9", "ten", ""])
def test_money_is_money(case: Case, amy: User, amount: str) -> None:
    with pytest.raises(CaseRefused, match="amount"):
        act(compensate_case, case, amy, amount=amount, currency="CNY")
    assert not CaseStep.objects.exists()


def test_what_helped_before_comes_first(merchant: Merchant, amy: User, desk: Desk) -> None:
    for n in range(3):
        past = make_case(merchant, number=f"YT618659416650{n}", carrier="yuantong", mode="sandbox")
        act(urge_carrier, past, amy)
        act(compensate_case, past, amy, amount="5", currency="CNY")
        version = Case.objects.values_list("version", flat=True).get(pk=past.pk)
        resolve_case(case_id=past.pk, user=amy, version=version, reason="carrier_fixed")
    best = best_steps(make_case(merchant))
    assert (best[0].kind, best[0].helped, best[0].tried) == ("urge", 3, 3)
    assert (best[-1].kind, best[-1].helped, best[-1].tried) == ("compensate", 0, 3)


def test_a_carriers_own_record_counts_once_it_is_long_enough() -> None:
    def ends(count: int) -> list[StepEnd]:
        return [
            StepEnd("urge", "done", None, "moved_on", "sf", 90),
            StepEnd("urge", "done", None, "compensated", "yto", count),
            StepEnd("resend", "done", None, "false_alarm", "yto", 50),
        ]

    few, many = (rank_steps(ends(count), carrier="yto") for count in (ENOUGH - 1, ENOUGH))
    assert (few[0].kind, few[0].by_carrier, few[0].tried) == ("urge", False, 90 + ENOUGH - 1)
    last = next(one for one in many if one.kind == "urge")
    assert (last.by_carrier, last.helped, last.tried) == (True, 0, ENOUGH)
    assert next(one for one in many if one.kind == "resend").score == 0.5
