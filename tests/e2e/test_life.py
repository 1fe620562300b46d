"""From an order to the doorstep with the real processes: web, worker, beat, drain, sandbox."""

from __future__ import annotations

import pytest

from tests.e2e.orders import order
from tests.e2e.running import RunningPortal
from tests.support.waiting import wait_for

pytestmark = pytest.mark.e2e
TERMINAL = {"delivered", "returned", "cancelled", "exception", "refused", "returning", "expired"}


def shipments(portal: RunningPortal) -> list[dict]:
    """Return every shipment of the first merchant as the API shows it."""
    answer = portal.api("GET", "/shipments?page_size=200")
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def test_orders_are_booked_pushed_and_delivered_and_the_api_shows_it(portal):
    for index in range(12):
        answer = portal.api(
            "POST", "/orders", order(f"LIFE-{index}", index), repeat=f"life-{index}"
        )
        assert answer.status_code == 201, answer.text
    wait_for(
        lambda: all(row["tracking_number"] for row in shipments(portal)),
        what="every order to be booked with a carrier's number",
    )
    wait_for(
        lambda: sum(row["status"] == "delivered" for row in shipments(portal)) >= 6,
        what="half of the parcels to be delivered",
        seconds=120,
    )
    delivered = next(row for row in shipments(portal) if row["status"] == "delivered")
    one = portal.api("GET", f"/shipments/{delivered['tracking_number']}").json()
    assert one["id"] == delivered["id"]
    assert len(one["events"]) >= 4
    assert one["events"][0]["status"] == "delivered"


def test_one_id_leads_from_the_callback_through_every_process_to_the_storefront(portal):
    told = wait_for(
        lambda: portal.query(
            "SELECT m.request_id FROM webhooks_message m"
            " JOIN webhooks_delivery d ON d.message_id = m.id AND d.state = 'sent'"
            " JOIN shipments_shipmentchange c ON c.request_id = m.request_id"
            " JOIN baidiyun_inboxrow i ON encode(substr(i.body_hash, 1, 16), 'hex') = m.request_id"
            " WHERE i.source = 'push' LIMIT 1"
        ),
        what="a message that follows from a callback to be sent",
    )
    wanted = {
        "web": {"baidiyun.push_stored"},
        "drain": {"baidiyun.drained", "webhooks.sent"},
        "worker": {"shipments.changes_read"},
    }
    wait_for(
        lambda: (
            wanted
            == {
                process: events & wanted.get(process, set())
                for process, events in portal.lines_about(told[0][0]).items()
            }
        ),
        what="every process to name the callback in its log",
    )


def test_the_same_idempotency_key_makes_no_second_order(portal):
    first = portal.api("POST", "/orders", order("ONCE-1"), repeat="once-1")
    again = portal.api("POST", "/orders", order("ONCE-1"), repeat="once-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert len(portal.api("GET", "/orders?number=ONCE-1").json()["results"]) == 1


def test_the_status_command_shows_the_whole_portal(portal):
    state = wait_for(
        lambda: (s := portal.status())["callbacks"]["applied"] > 0 and s, what="applied callbacks"
    )
    assert state["orders"] >= 1
    assert state["callbacks"]["received"] >= state["callbacks"]["applied"]
    assert state["callbacks"]["parked"] == 0
    assert state["callbacks"]["quarantined"] == 0
    assert set(state) == {
        "orders", "shipments", "callbacks", "oldest_undrained_seconds", "outbox", "delays",
        "flags_open", "cases_open", "cases", "jobs", "gateway", "reconciliation",
    }  # fmt: skip
