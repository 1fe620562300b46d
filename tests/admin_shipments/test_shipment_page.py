"""The page of one shipment, as customer service and the others see it."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from apps.accounts.choices import Role
from apps.baidiyun.models import ApiCall, InboxRow
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.models import ActionLog
from apps.shipments.models import Shipment
from tests.admin_shipments.conftest import TRACK, address, page, travelled
from tests.shipments.builders import at, make_shipment, node, push


def callback(shipment, param=None, **fields):
    text = param or push(shipment.number, TRACK)
    values = {
        "topic": "tracking",
        "source": "push",
        "token": "t",
        "subject": shipment.pk,
        "carrier": shipment.carrier,
        "number": shipment.number,
        "body_hash": hashlib.sha256(text.encode()).digest(),
        "param": text,
        "received_at": clock.real_now(),
        "next_at": clock.real_now(),
        "state": "applied",
        **fields,
    }
    return InboxRow.objects.create(**values)


def test_one_look_says_where_it_is_and_what_comes_next(log_in, shipment):
    text = page(log_in(Role.CUSTOMER_SERVICE), shipment)

    assert "Out for delivery" in text
    assert "since 2026-11-21 09:00 (6 hours)" in text
    assert "广东 深圳市 南山区" in text
    assert "The courier hands it over, normally the same day." in text
    assert 'data-sp-copy="YT1000000001"' in text
    assert "YTO Express" in text
    assert "/admin/orders/order/?q=A-YT1000000001" in text


@pytest.mark.parametrize(
    ("promised", "said"),
    [(at(32), "2 hours left"), (at(29), "Late by 1 hour")],
)
def test_the_promise_says_how_it_stands(log_in, shipment, promised, said):
    Shipment.objects.filter(pk=shipment.pk).update(promise_from=at(0), promise_to=promised)

    assert said in page(log_in(), shipment)


def test_a_delivered_parcel_kept_its_promise_or_did_not(log_in, merchant):
    done = travelled(make_shipment(merchant), (*TRACK, node(26, "已签收", "301")))
    Shipment.objects.filter(pk=done.pk).update(promise_from=at(0), promise_to=at(24))

    assert "2 hours late" in page(log_in(), done)

    Shipment.objects.filter(pk=done.pk).update(promise_from=at(0), promise_to=at(27))
    assert "Kept" in page(log_in(), done)


def test_the_courier_is_masked_until_somebody_reveals_and_that_is_recorded(log_in, shipment):
    callback(shipment)
    client = log_in()

    hidden = page(client, shipment)
    assert "13712345678" not in hidden
    assert "李明" not in hidden
    assert "137****5678" in hidden

    assert client.post(address(shipment, "reveal")).status_code == 302
    shown = page(client, shipment)
    assert shown.count("13712345678") == 2
    log = ActionLog.objects.get(action="personal_data.revealed")
    assert (log.subject_kind, log.subject_id) == ("shipments.shipment", str(shipment.pk))


def test_looking_reveals_nothing_by_itself(log_in, shipment):
    client = log_in()

    client.get(address(shipment, "reveal"))

    assert "13712345678" not in page(client, shipment)
    assert not ActionLog.objects.filter(action="personal_data.revealed").exists()


def test_an_auditor_may_not_reveal(log_in, shipment):
    client = log_in(Role.AUDITOR)

    assert client.post(address(shipment, "reveal")).status_code == 403
    assert "13712345678" not in page(client, shipment)


def test_a_time_elsewhere_is_shown_in_both_zones(log_in, merchant):
    abroad = make_shipment(merchant, "1234567890", carrier="dhlen", destination_country="GB")
    travelled(abroad, (node(4, "Arrived LONDON", "0", areaName="英国,伦敦"),))

    text = page(log_in(), abroad)

    assert "local 11-20 13:00 (Europe/London)" in text
    assert ">21:00</time>" in text


def test_the_viewers_own_zone_decides_what_is_local(log_in, shipment):
    text = page(log_in(time_zone="Europe/Berlin"), shipment)

    assert "since 2026-11-21 02:00" in text
    assert "local 11-21 09:00 (Asia/Shanghai)" in text


def test_an_event_the_carrier_took_back_stays_and_is_marked(log_in, merchant):
    wrong = node(9, "【长沙】扫描误操作", "0")
    parcel = travelled(make_shipment(merchant), (*TRACK[:2], wrong))
    travelled(parcel, TRACK)

    text = page(log_in(), parcel)

    assert "扫描误操作" in text
    assert "no longer reported since" in text


def test_an_unknown_code_stands_out(log_in, merchant):
    parcel = travelled(make_shipment(merchant), (node(1, "未知操作", "9977"),))

    assert 'sp-unknown" title="Unknown code">9977' in page(log_in(), parcel)


def test_a_parcel_without_a_number_has_a_page_too(log_in, merchant):
    text = page(log_in(), make_shipment(merchant, ""))

    assert "No number yet" in text
    assert "There is no tracking number yet" in text
    assert "Poll now" not in text


def test_what_a_carrier_writes_is_never_markup(log_in, merchant):
    evil = "<script>alert(1)</script>{{ 7|add:7 }}"
    parcel = travelled(make_shipment(merchant), (node(1, evil, "103", areaName="<i>x</i>"),))
    callback(parcel, push(parcel.number, (node(1, evil, "103"),)))

    text = page(log_in(), parcel)

    assert "<script>alert(1)" not in text
    assert "<i>x</i>" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_raw_messages_and_calls_are_for_those_who_may_see_the_platform(log_in, shipment):
    callback(shipment)
    ApiCall.objects.create(
        product="query",
        mode="sandbox",
        url_path="/poll/query.do",
        subject=shipment.pk,
        ok=True,
        at=clock.real_now(),
        return_code="200",
    )

    assert "Raw messages" in page(log_in(Role.OPERATOR), shipment)
    assert "Calls to the platform" in page(log_in(Role.AUDITOR), shipment)
    seen = page(log_in(Role.CUSTOMER_SERVICE), shipment)
    assert "Raw messages" not in seen
    assert "Calls to the platform" not in seen


def test_a_merchants_user_sees_their_parcel_and_nothing_of_the_platform(log_in, merchant, shipment):
    callback(shipment)
    record_action(action="x.y", actor=Actor.system("t"), subject=shipment)

    text = page(log_in(Role.MERCHANT, merchant), shipment)

    assert "Out for delivery" in text
    for staff_only in ("Raw messages", "Calls to the platform", "Who did what", "Poll now"):
        assert staff_only not in text


@pytest.mark.parametrize("task", ["change", "reveal", "poll", "do/cancel", "history", "delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_anothers_parcel_does_not_exist(log_in, other, shipment, task, method):
    client = log_in(Role.MERCHANT, other)

    assert getattr(client, method)(address(shipment, task)).status_code == 404


@pytest.mark.parametrize("key", ["999999", "0", "-1", "abc", "9" * 30])
def test_a_parcel_that_never_was_is_a_404(log_in, key):
    assert log_in().get(f"/admin/shipments/shipment/{key}/change/").status_code == 404


def test_the_page_takes_as_many_queries_for_forty_events_as_for_three(
    log_in, merchant, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    few = travelled(make_shipment(merchant))
    nodes = tuple(node(hour / 2, f"第{hour}次扫描", "0") for hour in range(1, 41))
    many = travelled(make_shipment(merchant, "YT2000000002"), nodes)
    for parcel in (few, many):
        callback(parcel)
    client = log_in()
    page(client, few)

    with CaptureQueriesContext(connection) as small:
        page(client, few)
    with CaptureQueriesContext(connection) as large:
        text = page(client, many)

    assert "40 events" in text
    assert len(small) == len(large) <= 20


def test_a_day_begins_at_the_viewers_midnight(log_in, merchant):
    start = at(0).replace(hour=16, minute=30)
    assert start.tzinfo is dt.UTC
    late = node((start - at(0)).total_seconds() / 3600, "深夜扫描", "0")
    parcel = travelled(make_shipment(merchant), (late,))

    assert "2026-11-21 Saturday" in page(log_in(), parcel)
    assert "2026-11-20 Friday" in page(log_in(time_zone="UTC"), parcel)
