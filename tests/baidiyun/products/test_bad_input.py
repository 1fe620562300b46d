"""Whatever comes, a parser answers or says MalformedPayload; the raw text is never its to lose."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.baidiyun.choices import Product, ReplyOutcome
from apps.baidiyun.contract import MESSAGES
from apps.baidiyun.drift import MOST_FINDINGS, observe
from apps.baidiyun.envelopes import parse_answer
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.products import (
    intercept,
    kd100,
    pickup,
    pickup_code,
    samecity,
    tracking,
    waybill,
    workorder,
)
from apps.baidiyun.products.common import read_reply
from tests.baidiyun.products import examples

READERS = [
    (name, read, payload) for name, pairs in examples.READERS.items() for read, payload in pairs
]
RAW = [
    tracking.parse_push, tracking.parse_query, pickup.parse_order_push, waybill.parse_push,
    intercept.parse_push, samecity.parse_push, pickup_code.parse_push, kd100.parse_webhook,
    workorder.parse_push,
]  # fmt: skip
PUSHED = {name for name, message in MESSAGES.items() if message.direction == "pushed"}
HOSTILE = [
    "\x00", "\ud800", "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "%s%n", "9" * 400,
    "1e999999", "-0", "NaN", "١٢", "\u202e", "a" * 50_000, "&lt;b&gt;", "﹏", "..\\..\\x", "",
]  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(HOSTILE)
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
SOME = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.data_too_large])


def spots(value, path=()):
    """Every place in a payload where something can be changed."""
    found = [path]
    items = (
        value.items() if isinstance(value, dict)
        else enumerate(value) if isinstance(value, list) else ()
    )  # fmt: skip
    for key, item in items:
        found += spots(item, (*path, key))
    return found


def put(value, path, new):
    """Change one place."""
    if not path:
        return new
    whole = inner = copy.deepcopy(value)
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return whole


def survives(read, value):
    """Read, and let only MalformedPayload out."""
    try:
        read(value)
    except MalformedPayload as caught:
        error = caught
    else:
        return
    assert str(error)
    assert error.permanent


@pytest.mark.parametrize(("name", "read", "payload"), READERS)
@SOME
@given(data=st.data())
def test_one_thing_wrong_anywhere_is_read_or_malformed(name, read, payload, data):
    roots = 1 if name in PUSHED else 0
    path = data.draw(st.sampled_from(spots(payload)[roots:]))
    broken = put(payload, path, data.draw(ANYTHING))
    before = repr(broken)
    survives(read, broken)
    assert len(observe(name, broken)) <= MOST_FINDINGS
    assert repr(broken) == before


@pytest.mark.parametrize(("name", "read", "payload"), READERS)
@settings(max_examples=60, deadline=None)
@given(value=ANYTHING)
def test_anything_at_all_is_read_or_malformed(name, read, payload, value):
    survives(read, value if isinstance(value, dict) or isinstance(payload, list) else {"x": value})
    assert len(observe(name, value)) <= MOST_FINDINGS


@pytest.mark.parametrize("parse", RAW)
@pytest.mark.parametrize("name", ["tracking.push", "pickup.push", "samecity.push", "kd100.webhook"])
@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 3_000), junk=st.binary(max_size=5))
def test_truncated_and_damaged_text_is_read_or_malformed(parse, name, cut, junk):
    raw = json.dumps(examples.READERS[name][0][1], ensure_ascii=False).encode()
    survives(parse, raw[:cut] + junk)


@pytest.mark.parametrize("parse", RAW)
@pytest.mark.parametrize(
    "raw",
    [
        "[" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000, '{"data":' * 2_000,
        '{"lastResult":{"data":' + "[" * 5_000 + "]" * 5_000 + "}}", "1" * 10_000, '"x"',
        '{"status":' + "9" * 6_000 + "}", "\ufeff{}", "null", "",
    ],
)  # fmt: skip
def test_deep_and_huge_text_is_read_or_malformed(parse, raw):
    survives(parse, raw)


@pytest.mark.parametrize("name", sorted(examples.READERS))
def test_twenty_thousand_nodes_or_fields_do_not_hurt(name):
    read, payload = examples.READERS[name][0]
    if isinstance(payload, list):
        survives(read, payload * 20_000)
        return
    survives(read, payload | {f"field{n}": n for n in range(20_000)})
    assert len(observe(name, payload | {f"field{n}": n for n in range(20_000)})) <= MOST_FINDINGS


BODIES = [
    (200, "", "empty"), (200, "<html>502</html>", "html"), (502, "<html>", "http_502"),
    (200, '{"result":tr', "not_json"), (500, '{"result":true,"returnCode":"200","data":{}}',
    "http_500"), (200, "7", "unknown_shape"), (200, "{}", "unknown_shape"),
    (200, '{"result":false,"returnCode":"601","message":"KEY已过期"}', "601"),
    (200, '{"success":false,"code":30002,"message":"验证签名失败"}', "30002"),
    (200, '{"code":101,"message":"method"}', "101"), (429, "", "http_429"),
]  # fmt: skip


@pytest.mark.parametrize("product", list(Product))
@pytest.mark.parametrize(("status", "body", "code"), BODIES)
def test_every_broken_answer_ends_in_a_defined_reply(product, status, body, code):
    reply = read_reply(parse_answer(status, body, product=product), lambda data: data)
    assert reply.outcome in {ReplyOutcome.REFUSED, ReplyOutcome.UNKNOWN}
    assert (reply.data, reply.code, reply.ok) == (None, code, False)
    assert reply.message


def test_a_good_envelope_with_unreadable_data_is_unknown_not_done():
    answer = parse_answer(
        200, '{"success":true,"code":200,"message":"success","data":[]}', product=Product.WAYBILL
    )
    reply = read_reply(answer, waybill.parse_order)
    assert (reply.outcome, reply.code) == (ReplyOutcome.UNKNOWN, "malformed_payload")


def test_every_message_we_read_has_an_example_here():
    wanted = {name for name, m in MESSAGES.items() if m.direction != "sent" and m.used_paths()}
    assert wanted == set(examples.READERS)
