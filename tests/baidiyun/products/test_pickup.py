"""Pickup orders: what is sent, what comes back, every state of the contract."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun.choices import BookingProblem, PickupState
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products import pickup
from apps.baidiyun.products.common import Signer, kilograms
from apps.baidiyun.signing import sign_order
from apps.baidiyun.verdicts import booking_problem
from tests.baidiyun import payloads

REQUEST = pickup.PickupRequest(
    subject=1,
    third_order_id="shp1-1",
    carrier="yuantong",
    recipient=pickup.Party("王超", "13900139000", "广东省深圳市南山区科技南十二路2号"),
    sender=pickup.Party("仓库", "13700137000", "浙江省杭州市余杭区文一西路969号"),
    cargo="T恤",
    weight_grams=1_500,
)
CODES = [0, 1, 2, 9, 10, 11, 12, 13, 14, 15, 99, 101, 155, 166, 200, 201, 302, 400, 610]


def build(request=REQUEST, url="http://x/c"):
    return pickup.build_order(
        signer=Signer("K", "S", "1"), request=request, callback_url=url, salt="salt"
    )


def test_an_order_is_signed_and_complete():
    form = build()
    assert form["sign"] == sign_order(form["param"], t="1", key="K", secret="S")
    assert form["method"] == "bOrder"
    sent = json.loads(form["param"])
    assert sent["callBackUrl"] == "http://x/c"
    assert (sent["weight"], sent["thirdOrderId"], sent["cargo"]) == ("1.5", "shp1-1", "T恤")
    assert "remark" not in sent
    assert "subject" not in sent


@pytest.mark.parametrize(
    ("grams", "text"), [(1, "0.001"), (1_000, "1"), (1_500, "1.5"), (20_010, "20.01")]
)
def test_grams_become_kilograms_exactly(grams, text):
    assert kilograms(grams) == text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"recipient": replace(REQUEST.recipient, address="路" * 101)}, "recipient.address"),
        ({"sender": replace(REQUEST.sender, address="")}, "sender.address"),
        ({"recipient": replace(REQUEST.recipient, mobile=" ")}, "recipient.mobile"),
        ({"third_order_id": "x" * 33}, "third_order_id"),
        ({"third_order_id": ""}, "third_order_id"),
        ({"weight_grams": 0}, "weight_grams"),
    ],
)
def test_a_broken_limit_names_its_field(change, field):
    with pytest.raises(InvalidRequest) as caught:
        build(replace(REQUEST, **change))
    assert caught.value.field == field


def test_an_address_of_exactly_300_bytes_is_sent():
    assert build(replace(REQUEST, recipient=replace(REQUEST.recipient, address="路" * 100)))


def test_a_callback_url_over_200_bytes_is_refused():
    with pytest.raises(InvalidRequest):
        build(url="http://x/" + "c" * 192)


def test_the_real_booking_answer_is_read():
    booked = pickup.parse_order(json.loads(payloads.BOOKED)["data"])
    assert booked == pickup.Booked(
        "9FC293CA417E431F33046E64F4C4EC20", "20066771", "YT2213099035201"
    )


@pytest.mark.parametrize("data", [None, "", [], {}, {"taskId": None}, {"taskId": {}}])
def test_a_booking_without_references_is_malformed(data):
    with pytest.raises(MalformedPayload):
        pickup.parse_order(data)


def test_the_real_order_push_is_read():
    update = pickup.parse_order_push(payloads.ORDER_PUSH)
    assert (update.state, update.known) == ("1", PickupState.ACCEPTED)
    assert (update.order_id, update.carrier, update.number) == ("O42", "shunfeng", "SF42")
    assert (update.courier_name, update.courier_phone) == ("李师傅", "13800138000")
    assert (update.freight, update.weight_kg) == (Decimal("18.5"), None)
    assert update.fees == (pickup.Fee("PACKAGINGFEE", "包装费", Decimal("1"), "0"),)


@pytest.mark.parametrize("code", CODES)
def test_every_state_of_the_contract_is_known_as_number_and_text(code):
    for spelled in (code, str(code)):
        push = {"data": {"status": spelled, "orderId": "1"}}
        assert pickup.parse_order_push(json.dumps(push)).known == PickupState(str(code))


def test_the_table_has_no_state_the_contract_lacks():
    assert sorted(int(state) for state in PickupState) == CODES


def test_an_unknown_state_stays_raw():
    update = pickup.parse_order_push('{"data":{"status":"777"}}')
    assert (update.state, update.known) == ("777", None)


@pytest.mark.parametrize(
    "raw", ["{}", '{"data":[]}', '{"data":{}}', '{"data":{"status":null}}', "x"]
)
def test_a_push_without_state_is_malformed(raw):
    with pytest.raises(MalformedPayload):
        pickup.parse_order_push(raw)


NAMES = st.sampled_from(
    ["data", "status", "orderId", "feeDetails", "amount", "weight", "freight", "kuaidinum"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=15,
)


@given(value=JSON)
def test_any_json_is_an_update_or_malformed(value):
    try:
        update = pickup.parse_order_push(json.dumps(value))
    except MalformedPayload:
        return
    assert update.state


@given(value=JSON)
def test_any_data_is_details_or_malformed(value):
    for parse, made in (
        (pickup.parse_detail, pickup.PickupPush),
        (pickup.parse_order, pickup.Booked),
    ):
        try:
            read = parse(value)
        except MalformedPayload:
            continue
        assert isinstance(read, made)


def test_details_are_read_with_their_other_spelling():
    update = pickup.parse_detail(
        {"status": 10, "taskId": "T", "kuaidiNum": "YT1", "payStatus": -1, "freight": 8.5}
    )
    assert (update.known, update.number) == (PickupState.PICKED_UP, "YT1")
    assert (update.freight, update.pay_status) == (Decimal("8.5"), "-1")


@pytest.mark.parametrize(
    ("code", "message", "problem"),
    [
        ("500", "账户余额不足", BookingProblem.NO_BALANCE),
        ("601", "KEY过期", BookingProblem.NO_BALANCE),
        ("500", "收件地址解析失败", BookingProblem.BAD_ADDRESS),
        ("400", "收件人地址错误", BookingProblem.BAD_ADDRESS),
        ("500", "当前线路未设置价格", BookingProblem.REFUSED),
        ("501", "重复提交", BookingProblem.DUPLICATE),
        ("500", "服务器错误", BookingProblem.UNAVAILABLE),
        ("700", "回调地址错误", BookingProblem.REFUSED),
        ("http_502", "", BookingProblem.UNAVAILABLE),
    ],
)
def test_a_refusal_finds_its_column_of_the_worklist(code, message, problem):
    assert booking_problem(code, message) == problem


def test_cancelling_cuts_the_reason_and_needs_both_references():
    form = pickup.build_cancel(
        signer=Signer("K", "S", "1"), task_id="T", order_id="O", reason="因" * 50
    )
    assert len(json.loads(form["param"])["cancelMsg"]) == 30
    with pytest.raises(InvalidRequest):
        pickup.build_cancel(signer=Signer("K", "S", "1"), task_id="", order_id="O", reason="")
