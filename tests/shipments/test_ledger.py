"""The ledger says what push and poll said, who was right and how late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from apps.accounts.models import Merchant
from apps.core import clock
from apps.shipments.models import LedgerEntry, Shipment
from apps.shipments.services import apply_snapshots
from tests.shipments.builders import LIFE, at, inbox_row, make_shipment, push


@pytest.fixture
def shipment(merchant: Merchant) -> Shipment:
    return make_shipment(merchant)


def hear(shipment: Shipment, nodes: Any, hours: float, source: str = "push") -> None:
    """Apply one snapshot at a moment."""
    with clock.frozen(at(hours)):
        apply_snapshots([inbox_row(shipment, push(shipment.number, nodes), source=source)])


def test_pushes_alone_write_nothing(shipment: Shipment) -> None:
    hear(shipment, LIFE[:2], 6)
    hear(shipment, LIFE[:3], 21)
    assert not LedgerEntry.objects.exists()


def test_a_poll_that_brings_what_push_never_brought_is_entered(shipment: Shipment) -> None:
    hear(shipment, LIFE[:2], 6)
    hear(shipment, LIFE[:4], 25, "poll")
    entry = LedgerEntry.objects.get()
    assert (entry.verdict, entry.healed_events, entry.late_events) == ("push_missing", 2, 0)
    assert (entry.push_status, entry.push_nodes, entry.push_newest_at) == ("in_transit", 2, at(5))
    assert (entry.poll_status, entry.poll_nodes, entry.poll_newest_at) == (
        "out_for_delivery",
        4,
        at(24),
    )
    assert (entry.known_at, entry.happened_at, entry.closed_at) == (at(25), at(24), None)
    assert (entry.merchant_id, entry.leg.number) == (shipment.merchant_id, shipment.number)


def test_a_push_that_comes_after_all_closes_the_entry_with_its_lateness(
    shipment: Shipment,
) -> None:
    hear(shipment, LIFE[:4], 25, "poll")
    hear(shipment, LIFE[:3], 26)
    entry = LedgerEntry.objects.get()
    assert (entry.verdict, entry.late_events, entry.late_by_s) == ("push_missing", 3, 3600)
    hear(shipment, LIFE, 28)
    entry.refresh_from_db()
    assert (entry.verdict, entry.late_events, entry.late_by_s) == ("push_late", 4, 3 * 3600)
    assert (entry.closed_at, entry.changed_at) == (at(28), at(28))


def test_each_entry_is_late_by_its_own_nodes(shipment: Shipment) -> None:
    hear(shipment, LIFE[:2], 6, "poll")
    hear(shipment, LIFE[:3], 21, "poll")
    hear(shipment, LIFE[:3], 22)
    found = LedgerEntry.objects.order_by("known_at").values_list("late_events", "late_by_s")
    assert list(found) == [(2, 16 * 3600), (1, 3600)]


def test_the_same_push_again_is_not_late_twice(shipment: Shipment) -> None:
    hear(shipment, LIFE[:2], 6, "poll")
    hear(shipment, LIFE[:2], 7)
    hear(shipment, LIFE[:3], 22)
    assert LedgerEntry.objects.get().late_by_s == 3600


def test_a_poll_that_says_the_same_agrees(shipment: Shipment) -> None:
    hear(shipment, LIFE[:2], 6)
    hear(shipment, LIFE[:2], 7, "poll")
    entry = LedgerEntry.objects.get()
    assert (entry.verdict, entry.healed_events, entry.closed_at) == ("agreed", 0, at(7))


def test_a_pushed_node_the_platform_no_longer_lists_was_wrong(shipment: Shipment) -> None:
    hear(shipment, [LIFE[0], LIFE[1], LIFE[2]], 21)
    hear(shipment, [LIFE[0], LIFE[2]], 22, "poll")
    entry = LedgerEntry.objects.get()
    assert (entry.verdict, entry.wrong_events, entry.happened_at) == ("push_wrong", 1, at(5))


def test_a_poll_older_than_what_push_said_is_behind(shipment: Shipment) -> None:
    hear(shipment, LIFE[:3], 21)
    hear(shipment, LIFE[:2], 22, "poll")
    assert LedgerEntry.objects.get().verdict == "poll_behind"


def test_two_polls_of_a_parcel_in_one_batch_are_one_entry(shipment: Shipment) -> None:
    with clock.frozen(at(25)):
        apply_snapshots(
            [
                inbox_row(shipment, push(shipment.number, LIFE[:2]), source="poll"),
                inbox_row(shipment, push(shipment.number, LIFE[:4]), source="poll"),
            ]
        )
    entry = LedgerEntry.objects.get()
    assert (entry.verdict, entry.healed_events) == ("push_missing", 4)


def test_nothing_of_an_entry_outlives_a_batch_that_fails(
    shipment: Shipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.shipments.services.store.write_legs", _fail)
    with pytest.raises(RuntimeError):
        hear(shipment, LIFE[:2], 6, "poll")
    assert not LedgerEntry.objects.exists()


def _fail(*_: object) -> None:
    raise RuntimeError("killed")


def test_the_moment_is_business_time(shipment: Shipment) -> None:
    hear(shipment, LIFE[:2], 6, "poll")
    assert LedgerEntry.objects.get().known_at.tzinfo is dt.UTC
