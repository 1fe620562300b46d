"""Whatever is sent to any product is answered in its envelope: the world lives on."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from apps.sandbox.gateway import endpoint, kd100, urls
from apps.sandbox.models import SandboxParcel, SandboxPush
from tests.sandbox.clients import CUSTOMER, KEY, SECRET, T, compact, md5
from tests.sandbox.test_gateway_around import ORDER

FORM = "application/x-www-form-urlencoded"
PRODUCTS = tuple(
    str(entry.pattern)
    for entry in urls.urlpatterns
    if "<" not in str(entry.pattern)
    and not str(entry.pattern).startswith(("control", "hooks", "cgi-bin", "healthz"))
)
KINDS = (FORM, "application/json", "multipart/form-data; boundary=b", "x")
METHODS = (
    "", "order", "price", "batchPrice", "bOrder", "cancel", "detail", "modifyOrder", "synPay",
    "time", "custom", "printOld", "backOrder", "interceptOrder", "reachable", "orderExport",
)  # fmt: skip
KNOWN = (
    "kuaidicom", "kuaidinum", "com", "num", "company", "number", "from", "to", "resultv2",
    "parameters", "weight", "orderTime", "logistics", "recMan", "sendMan", "packageInfos",
    "exportInfos", "customsClearance", "content", "consultId", "taskId", "orderId", "callbackUrl",
    "interceptType", "recManInfo", "carrier_id", "tracking_number", "webhook_url", "address",
    "code", "kuaidiComList", "pickupTimestamp", "quantity", "salt", "phone", "key",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 10**18, "", " ", "\x00", "\ud800", "yuantong", "YT6186594166533",
    "广东省深圳市南山区", "北京市朝阳区", "ß" * 32, "x" * 5000, "9999-12-31 23:59:59", "nan",
    "1e999",
    [], {}, [1, "x", {}], {"name": ["x"]}, [[[[]]]], "http://[", "http://127.0.0.1:1/cb", "5",
    "RETURN_SEND_ADDR", "2", "-0", "1_0", "٣", KEY,
)  # fmt: skip
BROKEN = (
    b"", b"\x00\xff\xfe", b"%%%=%&&&", b"param=" + b"[" * 100_000, b"x" * 5_000_000,
    b"param=%7B%7D&key=%00&sign=%ff&t=1&customer=%00", b"param=1&param=2&t=-1&key=" + KEY.encode(),
    b'{"key":"x"}',
)  # fmt: skip


@pytest.fixture
def errors(moving, account, monkeypatch) -> list[str]:
    """What a product did not foresee; empty in a world without defects."""
    seen: list[str] = []
    for module in (endpoint, kd100):
        monkeypatch.setattr(
            module.log, "exception", lambda _, **facts: seen.append(facts["path"]), raising=False
        )
    return seen


def send(path: str, body: bytes, content_type: str = FORM, **headers: str) -> HttpResponse:
    request = RequestFactory().generic("POST", f"/{path}", body, content_type, **headers)
    found = resolve(f"/{path}", urlconf="apps.sandbox.gateway.urls")
    return found.func(request, *found.args, **found.kwargs)


def signed(path: str, method: str, param: str) -> HttpResponse:
    """The same param for whatever family the address has, every signature valid."""
    if path.startswith("api/"):
        headers = {"HTTP_API_KEY": KEY, "HTTP_SIGNATURE": md5(param + KEY + SECRET)}
        return send(path, param.encode(), "application/json", **headers)
    sign = (
        md5(param + KEY + CUSTOMER) if path.startswith("poll/") else md5(param + T + KEY + SECRET)
    )
    form = {
        "method": method,
        "key": KEY,
        "customer": CUSTOMER,
        "t": T,
        "param": param,
        "sign": sign,
    }
    return send(path, urlencode(form).encode())


def refused(answer: HttpResponse) -> bool:
    """Whether an envelope refuses; a 200 with JSON in any case."""
    assert answer.status_code == 200
    value = json.loads(answer.content)
    if isinstance(value, list):
        return False
    code = str(value.get("returnCode") or value.get("code") or value.get("status"))
    return code != "200"


@pytest.mark.parametrize("path", PRODUCTS)
def test_broken_bytes_are_refused_with_the_products_own_code(errors, path):
    for body in BROKEN:
        for content_type in KINDS if len(body) < 1000 else KINDS[:1]:
            assert refused(send(path, body, content_type))
    assert not errors
    assert not SandboxParcel.objects.exists()


@pytest.mark.parametrize("path", PRODUCTS)
def test_signed_nonsense_never_meets_a_product_unprepared(errors, path):
    rng = random.Random(path)
    for _ in range(12):
        names = rng.sample(KNOWN, rng.randint(0, 12))
        param = json.dumps({name: rng.choice(VALUES) for name in names})
        refused(signed(path, rng.choice(METHODS), param))
    refused(signed(path, "order", '{"a":' * 200 + "1" + "}" * 200))
    assert errors == []


def test_one_wrong_value_in_a_right_order_abroad_never_breaks_it(errors):
    rng = random.Random(7)
    for _ in range(60):
        wrong = {**ORDER, rng.choice(list(ORDER)): rng.choice(VALUES)}
        refused(signed("sendAssistant/order/apiCall", "", json.dumps(wrong)))
    assert errors == []
    assert not SandboxPush.objects.exists()


@pytest.mark.parametrize("path", ["label/order", "order/borderapi.do", "workorder/api/status"])
def test_names_count_in_any_case_from_url_and_body_with_float_seconds(errors, path):
    param, t = compact({"CONSULTID": "1", "TaskID": "x"}), "1795353076.6432815"
    sign = md5(param + t + KEY + SECRET)
    body = urlencode({"PARAM": param, "Sign": sign.lower(), "secret": "", "url": ""}).encode()
    request = RequestFactory().generic("POST", f"/{path}?Method=cancel&KEY={KEY}&T={t}", body, FORM)
    answer = json.loads(
        resolve(f"/{path}", urlconf="apps.sandbox.gateway.urls").func(request).content
    )
    known = {
        "label/order": "kuaidinum", "order/borderapi.do": "订单不存在",
        "workorder/api/status": "consultId不存在",
    }  # fmt: skip
    assert known[path] in answer["message"]
