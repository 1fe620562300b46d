"""Prices and labels from the platform: what is asked, and what its answers become."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.apps import apps

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import ReplyOutcome
from apps.baidiyun.credentials import acting_merchant
from apps.baidiyun.errors import CallFailed, NotConfigured
from apps.baidiyun.limits.errors import HeldBack
from apps.baidiyun.models import Subscription
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.pickup_prices import PickupPrice
from apps.baidiyun.products.waybill import Printed, Waybill
from apps.orders import sources
from apps.orders.errors import NotAllowedNow
from apps.orders.models import Claim, Label, Quote, ShadowCall
from apps.orders.platform_sources import ask_label, ask_price
from apps.orders.quoting import PriceQuestion
from apps.orders.services import (
    apply_booking_updates,
    print_label,
    run_shadow_calls,
    send_ready_bookings,
    set_shadow,
)
from tests.orders.builders import ACTOR, booking_of, callback, make_merchant, make_order

QUESTION = PriceQuestion("yuantong", "杭州市余杭区", "深圳市南山区", 700, 7, "sandbox", 1)
DONE, REFUSED = ReplyOutcome.DONE, ReplyOutcome.REFUSED
UNKNOWN, NOT_SENT = ReplyOutcome.UNKNOWN, ReplyOutcome.NOT_SENT
TEN = Reply(DONE, PickupPrice("yuantong", "标准快递", Decimal("10.0")), "200", "成功")
WAYBILL = Reply(DONE, Waybill("YT6180000000001", task_id="T7", label="https://label/7"), "200")
BACK = Reply(NOT_SENT, None, "throttled", "the limit for price is reached")


class Door:
    """One service of the gateway; answers what it is told, or raises it."""

    def __init__(self, answer) -> None:
        self.answer, self.asked, self.acting = answer, [], []

    def __call__(self, **given):
        self.asked.append(given)
        self.acting.append(acting_merchant())
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def price(monkeypatch):
    door = Door(TEN)
    monkeypatch.setattr(gateway, "price_pickup", door)
    sources.register_price_source(ask_price)
    return door


@pytest.fixture
def label(monkeypatch):
    door, again = Door(WAYBILL), Door(Reply(DONE, Printed("T8", "https://label/8"), "200"))
    monkeypatch.setattr(gateway, "order_waybill", door)
    monkeypatch.setattr(gateway, "reprint_waybill", again)
    sources.register_label_source(ask_label)
    return door, again


@pytest.fixture
def parcel(merchant, business, wall, platform):
    order = make_order(merchant)
    send_ready_bookings()
    return order.parcels.get()


def test_the_platform_is_the_source_of_prices_and_labels():
    apps.get_app_config("orders").ready()
    assert (sources.price_source(), sources.label_source()) == (ask_price, ask_label)


def test_a_price_is_asked_for_the_merchant_and_typed(price):
    answer = ask_price(QUESTION)
    assert (answer.ok, answer.price, answer.service_type) == (True, Decimal("10.0"), "标准快递")
    assert price.acting == [7]
    assert price.asked[0]["weight_grams"] == 700


def test_a_refused_price_is_an_answer(price):
    price.answer = Reply(REFUSED, None, "400", "当前线路未设置价格", permanent=True)
    answer = ask_price(QUESTION)
    assert (answer.ok, answer.price, answer.code) == (False, None, "400")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (BACK, HeldBack),
        (Reply(NOT_SENT, None, "breaker_open", ""), HeldBack),
        (Reply(NOT_SENT, None, "call_failed", "no connection"), CallFailed),
        (Reply(UNKNOWN, None, "500", "服务器错误"), CallFailed),
        (NotConfigured("none"), NotConfigured),
    ],
)
def test_what_is_no_answer_is_an_error(price, reply, error):
    price.answer = reply
    with pytest.raises(error):
        ask_price(QUESTION)


@pytest.mark.parametrize("reply", [BACK, Reply(UNKNOWN, None, "500", ""), NotConfigured("none")])
@pytest.mark.usefixtures("business", "wall", "platform")
def test_a_booking_goes_out_where_no_price_can_be_had(merchant, price, reply):
    price.answer = reply
    order = make_order(merchant)
    assert send_ready_bookings() == 1
    assert booking_of(order).state == "booked"
    assert len(price.asked) == 1
    assert not Quote.objects.exists()


def test_more_than_was_quoted_becomes_a_claim_with_its_evidence(
    merchant, business, wall, platform, price
):
    order = make_order(merchant)
    send_ready_bookings()
    apply_booking_updates([callback(booking_of(order), 15, freight="15.00", actualWeight="0.7")])
    claim = Claim.objects.get()
    assert (claim.kind, claim.expected, claim.charged) == (
        "freight", Decimal("10.00"), Decimal("15.00"),
    )  # fmt: skip
    assert claim.evidence["quote"]["price"] == "10.00"
    assert claim.evidence["settlement"]["freight"] == "15.00"
    assert price.acting == [merchant.pk]


def test_shadow_calls_go_to_the_platform_and_wait_where_held_back(business, wall, price, db):
    shop = make_merchant(is_test=False)
    make_order(shop, mode="live")
    set_shadow(shadow=True, note="compare", actor=ACTOR)
    price.answer = BACK
    assert run_shadow_calls() == 0
    assert not ShadowCall.objects.exists()
    price.answer = TEN
    assert run_shadow_calls() == 1
    assert ShadowCall.objects.get().theirs["price"] == "10.0"
    assert price.asked[-1]["mode"] == "live"


def test_a_label_is_ordered_for_the_number_the_parcel_has(parcel, label):
    order, again = label
    row = print_label(parcel_id=parcel.pk, actor=ACTOR)
    assert (row.url, row.task_id) == ("https://label/7", "T7")
    request = order.asked[0]["request"]
    assert (request.number, request.carrier) == ("YT6180000000001", "yuantong")
    assert request.print_type == "IMAGE"
    token = Subscription.objects.get(topic="waybill", subject=parcel.pk).token
    assert order.asked[0]["callback_url"].endswith(token)
    assert order.asked[0]["salt"]
    assert len(request.order_id) <= 32
    assert (order.acting, again.asked) == ([parcel.order.merchant_id], [])


def test_a_reprint_asks_for_the_earlier_task(parcel, label):
    order, again = label
    for _ in range(2):
        row = print_label(parcel_id=parcel.pk, actor=ACTOR)
    assert (len(order.asked), again.asked[0]["task_id"]) == (1, "T7")
    assert (row.url, row.printed_count) == ("https://label/8", 2)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (BACK, "held_back"),
        (NotConfigured("none"), "not_configured"),
        (Reply(UNKNOWN, None, "call_failed", "time is up"), "no_answer"),
        (Reply(REFUSED, None, "30004", "面单余额不足", permanent=True), "30004"),
    ],
)
def test_without_a_label_it_says_why(parcel, label, reply, code):
    label[0].answer = reply
    with pytest.raises(NotAllowedNow) as caught:
        print_label(parcel_id=parcel.pk, actor=ACTOR)
    assert caught.value.code == code
    assert not Label.objects.exists()
