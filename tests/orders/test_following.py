"""Orders follow their shipments, and who may see them."""

from __future__ import annotations

import pytest

from apps.orders.drafts import ParcelDraft
from apps.orders.selectors import find_order, order_counts, orders_visible_to, search_orders
from apps.orders.services import follow_changes, send_ready_bookings
from apps.shipments.services import add_manual_event
from tests.orders.builders import make_merchant, make_order
from tests.support.horizon import wait_for_horizon


def viewer(merchant_id):
    return type("Viewer", (), {"merchant_id": merchant_id, "is_authenticated": True})()


def move(order, position, status):
    parcel = order.parcels.get(position=position)
    add_manual_event(shipment_id=parcel.shipment_id, status=status, text=status)


@pytest.fixture
def committed(transactional_db, wall, platform):
    """Change rows are only read once their transaction has ended."""
    boxes = (ParcelDraft(weight_grams=500), ParcelDraft(weight_grams=900))
    order = make_order(make_merchant(), parcels=boxes)
    platform.answers = []
    return order


def follow(order):
    wait_for_horizon()
    while follow_changes():
        pass
    order.refresh_from_db()
    return order.status


def test_an_order_follows_its_parcels_to_the_doorstep(committed):
    move(committed, 1, "picked_up")
    assert follow(committed) == "in_progress"
    move(committed, 1, "delivered")
    assert follow(committed) == "partly_delivered"
    move(committed, 2, "delivered")
    assert follow(committed) == "delivered"


def test_a_change_is_read_once(committed):
    follow(committed)
    assert follow_changes() == 0


def test_a_small_batch_reads_on_where_the_last_one_ended(committed):
    move(committed, 1, "picked_up")
    wait_for_horizon()
    while follow_changes(limit=1):
        pass
    committed.refresh_from_db()
    assert committed.status == "in_progress"


def test_the_status_is_dated_when_it_changes_only(committed):
    move(committed, 1, "picked_up")
    follow(committed)
    first = committed.status_at
    move(committed, 1, "in_transit")
    follow(committed)
    assert committed.status_at == first


def test_a_merchant_sees_only_its_own_orders(db, wall):
    mine, other = make_order(), make_order()
    seen = orders_visible_to(viewer(mine.merchant_id))
    assert list(seen) == [mine]
    assert set(orders_visible_to(viewer(None))) == {mine, other}


def test_an_order_is_found_by_our_id_and_by_its_number(db, wall):
    order = make_order(number="A-77")
    own = viewer(order.merchant_id)
    assert find_order(own, order.uid) == order
    assert find_order(own, "A-77") == order
    assert find_order(viewer(make_merchant().pk), order.uid) is None
    assert find_order(viewer(make_merchant().pk), "A-77") is None
    assert find_order(own, "A\x0077") is None


def test_a_number_two_merchants_share_is_ambiguous_for_staff(db, wall):
    make_order(number="A-77")
    make_order(number="A-77")
    assert find_order(viewer(None), "A-77") is None


def test_orders_are_searched_by_number_and_phone(db, wall):
    order = make_order(number="A-77")
    assert list(search_orders(viewer(None), "13800138000")) == [order]
    assert list(search_orders(viewer(None), " A-77 ")) == [order]
    assert not search_orders(viewer(None), "A-7").exists()


def test_orders_are_counted_by_status(db, wall, platform):
    order = make_order()
    make_order(order.merchant)
    send_ready_bookings(limit=1)
    counts = order_counts(merchant_id=order.merchant_id)
    assert (counts["booked"], counts["booking"], counts["delivered"]) == (1, 1, 0)
