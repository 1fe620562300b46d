"""What the database itself refuses, and what the scheduler calls."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from apps.orders.models import Booking, Order
from apps.orders.tasks import book_ready, follow_changes_task
from config.celery import app
from config.schedule import TICKS
from tests.orders.builders import booking_of, make_order
from tests.support.horizon import wait_for_horizon


@pytest.fixture
def order(merchant, wall):
    return make_order(merchant)


def refused(constraint, change) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        change()


def test_a_parcel_has_one_open_booking(order):
    first = booking_of(order)

    def again():
        Booking.objects.create(
            parcel=first.parcel, attempt=2, state="ready", carrier="ems", third_order_id="x-2"
        )

    refused("orders_one_open_booking", again)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "held", "problem": "blocked"}, "orders_held_says_why"),
        ({"state": "failed"}, "orders_stopped_has_problem"),
        ({"state": "sending"}, "orders_sending_is_claimed"),
        ({"state": "lost"}, "orders_booking_state_known"),
        ({"problem": "odd"}, "orders_booking_problem_known"),
    ],
)
def test_a_booking_that_makes_no_sense_is_refused(order, values, constraint):
    refused(constraint, lambda: Booking.objects.update(**values))


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"currency": "rmb"}, "orders_currency_iso"),
        ({"value": -1}, "orders_value_not_negative"),
        ({"country": "cn"}, "orders_country_iso"),
        ({"address_code": "4403"}, "orders_address_code_shape"),
        ({"status": "cancelled"}, "orders_cancelled_has_time"),
        ({"longitude": None}, "orders_coordinates"),
        ({"number": ""}, "orders_number_given"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(order, values, constraint):
    refused(constraint, lambda: Order.objects.update(**values))


def test_the_scheduler_knows_the_tasks_of_orders():
    app.loader.import_default_modules()
    ticks = {tick.task for tick in TICKS if tick.task.startswith("orders.")}
    assert ticks == {
        "orders.ask_platform",
        "orders.book_ready",
        "orders.ask_riders",
        "orders.follow_changes",
        "orders.follow_customs",
        "orders.shadow",
    }
    assert ticks <= set(app.tasks)


@pytest.mark.django_db(transaction=True)
def test_a_tick_books_what_is_ready_and_the_next_follows_the_parcel_once(order, platform):
    assert book_ready() == {"cancelled": 0, "sent": 1, "called": 0}
    wait_for_horizon()
    assert follow_changes_task() == 2
    assert follow_changes_task() == 0
