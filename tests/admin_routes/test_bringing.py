"""Parcels that wait for a number: why, what to do, and the small form that takes it."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.core.models import ActionLog
from apps.orders.models import Booking, CarrierRule, Order
from tests.orders.builders import booking_of, make_order
from tests.support.admin_pages import logged_in, said, text_of

NUMBER = "YT6180000000077"


def page_of(order: Order) -> str:
    return f"/admin/orders/order/{order.pk}/change/"


def bring(client, order: Order, **values):
    address = f"/admin/orders/booking/{booking_of(order).pk}/do/bring/"
    given = {"carrier": "yuantong", "carrier_number": NUMBER, **values}
    return client.post(address, given, follow=True)


@pytest.fixture
def held(shop):
    """Make an order held for a reason."""

    def make(*reasons: str) -> Order:
        order = make_order(shop, mode="live")
        Booking.objects.filter(parcel__order=order).update(
            state="held", hold_reasons=list(reasons), problem="blocked"
        )
        return order

    return make


@pytest.mark.parametrize(
    ("reason", "help_text"),
    [
        ("manual_route", "lies outside the live share"),
        ("live_braked", "once a manager releases the brake"),
    ],
)
def test_the_order_says_what_to_do_and_offers_the_form(held, reason, help_text):
    response = logged_in().get(page_of(held(reason)))
    assert help_text in text_of(response)
    assert 'class="rt-bring"' in response.content.decode()


def test_another_reason_offers_no_form(held):
    page = logged_in().get(page_of(held("staff"))).content.decode()
    assert 'class="rt-bring"' not in page


def test_who_may_not_work_on_bookings_gets_no_form(held):
    order = held("manual_route")
    client = logged_in(Role.AUDITOR)
    assert 'class="rt-bring"' not in client.get(page_of(order)).content.decode()
    assert bring(client, order).status_code == 403
    assert booking_of(order).state == "held"


def test_a_number_brought_is_tracked_from_then_on(held):
    order = held("manual_route")
    response = bring(logged_in(), order)
    assert NUMBER in said(response)
    assert 'class="rt-bring"' not in response.content.decode()
    assert "Number brought" in text_of(response)
    booking = booking_of(order)
    assert booking.state == "brought"
    assert booking.parcel.shipment.number == NUMBER
    assert ActionLog.objects.filter(action="orders.number_brought").count() == 1


@pytest.mark.parametrize(
    "values", [{"carrier_number": ""}, {"carrier_number": "号码"}, {"carrier": "nobody"}]
)
def test_a_number_that_cannot_be_is_refused_beside_its_field(held, values):
    order = held("manual_route")
    response = bring(logged_in(), order, **values)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(values)
    assert booking_of(order).state == "held"


def test_a_number_of_another_parcel_is_refused(held):
    first, second = held("manual_route"), held("manual_route")
    client = logged_in()
    bring(client, first)
    assert bring(client, second).status_code == 422
    assert booking_of(second).state == "held"


def test_a_parcel_that_may_be_booked_takes_no_number(held):
    order = held("live_braked")
    Booking.objects.filter(parcel__order=order).update(maybe_sent=True)
    client = logged_in()
    assert 'class="rt-bring"' not in client.get(page_of(order)).content.decode()
    assert bring(client, order).status_code == 422


def test_the_booking_says_why_it_has_its_carrier(merchant):
    rule = CarrierRule.objects.create(carrier="yunda", note="light ones")
    page = text_of(logged_in().get(page_of(make_order(merchant))))
    assert f"Rule {rule.pk}: light ones" in page
