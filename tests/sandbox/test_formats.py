"""Formats change the way vendors change them, the same for the same seed and document."""

from __future__ import annotations

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox.faults.formats import FORMAT_FAULTS, KEPT, change_format

NODE = {
    "time": "2026-11-20 10:00:00", "context": "【深圳市】已发出", "areaName": "广东,深圳市",
    "statusCode": "1002", "areaCenter": "114.05,22.54",
}  # fmt: skip
PUSH = {
    "status": "polling", "billstatus": "got", "message": "", "autoCheck": "0",
    "lastResult": {
        "nu": "YT1", "com": "yuantong", "status": "200", "state": "1002", "ischeck": "0",
        "isLoop": False, "data": [NODE, {**NODE, "context": "已揽收", "statusCode": "103"}],
    },
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


def changed(name: str, fault: str, value=PUSH, seed: int = 7):
    return change_format(value, seed=seed, name=name, rates={fault: 1})


def keys_of(value) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for part in value.values() for key in keys_of(part)}
    if isinstance(value, list):
        return {key for part in value for key in keys_of(part)}
    return set()


def test_without_a_rate_nothing_changes():
    assert change_format(PUSH, seed=7, name="x", rates={}) == PUSH


@given(JSON, st.text(max_size=5))
def test_any_document_survives_every_change_and_the_given_one_is_left_alone(value, name):
    before = copy.deepcopy(value)
    out = change_format(value, seed=7, name=name, rates=dict.fromkeys(FORMAT_FAULTS, 1))
    json.dumps(out)
    assert value == before


def test_a_text_of_digits_becomes_a_number_everywhere_it_stands():
    kinds = set()
    for n in range(30):
        out = changed(str(n), "format_type")
        moved = [(a, b) for a, b in leaves(PUSH, out) if a != b]
        assert moved
        assert all(str(a) == str(b) and type(a) is not type(b) for a, b in moved)
        kinds |= {type(b) for _, b in moved}
    assert kinds == {int}


def leaves(old, new):
    if isinstance(old, dict):
        for key in old:
            yield from leaves(old[key], new[key])
    elif isinstance(old, list):
        for a, b in zip(old, new, strict=True):
            yield from leaves(a, b)
    else:
        yield old, new


def test_one_field_disappears_but_never_what_names_the_parcel_or_holds_the_list():
    gone = set()
    for n in range(60):
        lost = keys_of(PUSH) - keys_of(changed(str(n), "format_missing"))
        assert len(lost) == 1
        gone |= lost
    assert len(gone) > 5
    assert not gone & KEPT


def test_a_new_code_hits_the_newest_node_only():
    out = changed("x", "format_new_code")["lastResult"]
    assert out["data"][0]["statusCode"] == out["state"] != "1002"
    assert out["data"][1] == PUSH["lastResult"]["data"][1]
    assert out["status"] == "200"


def test_a_new_status_of_an_order_stays_a_number():
    order = {"status": "200", "data": {"orderId": "O1", "status": 10}}
    out = changed("x", "format_new_code", order)
    assert isinstance(out["data"]["status"], int)
    assert out["data"]["status"] != 10
    assert out["status"] == "200"


def test_a_new_field_comes_without_taking_one_away():
    out = changed("x", "format_new_field")
    assert len(keys_of(out) - keys_of(PUSH)) >= 1
    assert keys_of(PUSH) <= keys_of(out)


def test_one_text_is_decorated_in_the_same_way_in_every_push():
    """Otherwise one node would look like two."""
    first = changed("push 1", "format_chars")["lastResult"]["data"][1]
    second = changed("push 2", "format_chars")["lastResult"]["data"][1]
    assert first == second
    assert first["context"] != "已揽收"
    assert first["time"] == NODE["time"]
