"""Whatever the order and repetition of snapshots: the same events, marks and status."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from apps.accounts.models import Merchant
from apps.baidiyun.models import InboxRow
from apps.baidiyun.services import drain_once
from apps.core import clock
from apps.shipments.models import Event, Leg, Shipment
from apps.shipments.services import apply_snapshots
from tests.shipments.builders import inbox_row, make_shipment, node, push

pytestmark = pytest.mark.usefixtures("midday")
RECEIVED = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
CODES = ["", "0", "1", "1002", "5", "204", "301", "3", "6", "4", "14", "13", "211", "7"]
COLUMNS = (
    "status",
    "substatus",
    "status_at",
    "last_event_at",
    "picked_up_at",
    "delivered_at",
    "closed_at",
    "unknown_codes",
    "raw_state",
)


def world(rng: random.Random) -> list[tuple[list[dict[str, object]], str, str]]:
    """Snapshots of one track as the platform may tell it: growing, shrinking, with and without
    codes, some said twice; each with its overall state and source."""
    track = [node(hour, f"节点 {hour}", rng.choice(CODES)) for hour in range(1, rng.randint(3, 9))]
    told = []
    for _ in range(rng.randint(2, 6)):
        listed = [dict(item) for item in track if rng.random() < 0.8] or track[:1]
        for item in listed:
            if rng.random() < 0.2:
                item["statusCode"] = ""
        told.append((listed, rng.choice(CODES), rng.choice(["push", "poll"])))
    return told + rng.choices(told, k=2)


def picture(shipment: Shipment) -> tuple[object, ...]:
    """Everything that must not depend on the order."""
    shipment.refresh_from_db()
    leg = Leg.objects.get(shipment=shipment)
    events = Event.objects.filter(shipment=shipment).order_by("occurred_at", "text")
    return (
        [getattr(shipment, name) for name in COLUMNS],
        [(e.text, e.code, e.status, e.certainty, e.omitted_at is None) for e in events],
        bytes(leg.snapshot_hash),
        leg.snapshot_newest_at,
        leg.snapshot_received_at,
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_result_is_a_function_of_the_set_of_snapshots(merchant: Merchant, seed: int) -> None:
    rng = random.Random(seed)
    told = world(rng)
    pictures = []
    for attempt in range(5):
        shipment = make_shipment(merchant, f"YT{seed:04d}{attempt:06d}", subscribe=False)
        rows = [
            inbox_row(
                shipment,
                push(shipment.number, nodes, state=state),  # type: ignore[arg-type]
                source=source,
                received_at=RECEIVED + dt.timedelta(minutes=index),
            )
            for index, (nodes, state, source) in enumerate(told)
        ]
        if attempt:
            rng.shuffle(rows)
        size = rng.choice([1, 2, len(rows)])
        for start in range(0, len(rows), size):
            apply_snapshots(rows[start : start + size])
        pictures.append(picture(shipment))
    assert all(one == pictures[0] for one in pictures)


def test_the_drain_hands_tracking_to_shipments(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    row = inbox_row(shipment, push(shipment.number, [node(1, "已揽收", "103")]), source="poll")
    row.pk = None
    row.next_at = row.received_at = clock.real_now()
    row.save()

    result = drain_once(limit=10)

    shipment.refresh_from_db()
    assert (result.claimed, result.applied) == (1, 1)
    assert shipment.status == "picked_up"
    assert InboxRow.objects.get().state == "applied"
