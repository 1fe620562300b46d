"""A claim becomes a work order at the platform: once, with its evidence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import ReplyOutcome
from apps.baidiyun.credentials import acting_merchant
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.workorder import WorkOrder
from apps.core.models import ActionLog
from apps.orders.choices import ClaimState
from apps.orders.claim_words import describe_claim
from apps.orders.errors import NotAllowedNow
from apps.orders.models import Claim
from apps.orders.quoting import PriceAnswer
from apps.orders.services import (
    apply_booking_updates,
    close_claim,
    open_claim_work_order,
    send_ready_bookings,
)
from apps.orders.sources import register_price_source
from tests.orders.builders import ACTOR, booking_of, callback, make_order

OPENED = Reply(ReplyOutcome.DONE, WorkOrder("C17", "open", ""), "200")
LOST = Reply(ReplyOutcome.UNKNOWN, None, "call_failed", "time is up")
REFUSED = Reply(ReplyOutcome.REFUSED, None, "400", "电话13800138000无效", permanent=True)
BACK = Reply(ReplyOutcome.NOT_SENT, None, "stepped_back", "the gateway stands at intake_only")
UNSENT = Reply(ReplyOutcome.NOT_SENT, None, "call_failed", "no connection")


class Desk:
    """The platform's desk for work orders."""

    def __init__(self) -> None:
        self.answer, self.asked, self.acting = OPENED, [], []
        self.meanwhile = lambda: None

    def __call__(self, **given):
        self.asked.append(given)
        self.acting.append(acting_merchant())
        self.meanwhile()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def desk(monkeypatch):
    stand_in = Desk()
    monkeypatch.setattr(gateway, "open_work_order", stand_in)
    return stand_in


@pytest.fixture
def claim(merchant, business, wall, platform):
    register_price_source(lambda question: PriceAnswer(ok=True, price=Decimal("10.00")))
    order = make_order(merchant)
    send_ready_bookings()
    fees = [{"feeType": "OVER", "feeDesc": "续重费", "amount": "5.00", "payStatus": "1"}]
    apply_booking_updates([callback(booking_of(order), 15, freight="15.00", feeDetails=fees)])
    return Claim.objects.get()


def open_it(claim, **given) -> Claim:
    return open_claim_work_order(claim_id=claim.pk, actor=ACTOR, **given)


def test_a_claim_is_told_with_its_evidence_and_the_id_is_kept(claim, desk, merchant):
    row = open_it(claim)
    assert (row.work_order_state, row.consult_id, row.work_order_error) == ("opened", "C17", "")
    asked = desk.asked[0]
    assert (asked["number"], asked["kind"], asked["order_id"]) == (
        "YT6180000000001", "freight", "O1",
    )  # fmt: skip
    assert "下单报价10.00元，结算15.00元" in asked["content"]
    assert "续重费5.00" in asked["content"]
    assert "13800138000" not in asked["content"]
    assert desk.acting == [merchant.pk]
    assert ActionLog.objects.get(action="orders.claim.work_order").after["consult_id"] == "C17"


def test_it_is_told_once(claim, desk):
    open_it(claim)
    with pytest.raises(NotAllowedNow) as caught:
        open_it(claim, not_opened=True)
    assert (caught.value.code, len(desk.asked)) == ("already_opened", 1)


def test_two_who_press_at_once_tell_it_once(claim, desk):
    refused = []

    def press():
        with pytest.raises(NotAllowedNow) as caught:
            open_it(claim)
        refused.append(caught.value.code)

    desk.meanwhile = press
    assert open_it(claim).work_order_state == "opened"
    assert (refused, len(desk.asked)) == (["being_opened"], 1)


def test_a_refusal_is_kept_without_the_phone_and_may_be_tried_again(claim, desk):
    desk.answer = REFUSED
    row = open_it(claim)
    assert (row.work_order_state, row.consult_id) == ("refused", "")
    assert row.work_order_error.startswith("400 ")
    assert "13800138000" not in row.work_order_error
    desk.answer = OPENED
    assert open_it(claim).work_order_state == "opened"


def test_a_lost_answer_is_not_told_again_before_somebody_looked(claim, desk):
    desk.answer = LOST
    assert open_it(claim).work_order_state == "unknown"
    with pytest.raises(NotAllowedNow) as caught:
        open_it(claim)
    assert caught.value.code == "outcome_unknown"
    desk.answer = OPENED
    assert open_it(claim, not_opened=True).consult_id == "C17"


def test_a_worker_killed_while_telling_leaves_it_in_doubt(claim, desk, wall):
    Claim.objects.update(work_order_state="opening", work_order_at=wall.now)
    wall.pass_seconds(dt.timedelta(minutes=2).total_seconds())
    with pytest.raises(NotAllowedNow) as caught:
        open_it(claim)
    assert (caught.value.code, desk.asked) == ("outcome_unknown", [])


@pytest.mark.parametrize(
    ("answer", "code"),
    [(BACK, "held_back"), (UNSENT, "not_sent"), (NotConfigured("none"), "not_configured")],
)
def test_what_was_not_sent_leaves_the_claim_as_it_was(claim, desk, answer, code):
    desk.answer = answer
    with pytest.raises(NotAllowedNow) as caught:
        open_it(claim)
    claim.refresh_from_db()
    assert (caught.value.code, claim.work_order_state) == (code, "")
    assert claim.work_order_error
    assert not ActionLog.objects.filter(action="orders.claim.work_order").exists()


def test_a_closed_claim_is_not_told(claim, desk):
    close_claim(claim_id=claim.pk, state=ClaimState.WITHDRAWN, actor=ACTOR, note="x")
    with pytest.raises(NotAllowedNow):
        open_it(claim)
    assert desk.asked == []


def test_the_command_says_what_came_of_each(claim, desk):
    out = StringIO()
    call_command("claim_work_order", str(claim.pk), stdout=out)
    assert out.getvalue() == f"{claim.pk}: opened C17\n"
    with pytest.raises(CommandError):
        call_command("claim_work_order", str(claim.pk), "0", stderr=StringIO())


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"work_order_state": "odd"}, "orders_claim_work_order_state"),
        ({"work_order_state": "opened"}, "orders_claim_opened_has_id"),
    ],
)
def test_a_work_order_that_makes_no_sense_is_refused(claim, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Claim.objects.update(**values)


def test_words_of_a_claim_bear_missing_and_odd_evidence():
    said = describe_claim(
        kind="weight", expected=Decimal(700), charged=Decimal(3200),
        evidence={"quote": None, "settlement": {"fees": ["x", {"kind": "OVER"}]}},
    )  # fmt: skip
    assert said == "重量异议：申报700克，计费3200克；费用明细：OVER"
