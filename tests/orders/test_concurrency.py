"""Several workers and several requests at once, each with its own connection."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from apps.baidiyun import services as gateway
from apps.core.locks import try_lock
from apps.orders.errors import DuplicateOrder
from apps.orders.models import Booking, Order
from apps.orders.services import (
    apply_booking_updates,
    cancel_order,
    send_cancellations,
    send_ready_bookings,
)
from apps.orders.tasks import book_ready
from tests.orders.builders import ACTOR, booking_of, callback, done, make_merchant, make_order


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Run works at the same moment and return what they raised."""
    start, raised = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return raised


@pytest.fixture
def merchant(transactional_db):
    return make_merchant()


def test_two_workers_never_send_the_same_booking(merchant, platform):
    for _ in range(12):
        make_order(merchant)
    platform.answers = [done(f"YT61800000000{n:02d}", order_id=f"O{n}") for n in range(12)]
    raised = at_once(*[lambda: send_ready_bookings(limit=12)] * 3)
    assert raised == []
    sent = Counter(request.third_order_id for request in platform.booked)
    assert set(sent.values()) == {1}
    assert Booking.objects.filter(state="booked").count() == 12


def test_bookings_wait_for_their_answers_side_by_side(merchant, platform, monkeypatch):
    for _ in range(4):
        make_order(merchant)
    together, book = threading.Barrier(4, timeout=20), platform.book

    def slow(**given):
        together.wait()
        return book(**given)

    monkeypatch.setattr(gateway, "book_pickup", slow)
    platform.answers = [done(f"YT61800000000{n:02d}", order_id=f"O{n}") for n in range(4)]
    assert send_ready_bookings(limit=10, lanes=4) == 4
    assert {request.third_order_id for request in platform.booked} == set(
        Booking.objects.filter(state="booked").values_list("third_order_id", flat=True)
    )


def test_no_booking_is_begun_when_the_round_is_over(merchant, platform, monkeypatch):
    make_order(merchant)
    monkeypatch.setattr("apps.orders.services.sending.ROUND_SECONDS", -1.0)
    assert send_ready_bookings(limit=10) == 0
    assert platform.booked == []


def test_while_one_worker_books_another_leaves_the_tick_to_it(merchant, platform, monkeypatch):
    make_order(merchant)
    with try_lock("tick:orders.book_ready"):
        at_once(book_ready)
        assert platform.booked == []
    assert book_ready()["sent"] == 1


def test_of_two_orders_with_one_number_at_once_one_is_made(merchant):
    raised = at_once(*[lambda: make_order(merchant, number="A1")] * 3)
    assert [type(error) for error in raised] == [DuplicateOrder, DuplicateOrder]
    assert Order.objects.count() == 1


def test_cancelling_callbacks_and_workers_at_once_end_in_one_state(merchant, platform):
    order = make_order(merchant)
    platform.answers = [done(number="")]
    send_ready_bookings()
    rows = [callback(booking_of(order), code) for code in (0, 1, 2)]
    raised = at_once(
        lambda: cancel_order(order_id=order.pk, actor=ACTOR),
        lambda: apply_booking_updates(rows),
        send_ready_bookings,
        send_cancellations,
    )
    assert raised == []
    send_cancellations()
    order.refresh_from_db()
    assert (order.status, booking_of(order).state) == ("cancelled", "cancelled")
