"""The portal's own calls against the running world: an estimate becomes a promise."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from apps.baidiyun.choices import CoordinateSystem
from apps.baidiyun.drift import observe
from apps.baidiyun.models import ApiCall, DriftFinding
from apps.baidiyun.products import samecity
from apps.baidiyun.products.samecity import End, RideRequest
from apps.baidiyun.services import (
    cancel_ride,
    check_reach,
    estimate_freight,
    locate_rider,
    order_ride,
    order_rides,
    price_ride,
    price_rides,
    resolve_address,
    tip_rider,
)
from apps.core import clock
from apps.shipments.services import ask_estimates
from tests.sandbox.conftest import START, run_until
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


def test_a_ride_is_ordered_tipped_followed_and_cancelled(portal, moving):
    ends = [
        End(name, "13800138000", "北京市", "北京市", "海淀区", "学清路1号", longitude, latitude)
        for name, longitude, latitude in (("王超", 116.3525, 40.0148), ("李店", 116.3266, 40.0024))
    ]
    request = RideRequest(*ends, weight_grams=1200, system=CoordinateSystem.BD09, third_id="SO-1")
    asked = {"mode": "sandbox", "request": request, "salt": "s",
             "callback_url": "http://127.0.0.1:1/cb"}  # fmt: skip
    price = price_ride(carrier="shansongtongcheng", **asked)
    assert price.data.discounted_fee < price.data.fee
    offers = price_rides(carriers=["uupaotui", "dadatongcheng"], **asked)
    assert [offer.carrier for offer in offers.data] == ["uupaotui", "dadatongcheng"]
    batch = order_rides(subject=1, carriers=["uupaotui", "dadatongcheng"], **asked)
    assert len(batch.data.offers) == 2
    placed = order_ride(subject=1, carrier="shansongtongcheng", **asked)
    ids = {"task_id": placed.data.task_id, "order_id": placed.data.order_id}
    assert tip_rider(mode="sandbox", subject=1, tip=Decimal(3), **ids).ok
    early = locate_rider(mode="sandbox", subject=1, order_id=placed.data.order_id)
    assert (early.ok, early.code, early.permanent) == (False, "30005", False)
    moving.forward(minutes=6)
    where = locate_rider(mode="sandbox", subject=1, order_id=placed.data.order_id)
    assert where.data.system is CoordinateSystem.BD09
    assert abs(where.data.longitude - 116.33) < 0.1
    wish = {"mode": "sandbox", "subject": 1, "reason_code": "1", **ids}
    assert cancel_ride(only_ask=True, **wish).data >= 0
    assert cancel_ride(**wish).ok
    assert not DriftFinding.objects.exists()


def test_the_pushes_of_a_ride_are_read_by_the_portal(portal, moving, receiver):
    ends = [
        End("王超", "13800138000", "北京市", "北京市", "海淀区", "学清路1号", lng, lat)
        for lng, lat in ((116.352569, 40.014838), (116.3266, 40.0024))
    ]
    placed = order_ride(
        mode="sandbox", subject=1, carrier="dadatongcheng", salt="s", callback_url=receiver.url,
        request=RideRequest(*ends, weight_grams=1200),
    )  # fmt: skip
    run_until(moving, START + dt.timedelta(hours=4))
    pushes = [samecity.parse_push(push["param"]) for push in receiver.got]
    assert {push.order_id for push in pushes} == {placed.data.order_id}
    assert all(push.known is not None and push.updated_at is not None for push in pushes)
    assert pushes[-1].state in {"520", "720"}
    assert not any(observe("samecity.push", json.loads(push["param"])) for push in receiver.got)
