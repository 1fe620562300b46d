"""kill -9 in the middle of the work: started again, nothing lost, nothing doubled."""

from __future__ import annotations

import pytest
import requests

from tests.e2e.orders import order
from tests.e2e.running import RunningPortal
from tests.support.waiting import wait_for

pytestmark = pytest.mark.e2e
ORDERS = 24
VICTIMS = ("web", "worker", "beat", "drain")


def place(portal: RunningPortal, number: str, index: int) -> bool:
    """Place an order as a storefront does: the same key until an answer came."""
    try:
        answer = portal.api("POST", "/orders", order(number, index), repeat=number)
    except requests.RequestException:
        return False
    assert answer.status_code in {201, 502, 503}, answer.text
    return answer.status_code == 201


def place_surely(portal: RunningPortal, number: str, index: int) -> None:
    wait_for(
        lambda: place(portal, number, index), what=f"order {number} to be accepted", seconds=40
    )


@pytest.fixture(scope="module")
def wounded(portal: RunningPortal) -> RunningPortal:
    """A portal that lost each process once while orders, bookings and pushes were under way."""
    for index in range(ORDERS):
        place_surely(portal, f"KILL-{index}", index)
        if index % 6 == 3:
            portal.kill(VICTIMS[index // 6])
    wait_for(portal.answers, what="every process to be back", seconds=60)
    wait_for(
        lambda: (
            portal.query(
                "SELECT count(*) FROM shipments_shipment"
                " WHERE number <> '' AND reference LIKE 'KILL-%%'"
            )
            == [(ORDERS,)]
        ),
        what="every order to be booked",
        seconds=90,
    )
    wait_for(
        lambda: (
            portal.query(
                "SELECT count(*) FROM shipments_shipment WHERE last_event_at IS NOT NULL"
                " AND reference LIKE 'KILL-%%'"
            )
            == [(ORDERS,)]
        ),
        what="every parcel to be heard of",
        seconds=120,
    )
    return portal


def test_every_killed_process_was_started_again(wounded):
    assert wounded.answers()


def test_every_order_is_there_exactly_once(wounded):
    rows = wounded.query(
        "SELECT number, count(*) FROM orders_order WHERE number LIKE 'KILL-%%' GROUP BY number"
    )
    assert sorted(rows) == sorted((f"KILL-{index}", 1) for index in range(ORDERS))


def test_no_parcel_was_booked_twice_at_the_carrier(wounded):
    booked = wounded.query("SELECT count(*), count(DISTINCT third_order_id) FROM sandbox_order")
    assert booked == [(ORDERS, ORDERS)]


def test_no_callback_is_left_behind(wounded):
    wait_for(
        lambda: wounded.status()["oldest_undrained_seconds"] < 5, what="the inbox to be drained"
    )
    state = wounded.status()["callbacks"]
    assert (state["parked"], state["quarantined"]) == (0, 0)


def test_no_event_is_stored_twice(wounded):
    doubled = wounded.query(
        "SELECT shipment_id, original_time, original_text, count(*) FROM shipments_event"
        " GROUP BY shipment_id, leg_id, original_time, original_text HAVING count(*) > 1"
    )
    assert doubled == []


def test_every_status_equals_a_recomputation_from_scratch(wounded):
    assert "0 differ" in wounded.manage("recompute_shipments", "--check")
