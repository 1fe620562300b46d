"""The portal's own calls against the running world: an estimate becomes a promise."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.baidiyun.models import ApiCall, DriftFinding
from apps.baidiyun.services import check_reach, estimate_freight, resolve_address
from apps.core import clock
from apps.shipments.services import ask_estimates
from tests.sandbox.conftest import START
from tests.shipments.builders import make_merchant, make_shipment

LANE = {"origin_code": "440305000000", "destination_code": "110105000000"}
ENDS = {"sender_address": "广东省深圳市南山区科技园", "recipient_address": "北京市朝阳区建国路88号"}


@pytest.fixture
def portal(gateway, settings) -> None:
    account = {"key": "testKey", "customer": "testCustomer", "secret": "testSecret"}
    settings.BAIDIYUN = {"sandbox": {"base_url": gateway, **account}}


def test_a_shipment_is_promised_what_the_world_estimates(portal):
    with clock.frozen(START):
        shipment = make_shipment(make_merchant(), created_at=START, **LANE)
        assert ask_estimates() == {"answered": 1}
    shipment.refresh_from_db()
    ahead = shipment.promise_to - START
    assert dt.timedelta(hours=12) < ahead < dt.timedelta(days=7)
    assert shipment.promise_source == "carrier"
    call = ApiCall.objects.get()
    assert (call.product, call.method, call.ok) == ("estimate", "time", True)
    assert not DriftFinding.objects.exists()


def test_freight_reach_and_addresses_are_understood(portal):
    freight = estimate_freight(mode="sandbox", carrier="yuantong", weight_grams=1500, **ENDS)
    assert freight.data.options[0].price > 0
    assert check_reach(mode="sandbox", carrier="yuantong", **ENDS).data.reachable is True
    away = {**ENDS, "recipient_address": "西藏自治区拉萨市城关区北京中路1号"}
    assert check_reach(mode="sandbox", carrier="yuantong", **away).data.reachable is False
    found = resolve_address(mode="sandbox", content="王超 13800138000 北京市朝阳区建国路88号")
    person = found.data.found[0]
    assert (person.name, person.division_code) == ("王超", "110105")
    refused = resolve_address(mode="sandbox", content="你好")
    assert (refused.ok, refused.permanent, refused.code) == (False, True, "30005")
