"""Services of the products against a stub platform: the right door, the typed reply, the log."""

from __future__ import annotations

import json

import pytest

from apps.baidiyun.choices import ReplyOutcome
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.models import ApiCall, DriftFinding
from apps.baidiyun.providers import PROVIDERS, provider_for
from apps.baidiyun.services import (
    estimates,
    international,
    maps,
    prices,
    samecity,
    waybills,
    workorders,
)
from apps.baidiyun.signing import sign_kd100, sign_order
from apps.core.counters import counter_totals
from tests.baidiyun.products import examples

pytestmark = pytest.mark.django_db
S = {"mode": "sandbox", "subject": 7}
ENDS = {"sender_address": "浙江省杭州市余杭区", "recipient_address": "广东省深圳市南山区"}
BOTH = {"task_id": "T", "order_id": "O"}
NUMBER = {"carrier": "jd", "number": "JD0076810060555"}
RIDE = {"request": examples.RIDE, "callback_url": "http://x/c", "salt": "s"}
PARTIES = {
    "account": examples.INTL_ACCOUNT, "carrier": "dhl", "sender": examples.PARTY,
    "recipient": examples.PARTY, "packages": (examples.PACKAGE,), "ready_at": examples.NOW,
    "closes": "17:00",
}  # fmt: skip
ARRIVAL = {"carrier": "jd", "ordered_at": examples.NOW, **examples.WHERE}
PICKED = examples.READERS["international.price.answer"][0][1]
OFFERS = examples.READERS["samecity.batch_price.answer"][0][1]
BATCH = examples.READERS["samecity.batch_order.answer"][0][1]
INTL = examples.READERS["international.order.answer"][0][1]
CALLS = [
    (lambda: prices.price_pickup(mode="sandbox", carrier="jd", weight_grams=1, **ENDS),
     "/order/borderapi.do", "price", examples.PRICED),
    (lambda: prices.price_pickups(
        mode="sandbox", carriers=[("jd", "")], weight_grams=1, **ENDS),
     "/order/borderapi.do", "batchPrice", [examples.PRICED]),
    (lambda: prices.move_pickup(
        **S, **BOTH, day_type="今天", pickup_start="09:00", pickup_end="11:00"),
     "/order/borderapi.do", "modifyOrder", None),
    (lambda: prices.pay_pickup(**S, order_id="O"), "/order/borderapi.do", "synPay", None),
    (lambda: waybills.order_waybill(**S, request=examples.LABEL), "/label/order", "order",
     examples.WAYBILL),
    (lambda: waybills.reprint_waybill(**S, task_id="T"), "/label/order", "printOld", None),
    (lambda: waybills.print_custom(mode="sandbox", template="t", values={}), "/label/order",
     "custom", {"taskId": "T"}),
    (lambda: waybills.cancel_waybill(**S, **NUMBER, account=examples.ACCOUNT), "/label/order",
     "cancel", None),
    (lambda: waybills.waybill_receipt(**S, **NUMBER, account=examples.ACCOUNT), "/label/order",
     "backOrder", {"imgUrl": "u"}),
    (lambda: waybills.intercept_parcel(**S, request=examples.STOP, callback_url="u"),
     "/label/order", "interceptOrder", None),
    (lambda: estimates.estimate_arrival(mode="sandbox", **ARRIVAL), "/label/order", "time",
     examples.ESTIMATED),
    (lambda: estimates.estimate_freight(mode="sandbox", carrier="jd", weight_grams=1, **ENDS),
     "/label/order", "price", {"combos": [{"price": "1"}]}),
    (lambda: estimates.check_reach(mode="sandbox", carrier="jd", **ENDS), "/reachable.do",
     "reachable", None),
    (lambda: estimates.resolve_address(mode="sandbox", content="x"), "/address/resolution", "",
     examples.RESOLVED),
    (lambda: estimates.resolve_foreign_address(mode="sandbox", country="us", address="x"),
     "/internationalAddress/resolution", "", {"result": examples.ABROAD}),
    (lambda: international.order_international(**S, request=examples.INTERNATIONAL),
     "/sendAssistant/order/apiCall", "", INTL),
    (lambda: international.call_international_pickup(**S, **PARTIES),
     "/sendAssistant/order/pickUp", "", None),
    (lambda: international.cancel_international_pickup(
        **S, account=examples.INTL_ACCOUNT, carrier="dhl", date=examples.NOW.date(),
        confirmation="C"), "/sendAssistant/order/cancelPickUp", "", None),
    (lambda: international.price_international(
        mode="sandbox", carrier="yuantongguoji", country="US", weight_grams=1),
     "/apisentquery/international/queryPrice", "", PICKED),
    (lambda: samecity.price_ride(mode="sandbox", carrier="c", **RIDE), "/bsamecity/order",
     "price", examples.PLACED_RIDE),
    (lambda: samecity.order_ride(**S, carrier="c", **RIDE), "/bsamecity/order", "order",
     examples.PLACED_RIDE),
    (lambda: samecity.price_rides(mode="sandbox", carriers=["c"], **RIDE), "/bsamecity/order",
     "batchPrice", OFFERS),
    (lambda: samecity.order_rides(**S, carriers=["c"], **RIDE), "/bsamecity/order", "batchOrder",
     BATCH),
    (lambda: samecity.cancel_ride(**S, **BOTH, reason_code="1", only_ask=True),
     "/bsamecity/order", "precancel", {"cancelFee": "2"}),
    (lambda: samecity.cancel_ride(**S, **BOTH, reason_code="1"), "/bsamecity/order", "cancel",
     {"cancelFee": "2"}),
    (lambda: samecity.tip_rider(**S, **BOTH, tip=examples.Decimal(1)), "/bsamecity/order",
     "addfee", None),
    (lambda: samecity.locate_rider(**S, order_id="O"), "/bsamecity/order", "queryCourier",
     {"courierLat": "39.9", "courierLng": "116.4", "lbsType": "2"}),
    (lambda: workorders.open_work_order(**S, **NUMBER, kind="1", content="破损"),
     "/workorder/api/create", "", examples.WORK),
    (lambda: workorders.work_order_status(**S, consult_id="1"), "/workorder/api/status", "",
     examples.WORK),
    (lambda: workorders.reply_work_order(**S, consult_id="1", content="c"),
     "/workorder/api/reply", "", None),
    (lambda: workorders.add_evidence(
        **S, consult_id="1", file_name="a.jpg", file_base64="QQ=="), "/workorder/api/upload", "",
     None),
    (lambda: workorders.watch_pickup_code(
        **S, **NUMBER, recipient_phone="13800138000", callback_url="u"), "/pickupCode/register",
     "pickupCodeRegister", {"taskId": "T"}),
    (lambda: workorders.find_pickup_code(**S, **NUMBER), "/pickupCode/query", "pickupCodeQuery",
     examples.CODE),
]  # fmt: skip


def good(data):
    """The envelope of the newer products."""
    return json.dumps({"success": True, "code": 200, "message": "success", "data": data})


@pytest.mark.parametrize(("run", "path", "method", "data"), CALLS)
def test_a_service_knocks_at_the_right_door_and_answers_typed(run, path, method, data, platform):
    platform.will_answer(good(data))
    reply = run()
    assert (reply.outcome, reply.message) == (ReplyOutcome.DONE, "success")
    [(asked, form)] = platform.asked
    assert (asked, form.get("method", "")) == (path, method)
    assert form["sign"] == sign_order(
        form["param"], t=form["t"], key="sandKEYkey", secret="sandSECsec"
    )
    entry = ApiCall.objects.get()
    assert (entry.ok, entry.url_path, entry.method) == (True, path, method)
    assert DriftFinding.objects.exclude(kind="missing_field").count() == 0


@pytest.mark.parametrize(("run", "path", "method", "data"), CALLS)
def test_a_service_never_raises_for_a_refusal_and_never_asks_twice(
    run, path, method, data, platform
):
    platform.will_answer('{"success":false,"code":30002,"message":"验证签名失败"}')
    reply = run()
    assert (reply.outcome, reply.code, reply.data) == (ReplyOutcome.REFUSED, "30002", None)
    assert reply.permanent
    assert len(platform.asked) == 1


def test_a_limit_of_the_contract_is_told_and_nothing_is_sent(platform):
    platform.will_answer(good(None))
    reply = samecity.tip_rider(**S, **BOTH, tip=examples.Decimal(0))
    assert (reply.outcome, reply.code) == (ReplyOutcome.REFUSED, "invalid_request:tip")
    assert platform.asked == []


def test_a_platform_that_is_not_there_was_not_asked(settings):
    settings.BAIDIYUN = {
        "sandbox": {"base_url": "http://127.0.0.1:9", "key": "k", "customer": "c", "secret": "s"}
    }
    assert samecity.locate_rider(**S, order_id="O").outcome == ReplyOutcome.NOT_SENT


def test_deviations_and_cleaned_texts_of_an_answer_are_counted(platform):
    platform.will_answer(good(examples.WAYBILL | {"road": "R1&amp;R2", "newField": "x"}))
    reply = waybills.order_waybill(**S, request=examples.LABEL)
    assert (reply.data.road, reply.cleaned) == ("R1&R2", 1)
    assert counter_totals(name="baidiyun.cleaned") == {"waybill": 1}
    assert [row.path for row in DriftFinding.objects.all()] == ["newField"]


def test_a_map_query_is_signed_by_its_own_family(platform):
    platform.will_answer(json.dumps(examples.TRACK))
    reply = maps.query_map(**S, carrier="jd", number="JD123456", **examples.WHERE)
    assert reply.ok
    assert reply.data.trail_url
    [(path, form)] = platform.asked
    assert (path, set(form)) == ("/poll/maptrack.do", {"customer", "sign", "param"})


def test_a_map_is_subscribed_without_a_signature(platform):
    platform.will_answer('{"result":true,"returnCode":"200","message":"提交成功"}')
    assert maps.subscribe_map(
        **S, carrier="jd", number="JD123456", callback_url="u", salt="s", **examples.WHERE
    ).ok
    [(path, form)] = platform.asked
    assert (path, set(form)) == ("/pollmap", {"schema", "param"})


KD = {"base_url": "", "key": "testApiKey", "secret": "testSecret"}


@pytest.fixture
def second(platform, settings):
    """kd100.com at the stub's address."""
    settings.KD100 = {"sandbox": {**KD, "base_url": platform.url}}
    return platform


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_both_providers_answer_the_same_questions_the_same_way(name, second):
    provider = provider_for(name, mode="sandbox")
    assert provider.name == name
    track = (
        json.dumps(examples.TRACK) if name == "baidiyun"
        else json.dumps({"code": 200, "message": "OK", "data": examples.KD_TRACK})
    )  # fmt: skip
    second.will_answer(track)
    reply = provider.query_tracking(carrier="usps", number="9926933413")
    assert reply.ok
    assert reply.data.nodes
    second.answers.clear()
    second.will_answer(
        '[{"comCode":"usps","name":"USPS"}]' if name == "baidiyun"
        else '{"code":200,"message":"OK","data":[{"carrier_id":"usps","carrier_name":"USPS"}]}'
    )  # fmt: skip
    assert provider.detect(number="9926933413").data[0].carrier == "usps"
    second.answers.clear()
    second.will_answer(
        '{"result":true,"returnCode":"200","message":"ok"}' if name == "baidiyun"
        else '{"code":200,"message":"OK"}'
    )  # fmt: skip
    assert provider.subscribe(carrier="usps", number="9926933413", callback_url="http://x").ok


def test_the_second_provider_refuses_and_passes_by_its_own_codes(second):
    provider = provider_for("kd100", mode="sandbox")
    second.will_answer('{"code":104,"message":"invalid signature"}')
    assert provider.detect(number="9926933413").permanent
    second.answers.clear()
    second.will_answer('{"code":60101,"message":"No result found"}')
    reply = provider.query_tracking(carrier="usps", number="9926933413")
    assert (reply.outcome, reply.code, reply.permanent) == (ReplyOutcome.UNKNOWN, "60101", False)


def test_the_second_provider_without_credentials_sends_nothing(platform, settings):
    settings.KD100 = {}
    with pytest.raises(NotConfigured):
        provider_for("kd100", mode="live").detect(number="9926933413")
    assert platform.asked == []


def test_the_log_of_the_second_provider_holds_no_phone_and_no_key(second):
    second.will_answer('{"code":200,"message":"OK","data":null}')
    provider_for("kd100", mode="sandbox").query_tracking(
        carrier="usps", number="9926933413", phone="13800138000"
    )
    entry = ApiCall.objects.get()
    told = json.dumps(entry.request) + entry.response
    assert "13800138000" not in told
    assert "testApiKey" not in told
    assert "9926933413" in told
    assert sign_kd100("", api_key="testApiKey", secret="testSecret") not in told
