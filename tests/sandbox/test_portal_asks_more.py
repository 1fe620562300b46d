"""The portal's own client against the running world: maps, kd100, services around a parcel."""

from __future__ import annotations

import pytest

from apps.baidiyun.choices import InterceptType
from apps.baidiyun.models import DriftFinding
from apps.baidiyun.products.intercept import InterceptRequest
from apps.baidiyun.providers import provider_for
from apps.baidiyun.services import (
    find_pickup_code,
    intercept_parcel,
    open_work_order,
    query_map,
    resolve_foreign_address,
    subscribe_map,
    work_order_status,
)
from apps.core import clock
from apps.sandbox.models import SandboxSubscription
from tests.sandbox.conftest import START

NUMBER = "YT6186594166533"


@pytest.fixture
def portal(gateway, settings):
    account = {"key": "testKey", "customer": "testCustomer", "secret": "testSecret"}
    settings.BAIDIYUN = {"sandbox": {"base_url": gateway, **account}}
    settings.KD100 = {"sandbox": {"base_url": gateway, "key": "testKey", "secret": "testSecret"}}
    with clock.frozen(START):
        yield
    assert not DriftFinding.objects.exists()


@pytest.fixture
def lived(portal, moving):
    """The number's parcel is known and has been on its way for days."""
    question = {"carrier": "yuantong", "number": NUMBER}
    provider_for("kd100", mode="sandbox").query_tracking(**question)
    moving.forward(days=20)
    return question


def test_a_map_is_read_and_subscribed(lived):
    ends = {"from_": "广东省深圳市南山区", "to": "北京市朝阳区"}
    told = query_map(mode="sandbox", subject=1, **lived, **ends)
    assert told.data.trail_url.startswith("http")
    assert (told.data.is_signed, bool(told.data.arrival_time)) == (True, True)
    wish = {"callback_url": "http://127.0.0.1:1/cb", "salt": "s"}
    assert subscribe_map(mode="sandbox", subject=1, **lived, **ends, **wish).ok
    assert SandboxSubscription.objects.get().product == "map"


def test_kd100_is_a_second_source_of_the_same_parcel(lived):
    kd100 = provider_for("kd100", mode="sandbox")
    theirs = kd100.query_tracking(**lived).data
    ours = provider_for("baidiyun", mode="sandbox").query_tracking(**lived).data
    assert [(n.time, n.code) for n in theirs.nodes] == [(n.time, n.code) for n in ours.nodes]
    assert kd100.detect(number=NUMBER).data[0].carrier == "yuantong"
    assert kd100.subscribe(**lived, callback_url="http://127.0.0.1:1/cb").ok
    again = kd100.subscribe(**lived, callback_url="http://127.0.0.1:1/cb")
    assert (again.ok, again.code) == (False, "60201")


def test_an_interception_and_a_work_order_are_understood(lived, moving):
    told = open_work_order(mode="sandbox", subject=1, **lived, kind="催件", content="请加急")
    consult = told.data.consult_id
    moving.forward(hours=30)
    state = work_order_status(mode="sandbox", subject=1, consult_id=consult).data
    assert (state.consult_id, state.status, len(state.replies)) == (consult, "2", 2)
    request = InterceptRequest(**lived, kind=InterceptType.RETURN_TO_SENDER)
    late = intercept_parcel(
        mode="sandbox", subject=1, request=request, callback_url="http://127.0.0.1:1/cb"
    )
    assert (late.ok, late.permanent, late.code) == (False, True, "30005")


def test_a_pickup_code_and_a_foreign_address_are_read(lived):
    code = find_pickup_code(mode="sandbox", subject=1, **lived).data
    assert (code.number, code.code) == (NUMBER, "")
    told = resolve_foreign_address(
        mode="sandbox", country="US", address="350 Fifth Ave, New York, NY 10118"
    )
    assert (told.data.city, told.data.postcode) == ("New York", "10118")
