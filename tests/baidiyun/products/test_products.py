"""What each product promises beyond reading its fields."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from apps.baidiyun.choices import CoordinateSystem, InterceptType, PickupState, SameCityState
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products import (
    addresses,
    estimate,
    intercept,
    international,
    kd100,
    pickup,
    pickup_prices,
    reachable,
    samecity,
    tracking,
    waybill,
)
from apps.baidiyun.products.common import Signer, order_form
from apps.baidiyun.signing import sign_kd100, sign_order
from tests.baidiyun.products import examples

SIGNER = examples.SIGNER


def test_the_order_family_signs_the_vector_of_the_contract():
    form = order_form({"kuaidicom": "yuantong", "recManName": "王超"}, signer=SIGNER)
    assert form["param"] == '{"kuaidicom":"yuantong","recManName":"王超"}'
    assert form["sign"] == "AF526886A9B86C172B640EB4EFD082C7"
    assert "method" not in form


def test_the_query_family_signs_the_vector_of_the_contract():
    form = tracking.build_query(
        key="testKey", customer="testCustomer", carrier="yuantong", number="YT9693083639795"
    )
    short = '{"com":"yuantong","num":"YT9693083639795","resultv2":"4"}'
    from apps.baidiyun.signing import sign_query

    assert sign_query(short, key="testKey", customer="testCustomer") == (
        "E0CFEB2DAC3E3513D88B23C70C16D164"
    )
    assert form["sign"] == sign_query(form["param"], key="testKey", customer="testCustomer")


def test_kd100_signs_its_exact_bytes():
    request = kd100.build_detect(**examples.KD, number="9926933413")
    assert request.headers["signature"] == sign_kd100(
        request.body.decode(), api_key="testApiKey", secret="testSecret"
    )
    assert sign_kd100(
        '{"tracking_number": "9926933413"}', api_key="testApiKey", secret="testSecret"
    ) == "8B11A8EAF68066E56F9B72EAF7F19937"  # fmt: skip


@pytest.mark.parametrize(
    ("method", "form"),
    [
        ("bOrder", pickup.build_order(
            signer=SIGNER, request=examples.PICKUP, callback_url="u", salt="s")),
        ("modifyOrder", pickup.build_modify(
            signer=SIGNER, task_id="T", order_id="O", day_type="今天", pickup_start="09:00",
            pickup_end="11:00")),
        ("synPay", pickup.build_pay(signer=SIGNER, order_id="O")),
        ("printOld", waybill.build_reprint(signer=SIGNER, task_id="T")),
        ("interceptOrder", intercept.build_intercept(
            signer=SIGNER, request=examples.STOP, callback_url="u")),
        ("queryCourier", samecity.build_rider(signer=SIGNER, order_id="O")),
    ],
)  # fmt: skip
def test_every_method_is_named_and_signed(method, form):
    assert form["method"] == method
    assert form["sign"] == sign_order(
        form["param"], t=SIGNER.t, key=SIGNER.key, secret=SIGNER.secret
    )
    assert SIGNER.secret not in json.dumps(form)


@pytest.mark.parametrize("level", ["", "0", "1", "2", "4", "6", "8"])
def test_every_level_of_a_query_is_sent_as_asked(level):
    form = tracking.build_query(
        key="K", customer="C", carrier="jd", number="JD123456", to="深圳", level=level
    )
    assert json.loads(form["param"])["resultv2"] == level


@pytest.mark.parametrize("level", ["3", "5", "7", "9", "x"])
def test_a_level_of_maps_is_no_level_of_a_query(level):
    with pytest.raises(InvalidRequest) as caught:
        tracking.build_query(key="K", customer="C", carrier="jd", number="JD123456", level=level)
    assert caught.value.field == "level"


def test_level_eight_needs_the_destination():
    with pytest.raises(InvalidRequest) as caught:
        tracking.build_query(key="K", customer="C", carrier="jd", number="JD123456", level="8")
    assert caught.value.field == "to"


def test_everything_around_a_track_is_read():
    snapshot = tracking.read_query(examples.TRACK)
    assert snapshot.courier == tracking.Courier("李", ("1", "2"), "王", ("3",))
    assert snapshot.trail_url.startswith("https://api.kuaidi100.com/tools/map/")
    assert (snapshot.total_time, snapshot.remain_time) == ("30", "12")
    assert snapshot.predicted_route[0].name == "苏州转运中心"


def test_dirty_words_are_cleaned_beside_their_original():
    node = {"time": "2026-11-22 10:00:00", "context": "已&amp;签收\u200b", "areaName": "江苏，苏州"}
    snapshot = tracking.read_query({"nu": "1", "data": [node], "message": "o\u200bk"})
    read = snapshot.nodes[0]
    assert (read.context, read.text, read.area_name) == (
        "已&amp;签收\u200b", "已&签收", "江苏,苏州",
    )  # fmt: skip
    assert snapshot.originals == (("message", "o\u200bk"),)
    assert snapshot.cleaned == 2


@pytest.mark.parametrize(
    ("code", "flag"),
    [
        (15, "is_settlement"),
        (155, "is_weight_change"),
        (166, "is_revival"),
        (302, "is_reassignment"),
    ],
)
def test_the_states_that_matter_are_told_apart(code, flag):
    value = json.loads(json.dumps(examples.SETTLED))
    value["data"]["status"] = code
    update = pickup.read_order_push(value)
    flags = ["is_settlement", "is_weight_change", "is_revival", "is_reassignment"]
    assert [name for name in flags if getattr(update, name)] == [flag]
    assert update.known == PickupState(str(code))


def test_a_settlement_brings_its_whole_bill():
    update = pickup.read_order_push(examples.SETTLED)
    assert (update.freight, update.actual_weight_kg) == (Decimal("18.5"), Decimal("2.5"))
    assert update.fees == (pickup.Fee("PACKAGINGFEE", "包装费", Decimal(1), "0"),)
    assert "新" in update.reassigned_to


def test_a_batch_asks_at_most_fifteen_and_keeps_carriers_without_a_line():
    ends = {"sender_address": "a", "recipient_address": "b", "weight_grams": 1}
    with pytest.raises(InvalidRequest):
        pickup_prices.build_batch_price(signer=SIGNER, carriers=[("jd", "")] * 16, **ends)
    found = pickup_prices.parse_batch_price([{"kuaidiCom": "jd", "price": None}])
    assert found[0].price is None


def test_a_single_price_without_a_price_is_malformed():
    with pytest.raises(MalformedPayload):
        pickup_prices.parse_price({"kuaidiCom": "jd", "price": ""})


def test_an_estimate_is_an_aware_moment_in_china_with_its_original():
    found = estimate.parse_estimate(examples.ESTIMATED)
    assert found.arrives_at == dt.datetime(2023, 10, 13, 2, 0, tzinfo=dt.UTC)
    assert (found.arrival_text, found.total_hours) == ("2023-10-13 10:00:00", Decimal(24))


@pytest.mark.parametrize("arrival", ["", "soon", "2023-13-45 10:00:00", None, 5])
def test_an_arrival_that_is_no_time_is_no_promise(arrival):
    with pytest.raises(MalformedPayload):
        estimate.parse_estimate(examples.ESTIMATED | {"arrivalTime": arrival})


@pytest.mark.parametrize(
    ("data", "reachable_"),
    [
        (None, True), ({}, True), ({"reachable": False}, False), ({"reachable": "1"}, True),
        ({"reachable": "maybe"}, None), ({"somethingNew": 1}, None),
    ],
)  # fmt: skip
def test_reach_is_only_told_where_it_is_said(data, reachable_):
    assert reachable.parse_reachable(data).reachable is reachable_


def test_an_address_is_resolved_with_every_phone():
    found = addresses.parse_resolution(examples.RESOLVED).found[0]
    assert (found.name, found.phones, found.division_code) == ("张三", ("13800138000",), "440305")


def test_a_changed_address_needs_its_recipient_and_some_carriers_a_callback():
    with pytest.raises(InvalidRequest):
        intercept.build_intercept(
            signer=SIGNER, request=replace(examples.STOP, recipient=None), callback_url="u"
        )
    with pytest.raises(InvalidRequest):
        intercept.build_intercept(signer=SIGNER, request=examples.STOP)
    back = replace(examples.STOP, kind=InterceptType.RETURN_TO_SENDER, carrier="jd", recipient=None)
    assert intercept.build_intercept(signer=SIGNER, request=back)


@pytest.mark.parametrize("word", ["DDU", "DDP"])
def test_who_pays_duties_goes_out_exactly_as_given(word):
    request = replace(examples.INTERNATIONAL, duties=examples.Payer(word))
    sent = json.loads(international.build_order(signer=SIGNER, request=request)["param"])
    assert sent["dutiesPaymentType"] == {"paymentType": word}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": ()}, "lines"), ({"customs_value": None}, "customs_value"),
        ({"packages": ()}, "packages"), ({"purpose": "x"}, "purpose"),
        ({"lines": (replace(examples.LINE, quantity=Decimal("1.5")),)}, "lines.quantity"),
        ({"lines": (replace(examples.LINE, export_hs_code="61.09"),)}, "lines.hs_code"),
        ({"recipient": replace(examples.PARTY, state="")}, "recipient.state"),
        ({"recipient": replace(examples.PARTY, country="USA")}, "recipient.country"),
    ],
)  # fmt: skip
def test_customs_limits_are_checked_before_sending(change, field):
    with pytest.raises(InvalidRequest) as caught:
        international.build_order(signer=SIGNER, request=replace(examples.INTERNATIONAL, **change))
    assert caught.value.field == field


def test_coordinates_have_exactly_six_decimals():
    form = samecity.build_ride(
        signer=SIGNER, method="price", carrier="c", request=examples.RIDE, callback_url="u", salt=""
    )
    sent = json.loads(form["param"])
    assert (sent["recManLat"], sent["recManLng"], sent["lbsType"]) == (
        "39.900000", "116.400000", "1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spelled", "system"),
    [(1, CoordinateSystem.BD09), ("1", CoordinateSystem.BD09), (2, CoordinateSystem.GCJ02)],
)
def test_a_rider_stands_in_the_system_the_platform_names(spelled, system):
    found = samecity.parse_rider({"courierLat": 39.9, "courierLng": "116.4", "lbsType": spelled})
    assert (found.system, found.longitude, found.latitude) == (system, 116.4, 39.9)


@pytest.mark.parametrize("data", [{"lbsType": 3}, {"courierLat": 91}, {"courierLng": "x"}])
def test_a_place_that_is_none_is_malformed(data):
    good = {"courierLat": 39.9, "courierLng": 116.4, "lbsType": 2}
    with pytest.raises(MalformedPayload):
        samecity.parse_rider(good | data)


@pytest.mark.parametrize("code", [0, 100, 210, 230, 310, 510, 515, 520, 720])
def test_every_state_of_a_ride_is_known(code):
    push = samecity.read_push(examples.RIDE_PUSH | {"status": code})
    assert push.known == SameCityState(str(code))


def test_an_unknown_state_of_a_ride_stays_raw():
    push = samecity.read_push(examples.RIDE_PUSH | {"status": "999"})
    assert (push.state, push.known) == ("999", None)


def test_a_track_of_the_second_provider_is_the_same_kind_of_snapshot():
    snapshot = kd100.parse_realtime(examples.KD_TRACK)
    assert isinstance(snapshot, tracking.Snapshot)
    assert (snapshot.carrier, snapshot.state, snapshot.is_signed) == ("usps", "3", True)
    assert snapshot.nodes[0].text == "Delivered"


def test_secrets_of_an_account_stay_out_of_its_repr():
    account = waybill.Account(partner_key="KKKK", partner_secret="SSSS")
    assert "KKKK" not in repr(account)
    assert "SSSS" not in repr(account)
    assert Signer("k", "s", "1").t == "1"
