"""The quirks of contract §7, one by one, over a real socket."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from apps.sandbox.models import SandboxFault, SandboxOrder, SandboxSubscription
from apps.sandbox.services.faults import forget_rates
from tests.sandbox.clients import booking
from tests.sandbox.samples.products import NUMBER, PRODUCTS
from tests.sandbox.samples.wire import code_of, exchange, tell
from tests.support import vendor_bytes as bytes_of
from tests.support.vendor_languages import (
    AXIOS,
    FLOAT_SECONDS,
    GO,
    JAVA,
    KEY,
    PHP_QUERY,
    REQUESTS,
    Call,
    Sent,
)

WRAPPED = ("bOrder", "label", "bsamecity price", "reachable", "workorder")
KNOWN = {"num": NUMBER, "key": KEY}
GUESS = [{"lengthPre": 15, "comCode": "yuantong", "name": "圆通速递"}]


def wrapped(call: Call) -> Call:
    """The Node demos' ``param={"key":…,"param":"{…}"}``."""
    outer = {"key": KEY, "param": bytes_of.node_json(call.param)}
    return replace(call, param=outer)


def is_taken(answer: dict[str, Any]) -> bool:
    return answer.get("returnCode") == "200" or answer.get("code") == 200


@pytest.mark.parametrize("name", WRAPPED)
def test_a_double_wrapped_param_is_a_bad_parameter(gateway, name):
    code = code_of(tell(gateway, AXIOS, wrapped(PRODUCTS[name].call)))
    assert code in {"400", "201", "30001"}
    assert not SandboxOrder.objects.exists()


@pytest.mark.parametrize("name", WRAPPED)
def test_a_double_wrapped_param_is_opened_where_the_switch_says_so(gateway, name):
    SandboxFault.objects.create(name="unwrap_param", rate=1)
    forget_rates()
    assert is_taken(tell(gateway, AXIOS, wrapped(PRODUCTS[name].call)))
    assert is_taken(tell(gateway, AXIOS, PRODUCTS[name].call))


@pytest.mark.parametrize("name", ["price", "time", "bsamecity price", "reachable"])
def test_method_is_read_from_the_query_string_and_in_any_case(gateway, name):
    call = PRODUCTS[name].call
    shouted = replace(call, method=call.method.upper())
    assert is_taken(tell(gateway, PHP_QUERY, shouted))


def test_the_node_demos_create_and_javas_price_are_known(gateway):
    assert is_taken(tell(gateway, AXIOS, replace(PRODUCTS["bOrder"].call, method="create")))
    assert is_taken(tell(gateway, JAVA, replace(PRODUCTS["price"].call, method="Price")))


@pytest.mark.parametrize(
    ("url", "body"), [(KNOWN, {}), ({}, KNOWN), (KNOWN, KNOWN), ({"key": KEY}, {"num": NUMBER})]
)
def test_detection_finds_its_fields_in_url_body_or_both(gateway, url, body):
    query = bytes_of.querystring_form(url).decode()
    target = f"/autonumber/auto?{query}" if query else "/autonumber/auto"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert exchange(gateway, Sent(target, headers, bytes_of.python_form(body))) == GUESS


@pytest.mark.parametrize("name", ["price", "query", "poll", "time"])
def test_the_documents_say_post_or_get(gateway, moving, name):
    sent = REQUESTS.send(PRODUCTS[name].call)
    target = f"{sent.target}?{sent.body.decode()}"
    tell(gateway, REQUESTS, PRODUCTS["query"].call)
    moving.forward(days=3)
    answer = exchange(gateway, Sent(target, {}, b""), "GET")
    assert answer.get("status") == "200" or is_taken(answer)


@pytest.mark.parametrize("name", ["price", "time", "reachable", "address"])
def test_float_seconds_are_signed_as_they_were_sent(gateway, name):
    python = replace(REQUESTS, t=FLOAT_SECONDS)
    assert is_taken(tell(gateway, python, PRODUCTS[name].call))
    late = tell(gateway, python, PRODUCTS[name].call, t="1795353076.643282")
    assert code_of(late) == PRODUCTS[name].unsigned


def test_absent_null_and_empty_are_the_same(gateway):
    spellings = [REQUESTS, AXIOS, JAVA, GO]
    param = {**booking(), "payment": "", "remark": None, "serviceType": ""}
    call = Call("/order/borderapi.do", param, method="price")
    assert len({str(tell(gateway, language, call)["data"]) for language in spellings}) == 1


@pytest.mark.parametrize("name", ["kuaidicom", "kuaidiCom", "KUAIDICOM"])
def test_the_carriers_name_is_read_in_each_of_its_spellings(gateway, name):
    param = {**booking(), name: "yuantong"}
    if name != "kuaidicom":
        del param["kuaidicom"]
    for path, method in (("/order/borderapi.do", "price"), ("/reachable.do", "reachable")):
        assert is_taken(tell(gateway, PHP_QUERY, Call(path, param, method=method)))


def test_php_spells_reachables_carrier_in_the_plural(gateway):
    param = {**booking(), "kuaidiComs": "yuantong"}
    del param["kuaidicom"]
    assert is_taken(tell(gateway, PHP_QUERY, Call("/reachable.do", param, method="reachable")))


def test_a_signature_in_lower_case_counts(gateway):
    sent = AXIOS.send(PRODUCTS["price"].call)
    fields = dict(pair.split("=") for pair in sent.body.decode().split("&"))
    body = sent.body.replace(fields["sign"].encode(), fields["sign"].lower().encode())
    assert is_taken(exchange(gateway, Sent(sent.target, sent.headers, body)))


def test_line_ends_at_the_edges_of_a_multipart_value_belong_to_it(gateway):
    spell = lambda value: f"\n{bytes_of.php_json(value)}\r\n"  # noqa: E731
    form = replace(
        PHP_QUERY, spell=spell, where="body",
        encode=lambda fields: bytes_of.multipart(fields, bytes_of.PHP_BOUNDARY),
        content_type=f'multipart/form-data; boundary="{bytes_of.PHP_BOUNDARY}"',
    )  # fmt: skip
    assert is_taken(tell(gateway, form, PRODUCTS["price"].call))


def test_fields_nobody_knows_change_nothing(gateway):
    told = tell(gateway, JAVA, PRODUCTS["poll"].call, settings="{}", secret="x", url="http://x")
    assert is_taken(told)
    assert SandboxSubscription.objects.count() == 1
