"""The order's page of a parcel abroad: which way it goes, its sheets, and who gets them."""

from __future__ import annotations

import base64
import hashlib

import pytest

from apps.accounts.choices import Role
from apps.accounts.models import User
from apps.baidiyun.products.customs_parts import IntlAccount
from apps.baidiyun.services import store_carrier_account
from apps.orders.ewaybill_rows import Ewaybill, LabelSheet
from apps.orders.models import Booking, Label
from tests.customs.crossing import send, shop
from tests.orders.builders import ACTOR, booking_of
from tests.support.admin_pages import logged_in, text_of

PDF = b"%PDF-1.7 planted"
SHEETS = "/admin/orders/order/sheets/"


@pytest.fixture
def order(db):
    """A complete parcel for DHL of a shop that has an account there, not sent yet."""
    merchant = shop()
    store_carrier_account(
        merchant=merchant, carrier="dhlen", mode="sandbox", account=IntlAccount("n"), actor=ACTOR
    )
    placed = send(merchant, "DE").order
    Booking.objects.update(carrier="dhlen")
    return placed


@pytest.fixture
def sheet(order):
    """Its label, as the carrier gave it."""
    parcel = order.parcels.get()
    label = Label.objects.create(parcel=parcel, kind="sheet", carrier="dhlen", number="1234567890")
    return LabelSheet.objects.create(
        label=label, content=PDF, content_type="application/pdf",
        sha256=hashlib.sha256(PDF).hexdigest(),
    )  # fmt: skip


def page_of(order, client=None) -> str:
    client = client or logged_in()
    return text_of(client.get(f"/admin/orders/order/{order.pk}/change/"))


def test_the_page_says_which_way_a_parcel_goes(order):
    assert "Goes by the international e-waybill once its declaration is complete" in page_of(order)
    Booking.objects.update(state="booked", booked_at=order.created_at)
    assert "Pickup, no international e-waybill: the shop has no account" in page_of(order)
    Booking.objects.update(carrier_facts={"way": "incomplete"})
    assert "its declaration is not complete" in page_of(order)


def test_the_page_shows_the_account_the_call_and_what_a_refusal_means(order):
    account = Ewaybill._meta.get_field("account").related_model.objects.get()
    Ewaybill.objects.create(
        booking=booking_of(order), account=account, record_version=3, call_state="unknown"
    )
    Booking.objects.update(
        state="failed", problem="bad_address", error_code="30001",
        error_message="参数错误：recMan.zipcode不能为空",
    )  # fmt: skip
    page = page_of(order)
    assert f"account {account.fingerprint} · record version 3" in page
    assert "Perhaps called" in page
    assert "recipient · postcode. Correct the declaration. — 参数错误" in page


def test_a_lost_answer_says_where_to_look(order):
    account = Ewaybill._meta.get_field("account").related_model.objects.get()
    Ewaybill.objects.create(booking=booking_of(order), account=account, record_version=1)
    Booking.objects.update(state="unknown", problem="unknown", error_code="timeout")
    assert "Look in the carrier's own account" in page_of(order)


def test_who_may_print_gets_the_sheet_as_a_file(order, sheet):
    answer = logged_in().get(f"{SHEETS}{sheet.label_id}/")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer["Content-Disposition"] == 'attachment; filename="sheet-1234567890.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert (
        f"{SHEETS}{sheet.label_id}/"
        in logged_in().get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    )


def test_nobody_else_gets_it(order, sheet):
    path = f"{SHEETS}{sheet.label_id}/"
    assert logged_in(Role.AUDITOR).get(path).status_code == 403
    assert logged_in(Role.MERCHANT, order.merchant).get(path).status_code == 403
    stranger = logged_in(Role.OPERATOR)
    User.objects.filter(pk=stranger.user.pk).update(merchant=shop())
    assert stranger.get(path).status_code == 404
    assert logged_in().get(f"{SHEETS}{sheet.label_id + 1}/").status_code == 404


def test_no_page_tells_what_is_on_a_sheet(order, sheet):
    content = logged_in().get(f"/admin/orders/order/{order.pk}/change/").content
    assert base64.b64encode(PDF) not in content
    assert PDF not in content
