"""Snapshots from the contract's payloads, and from anything at all."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products import tracking
from apps.baidiyun.signing import sign_query
from tests.baidiyun import payloads

FIELDS = """status message lastResult data nu com state ischeck routeInfo from cur to number name
destResult courierInfo predictedRoute arriveTime areaCenter statusCode time context comNew
autoCheck"""
NAMES = st.sampled_from(FIELDS.split())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)


def texts_of(value):
    """Every string inside nested dicts and sequences."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [text for item in value for text in texts_of(item)]
    return [value] if isinstance(value, str) else []


def storable(text):
    """What PostgreSQL takes: UTF-8 without NUL."""
    return "\x00" not in text and text.encode("utf-8", "ignore").decode() == text


def test_a_real_polling_push_is_read_whole():
    snapshot = tracking.parse_push(payloads.POLLING)
    assert (snapshot.carrier, snapshot.number) == ("yuantong", "YT6186594166532")
    assert (snapshot.push_status, snapshot.message, snapshot.state) == ("polling", "寄件", "0")
    assert not snapshot.is_signed
    assert [node.code for node in snapshot.nodes] == ["1002", "1"]
    first = snapshot.nodes[0]
    assert (first.time, first.area_code) == ("2021-12-15 20:15:14", "CN320500000000")
    assert (first.longitude, first.latitude) == (120.585315, 31.298886)
    assert snapshot.route_current == tracking.Place("CN320200000000", "江苏,无锡市")
    assert snapshot.route_to is None


def test_a_real_abort_says_that_nothing_was_found():
    snapshot = tracking.parse_push(payloads.ABORT)
    assert (snapshot.push_status, snapshot.message) == ("abort", "3天查询无记录")
    assert (snapshot.found, snapshot.nodes, snapshot.corrected_carrier) == (False, (), "")
    assert "单号不存在" in snapshot.result_message


def test_a_real_query_answer_is_read_whole():
    snapshot = tracking.parse_query(payloads.QUERY_ANSWER)
    assert (snapshot.state, snapshot.is_signed, snapshot.push_status) == ("304", True, "")
    assert snapshot.nodes[1].area_code == ""
    assert snapshot.nodes[1].longitude is None


def test_a_corrected_carrier_is_told_apart():
    push = json.loads(payloads.ABORT) | {"comNew": "zhongtong", "autoCheck": 0}
    snapshot = tracking.parse_push(json.dumps(push))
    assert (snapshot.corrected_carrier, snapshot.auto_check) == ("zhongtong", False)


def test_the_track_abroad_comes_beside_the_one_at_home():
    push = json.loads(payloads.POLLING)
    push["destResult"] = {"nu": "X", "com": "usps", "data": [{"time": "t", "context": "c"}]}
    abroad = tracking.parse_push(json.dumps(push)).destination
    assert abroad is not None
    assert (abroad.carrier, len(abroad.nodes)) == ("usps", 1)


def test_numbers_and_strings_are_taken_for_each_other_and_unknown_fields_ignored():
    loose = (
        '{"status":"polling","newField":{"x":1},"lastResult":{"nu":123456789,"ischeck":1,'
        '"state":301,"com":null,"data":[{"time":"t","statusCode":301.0,"areaCenter":"200,1"}]}}'
    )
    snapshot = tracking.parse_push(loose)
    assert (snapshot.number, snapshot.is_signed, snapshot.state) == ("123456789", True, "301")
    assert (snapshot.nodes[0].code, snapshot.nodes[0].longitude) == ("301", None)


def test_an_unknown_code_stays_as_it_came():
    push = payloads.POLLING.replace('"1002"', '"213-x"')
    assert tracking.parse_push(push).nodes[0].code == "213-x"


@pytest.mark.parametrize(
    "raw",
    [
        "", "nope", "[]", "1", "{}", '{"status":"polling","lastResult":[]}',
        '{"lastResult":{"data":{}}}', '{"lastResult":{"data":[1]}}', '{"lastResult":{"nu":[]}}',
        '{"lastResult":{"routeInfo":{"from":"x"}}}', '{"a":' * 3000,
    ],
)  # fmt: skip
def test_wrong_types_are_malformed(raw):
    with pytest.raises(MalformedPayload):
        tracking.parse_push(raw)


def test_a_refusal_is_no_track():
    with pytest.raises(MalformedPayload):
        tracking.parse_query(payloads.NO_RESULT)


@given(value=JSON)
def test_any_json_is_a_snapshot_or_malformed(value):
    raw = json.dumps(value)
    for parse in (tracking.parse_push, tracking.parse_query):
        try:
            snapshot = parse(raw)
        except MalformedPayload:
            continue
        assert all(storable(found) for found in texts_of(asdict(snapshot)))


def is_refused(check, raw):
    """Whether a reader calls it malformed."""
    try:
        check(raw)
    except MalformedPayload:
        return True
    return False


PUSH = st.fixed_dictionaries(
    {
        "status": st.just("polling") | JSON,
        "lastResult": st.fixed_dictionaries(
            {"nu": st.just("1"), "data": st.lists(st.dictionaries(NAMES, st.text() | JSON))},
            optional={
                "routeInfo": st.dictionaries(NAMES, JSON),
                "courierInfo": JSON,
                "predictedRoute": JSON,
                "x": JSON,
            },
        ),
    },
    optional={"destResult": JSON, "unknown": JSON},
)


@settings(max_examples=300)
@given(value=PUSH | JSON)
def test_the_check_at_the_door_refuses_exactly_what_the_parser_refuses(value):
    raw = json.dumps(value).encode()
    assert is_refused(tracking.check_push, raw) == is_refused(tracking.parse_push, raw)


@given(raw=st.binary(max_size=200))
def test_any_bytes_are_a_snapshot_or_malformed(raw):
    with pytest.raises(MalformedPayload):
        tracking.parse_push(raw)


def test_nul_and_lone_surrogates_become_storable_text():
    raw = '{"status":"polling","lastResult":{"nu":"A\\u0000B","com":"\\ud83d"}}'
    snapshot = tracking.parse_push(raw)
    assert (snapshot.number, snapshot.carrier) == ("AB", "\ufffd")


def test_a_query_is_signed_over_what_is_sent():
    form = tracking.build_query(
        key="K", customer="C", carrier="shunfeng", number="SF12345678", phone="1234"
    )
    assert form["sign"] == sign_query(form["param"], key="K", customer="C")
    assert "K" not in {form["customer"], form["sign"]}
    sent = json.loads(form["param"])
    assert (sent["com"], sent["phone"], sent["resultv2"]) == ("shunfeng", "1234", "4")
    assert "from" not in sent


def test_a_subscription_carries_key_callback_and_salt():
    form = tracking.build_subscribe(
        key="K", carrier="yuantong", number="YT123456", callback_url="http://x/c", salt="s" * 20
    )
    sent = json.loads(form["param"])
    assert (form["schema"], sent["key"], sent["company"]) == ("json", "K", "yuantong")
    assert sent["parameters"] == {"callbackurl": "http://x/c", "salt": "s" * 20, "resultv2": "4"}


@pytest.mark.parametrize("number", ["", "12345", "x" * 33, "单号单号单号", "a b c d e f"])
def test_an_impossible_number_is_refused_before_sending(number):
    with pytest.raises(InvalidRequest) as caught:
        tracking.build_query(key="K", customer="C", carrier="ems", number=number)
    assert caught.value.field == "number"


def test_a_salt_over_32_characters_is_refused():
    with pytest.raises(InvalidRequest):
        tracking.build_subscribe(
            key="K", carrier="c", number="123456", callback_url="u", salt="s" * 33
        )


def test_some_carriers_need_a_phone():
    assert tracking.needs_phone("shunfeng")
    assert not tracking.needs_phone("yuantong")
