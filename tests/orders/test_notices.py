"""What carriers say of waybills, interceptions and rides, kept as notices of the parcel."""

from __future__ import annotations

import datetime as dt
import json
from itertools import count

import pytest
from django.db import IntegrityError, transaction

from apps.baidiyun import services as gateway
from apps.baidiyun import topics
from apps.baidiyun.choices import CoordinateSystem, ReplyOutcome
from apps.baidiyun.credentials import acting_merchant
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.models import InboxRow, Subscription
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.samecity import RiderPosition
from apps.core import clock
from apps.orders.errors import NotAllowedNow
from apps.orders.models import CarrierNotice
from apps.orders.selectors import notices_of
from apps.orders.services import apply_notices, note_rider_position
from apps.shipments.models import Event
from tests.orders.builders import NOW, make_order

pytestmark = pytest.mark.usefixtures("business")
NUMBER = "YT6180000000001"
_serial = count(1)


@pytest.fixture
def parcel(merchant, wall):
    return make_order(merchant).parcels.get()


def told(topic: str, subject: int, **param) -> InboxRow:
    """A stored callback that the drain has not seen yet."""
    n = next(_serial)
    token = f"tokentokentoken{n:05d}"
    Subscription.objects.update_or_create(
        topic=topic,
        subject=subject,
        defaults={"token": token},
        create_defaults={
            "token": token, "carrier": "yuantong", "number": NUMBER, "kid": "k1",
            "mode": "sandbox", "state": "active", "next_at": NOW, "retry_at": NOW,
            "created_at": NOW,
        },
    )  # fmt: skip
    return InboxRow.objects.create(
        topic=topic, source="push", token=token, body_hash=n.to_bytes(32, "big"),
        param=json.dumps(param, ensure_ascii=False), received_at=clock.real_now(),
        next_at=clock.real_now(),
    )  # fmt: skip


def test_orders_own_the_three_topics():
    for topic in ("waybill", "intercept", "samecity"):
        assert topics.applier_for(topic) is apply_notices


def test_an_interception_is_kept_with_its_state_and_without_phones(parcel, merchant):
    told("intercept", parcel.pk, kuaidinum=NUMBER, status="1", message="联系13800138000拦截成功")
    assert gateway.drain_once().applied == 1
    notice = CarrierNotice.objects.get()
    assert (notice.parcel_id, notice.topic, notice.state, notice.at) == (
        parcel.pk, "intercept", "1", NOW,
    )  # fmt: skip
    assert "拦截成功" in notice.text
    assert "13800138000" not in notice.text
    assert not Event.objects.exists()


def test_a_ride_says_when_it_was_so_and_names_no_courier(parcel):
    told(
        "samecity", parcel.pk, orderId="R1", status="310", statusDesc="骑手已取货",
        kuaidicom="dadatongcheng", courierName="李四四", courierMobile="13900139000",
        updateTime="2026-11-22 09:30:00",
    )  # fmt: skip
    gateway.drain_once()
    notice = CarrierNotice.objects.get()
    assert (notice.state, notice.text) == ("310", "dadatongcheng 骑手已取货")
    assert notice.at == dt.datetime(2026, 11, 22, 1, 30, tzinfo=dt.UTC)


def test_the_same_row_again_is_one_notice(parcel):
    row = told("waybill", parcel.pk, kuaidinum=NUMBER, status="200")
    gateway.drain_once()
    row.refresh_from_db()
    assert [answer.state for answer in apply_notices([row, row])] == ["applied", "applied"]
    assert CarrierNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("subject", "number", "why"), [(0, NUMBER, "no such parcel"), (None, "YT9", "another number")]
)
def test_what_is_not_about_the_parcel_is_kept_aside(parcel, subject, number, why):
    told("waybill", parcel.pk if subject is None else subject, kuaidinum=number, status="200")
    assert gateway.drain_once().aside == 1
    assert why in InboxRow.objects.get().error
    assert not CarrierNotice.objects.exists()


def test_what_cannot_be_read_is_parked_and_harms_no_other(parcel):
    told("waybill", parcel.pk, kuaidinum=NUMBER, status="200")
    told("waybill", parcel.pk + 1, status="200")
    done = gateway.drain_once()
    assert (done.applied, done.parked) == (1, 1)


def test_notices_of_an_order_are_newest_first(parcel, merchant):
    for hours, state in ((2, "b"), (1, "a"), (3, "c")):
        CarrierNotice.objects.create(
            parcel=parcel, topic="waybill", state=state, at=NOW + dt.timedelta(hours=hours)
        )
    CarrierNotice.objects.create(parcel=make_order(merchant).parcels.get(), topic="waybill")
    assert [notice.state for notice in notices_of(parcel.order)] == ["c", "b", "a"]


def rider(monkeypatch, answer):
    asked = []

    def locate(**given):
        asked.append((given["order_id"], acting_merchant()))
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(gateway, "locate_rider", locate)
    return asked


@pytest.mark.parametrize("system", list(CoordinateSystem))
def test_a_rider_is_kept_in_the_system_he_was_given_in(parcel, merchant, monkeypatch, system):
    position = RiderPosition(120.123456, 30.25, system)
    asked = rider(monkeypatch, Reply(ReplyOutcome.DONE, position, "200"))
    notice = note_rider_position(parcel_id=parcel.pk, ride_id="R1")
    assert (notice.topic, notice.longitude, notice.latitude) == ("rider", 120.123456, 30.25)
    assert notice.system == system.value
    assert asked == [("R1", merchant.pk)]
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (NotConfigured("none"), "not_configured"),
        (Reply(ReplyOutcome.NOT_SENT, None, "throttled", ""), "held_back"),
        (Reply(ReplyOutcome.REFUSED, None, "30005", "无法查询配送员位置!"), "30005"),
    ],
)
def test_without_a_position_nothing_is_kept(parcel, monkeypatch, answer, code):
    rider(monkeypatch, answer)
    with pytest.raises(NotAllowedNow) as caught:
        note_rider_position(parcel_id=parcel.pk, ride_id="R1")
    assert caught.value.code == code
    assert not CarrierNotice.objects.exists()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"topic": "odd"}, "orders_notice_topic"),
        ({"longitude": 1.0, "latitude": 1.0}, "orders_notice_position_whole"),
        ({"longitude": 181.0, "latitude": 1.0, "system": "1"}, "orders_notice_position_whole"),
    ],
)
def test_a_notice_that_makes_no_sense_is_refused(parcel, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CarrierNotice.objects.create(parcel=parcel, **{"topic": "rider", **values})
