"""Parcels abroad by the international e-waybill, against the simulated platform over HTTP."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest

from apps.baidiyun import services as platform_services
from apps.baidiyun.choices import ReplyOutcome
from apps.baidiyun.models import ApiCall
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.customs_parts import IntlAccount
from apps.core.models import ActionLog
from apps.customs.documents.ewaybill import ewaybill_parts
from apps.customs.record import FdaData
from apps.orders.errors import NotAllowedNow
from apps.orders.ewaybill_rows import Ewaybill, LabelSheet
from apps.orders.models import Booking
from apps.orders.services import (
    call_carriers,
    cancel_order,
    print_label,
    retry_booking,
    send_cancellations,
    send_ready_bookings,
)
from apps.orders.services import ewaybills as module
from apps.sandbox.models import SandboxCall, SandboxOrder
from apps.sandbox.services import intl
from tests.customs.crossing import send, shop
from tests.orders.builders import ACTOR, booking_of, make_order
from tests.sandbox.conftest import account, gateway, moving  # noqa: F401 - fixtures

PARTS = ("planNUMBER77", "planNAME77", "planKEY77", "planSECRET77", "planCODE77")


@pytest.fixture(autouse=True)
def platform_address(gateway, settings):  # noqa: F811
    keys = {"key": "testKey", "customer": "testCustomer", "secret": "testSecret"}
    settings.BAIDIYUN = {**settings.BAIDIYUN, "sandbox": {"base_url": gateway, **keys}}


@pytest.fixture
def seen(monkeypatch):
    """What the platform was asked to ship, as it read it."""
    asked = []
    real = intl.read_order
    monkeypatch.setattr(intl, "read_order", lambda param: asked.append(param) or real(param))
    return asked


def with_account(merchant, **given):
    values = {"carrier": "dhlen", "mode": "sandbox", "actor": ACTOR, **given}
    return platform_services.store_carrier_account(
        merchant=merchant, account=IntlAccount(*PARTS), **values
    )


def abroad(country="DE", *, account=True, **given):  # noqa: F811
    """A complete order abroad that goes with DHL, booked where the shop has an account."""
    merchant = shop()
    row = with_account(merchant, **given) if account else None
    crossing = send(merchant, country)
    assert crossing.waits == []
    Booking.objects.update(carrier="dhlen", carrier_reason="asked")
    return crossing, row


def lose_answer(monkeypatch, name):
    """Let the platform do what it is asked, and lose what it answers."""
    real = getattr(platform_services, name)

    def asked(**given):
        real(**given)
        return Reply(ReplyOutcome.UNKNOWN, None, "timeout", "timed out")

    monkeypatch.setattr(platform_services, name, asked)


def test_a_complete_parcel_goes_by_ewaybill_with_number_label_and_invoice(db, gateway):  # noqa: F811
    crossing, row = abroad()
    assert send_ready_bookings() == 1
    booking, placed = booking_of(crossing.order), SandboxOrder.objects.get()
    waybill, shipment = booking.ewaybill, crossing.order.parcels.get().shipment
    assert (booking.state, booking.error_message) == ("booked", "")
    assert (shipment.carrier, shipment.number) == ("dhlen", placed.parcel.number)
    assert shipment.legs.get(number=shipment.number).carrier == "dhlen"
    assert (waybill.account, waybill.number) == (row, shipment.number)
    assert waybill.package_numbers == [shipment.number]
    sheets = {one.label.kind: one for one in LabelSheet.objects.select_related("label")}
    assert set(sheets) == {"sheet", "invoice"}
    assert all(bytes(one.content).startswith(b"%PDF") for one in sheets.values())
    assert {call.product for call in ApiCall.objects.all()} == {"international"}
    assert not SandboxCall.objects.exists()


def test_every_customs_field_comes_from_the_record(db, seen):
    crossing, _row = abroad("US")
    send_ready_bookings()
    param, record = seen[0], crossing.record
    expected = ewaybill_parts(record)
    assert (param["kuaidicom"], param["partnerId"], param["code"]) == ("dhl", PARTS[0], PARTS[4])
    assert param["recMan"] == expected.recipient.fields("x")
    assert param["recMan"]["stateOrProvinceCode"] == "IL"
    assert param["sendMan"] == expected.sender.fields("x")
    assert (param["sendMan"]["name"], param["sendMan"]["zipcode"]) == (record.seller.name, "310012")
    assert param["exportInfos"] == [line.fields() for line in expected.lines]
    (line,) = param["exportInfos"]
    assert (line["desc"], line["zhName"]) == ("T-shirt, knitted, men's", "针织男式T恤衫")
    assert (line["importCommodityCode"], line["exportCommodityCode"]) == (
        "6109100012", "6109100010",
    )  # fmt: skip
    assert (line["quantity"], line["unitPrice"], line["netWeight"]) == (2, 10.0, 0.3)
    assert (line["manufacturingCountryCode"], line["sku"]) == ("CN", "TS-1")
    assert (param["customsValue"], param["currency"]) == (float(record.total), "USD")
    assert param["customsClearance"] == {"purpose": "SOLD", "isDocument": False}
    assert param["invoiceInfo"]["number"] == "INV-7"
    assert param["weight"] == expected.weight_grams / 1000
    assert booking_of(crossing.order).ewaybill.record_version == crossing.consignment.record_version


def test_a_prior_notice_travels_in_the_remark(db):
    record = abroad("US")[0].record
    line = replace(record.lines[0], fda=FdaData(prior_notice="123456789012"))
    assert ewaybill_parts(record).remark == ""
    assert ewaybill_parts(replace(record, lines=(line,))).remark == "PN 123456789012"


def test_without_an_account_a_parcel_abroad_is_a_pickup_as_before(db):
    crossing, _none = abroad(account=False)
    with_account(crossing.order.merchant, carrier="fedex")
    send_ready_bookings()
    assert booking_of(crossing.order).state == "booked"
    assert {call.product for call in ApiCall.objects.all()} == {"book"}
    assert not Ewaybill.objects.exists()


def test_a_parcel_let_go_incomplete_is_a_pickup_and_the_reason_is_kept(db):
    crossing, _row = abroad()
    type(crossing.consignment).objects.update(is_complete=False)
    send_ready_bookings()
    booking = booking_of(crossing.order)
    assert (booking.state, booking.carrier_facts["way"]) == ("booked", "incomplete")
    assert not Ewaybill.objects.exists()


def test_a_parcel_at_home_asks_nothing_of_it(db, django_assert_num_queries):
    order = make_order(shop(), currency="CNY")
    booking = Booking.objects.select_related("parcel__shipment", "parcel__order").get()
    with_account(order.merchant)
    with django_assert_num_queries(0):
        assert module.plan_ewaybill(booking) is None
        assert module.ewaybill_of(booking) is None
    send_ready_bookings()
    assert {call.product for call in ApiCall.objects.all()} == {"book"}


def test_a_lost_answer_goes_to_a_person_and_is_never_sent_again(db, monkeypatch, wall):
    crossing, _row = abroad()
    lose_answer(monkeypatch, "order_international")
    send_ready_bookings()
    booking = booking_of(crossing.order)
    assert (booking.state, booking.problem, booking.maybe_sent) == ("unknown", "unknown", True)
    wall.pass_seconds(86_400)
    assert send_ready_bookings() == 0
    assert SandboxOrder.objects.count() == 1
    with pytest.raises(NotAllowedNow):
        retry_booking(booking_id=booking.pk, actor=ACTOR)
    assert retry_booking(booking_id=booking.pk, actor=ACTOR, not_booked=True).attempt == 2


def test_a_sender_that_died_before_its_answer_leaves_it_to_a_person(db, monkeypatch, wall):
    crossing, _row = abroad()
    with monkeypatch.context() as death:
        death.setattr(module, "_keep", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            send_ready_bookings()
    wall.pass_seconds(60)
    send_ready_bookings()
    booking = booking_of(crossing.order)
    assert (booking.state, booking.error_code) == ("unknown", "may_be_ordered")
    assert SandboxOrder.objects.count() == 1


def test_a_sender_that_died_after_its_answer_loses_nothing(db, monkeypatch, wall):
    crossing, _row = abroad()
    with monkeypatch.context() as death:
        death.setattr(
            module, "_answer_of", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            send_ready_bookings()
    wall.pass_seconds(60)
    send_ready_bookings()
    shipment = crossing.order.parcels.get().shipment
    assert booking_of(crossing.order).state == "booked"
    assert shipment.number == SandboxOrder.objects.get().parcel.number


def test_nothing_of_the_account_is_in_logs_calls_or_errors(db, caplog, monkeypatch):
    crossing, _row = abroad(calls_pickup=True)
    echo = intl.bad(f"partnerKey {PARTS[2]} / {PARTS[4]}")
    with monkeypatch.context() as platform:
        platform.setattr(intl, "read_order", lambda param: (_ for _ in ()).throw(echo))
        with caplog.at_level(logging.DEBUG):
            send_ready_bookings()
    booking = booking_of(crossing.order)
    assert (booking.state, booking.problem) == ("failed", "refused")
    assert "***" in booking.error_message
    retry_booking(booking_id=booking.pk, actor=ACTOR)
    with caplog.at_level(logging.DEBUG):
        send_ready_bookings()
        call_carriers()
        cancel_order(order_id=crossing.order.pk, actor=ACTOR)
        send_cancellations()
    assert ApiCall.objects.count() == 4
    kept = [*ApiCall.objects.values_list("request", "response", "error"),
            *ActionLog.objects.values_list("before", "after", "note"),
            *Booking.objects.values_list("error_message", "carrier_facts")]  # fmt: skip
    logged = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    text = json.dumps([*kept, *logged], default=str, ensure_ascii=False)
    assert [part for part in PARTS if part in text] == []


def test_the_carrier_is_called_once_and_called_off_when_cancelled(db):
    crossing, _row = abroad(calls_pickup=True)
    send_ready_bookings()
    assert (call_carriers(), call_carriers()) == (1, 0)
    waybill, call = Ewaybill.objects.get(), SandboxCall.objects.get()
    assert (waybill.call_state, waybill.confirmation) == ("called", call.confirmation)
    cancel_order(order_id=crossing.order.pk, actor=ACTOR)
    send_cancellations()
    call.refresh_from_db()
    waybill.refresh_from_db()
    crossing.order.refresh_from_db()
    assert call.cancelled_at is not None
    assert (crossing.order.status, waybill.call_state) == ("cancelled", "off")
    assert [one["code"] for one in crossing.order.warnings] == ["ewaybill_left"]


def test_a_call_without_an_answer_is_not_made_again(db, monkeypatch):
    crossing, _row = abroad(calls_pickup=True)
    send_ready_bookings()
    lose_answer(monkeypatch, "call_international_pickup")
    call_carriers()
    assert call_carriers() == 0
    booking = booking_of(crossing.order)
    assert (booking.state, booking.problem) == ("booked", "unknown")
    assert SandboxCall.objects.count() == 1
    cancel_order(order_id=crossing.order.pk, actor=ACTOR)
    send_cancellations()
    crossing.order.refresh_from_db()
    codes = {one["code"] for one in crossing.order.warnings}
    assert (crossing.order.status, codes) == ("cancelled", {"ewaybill_left", "call_left"})


def test_a_call_of_a_cancelled_order_is_never_made(db):
    crossing, _row = abroad(calls_pickup=True)
    send_ready_bookings()
    cancel_order(order_id=crossing.order.pk, actor=ACTOR)
    assert call_carriers() == 0
    send_cancellations()
    assert not SandboxCall.objects.exists()


def test_its_own_label_is_printed_again_without_asking_anybody(db):
    crossing, _row = abroad()
    send_ready_bookings()
    asked = []
    label = print_label(parcel_id=crossing.order.parcels.get().pk, actor=ACTOR, ask=asked.append)
    assert (label.kind, label.printed_count, asked) == ("sheet", 1, [])


def test_a_retired_account_books_pickups_again(db):
    _crossing, row = abroad()
    platform_services.retire_carrier_account(account_id=row.pk, actor=ACTOR)
    send_ready_bookings()
    assert {call.product for call in ApiCall.objects.all()} == {"book"}
