"""Two drains at the same parcels: no deadlock, nothing lost, nothing doubled."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from apps.baidiyun.models import InboxRow
from apps.core import clock
from apps.shipments.errors import NumberTaken
from apps.shipments.models import Event, Shipment
from apps.shipments.services import apply_snapshots, assign_number, recompute_shipment
from tests.shipments.builders import LIFE, START, at, inbox_row, make_merchant, make_shipment, push

SHIPMENTS = 12


def in_threads(*works: object) -> list[BaseException]:
    """Run callables at the same time, each on a connection of its own; return what they raised."""
    barrier = threading.Barrier(len(works))
    raised: list[BaseException] = []

    def run(work: object) -> None:
        try:
            barrier.wait(timeout=20)
            with clock.frozen(at(30)):
                work()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


@pytest.mark.django_db(transaction=True)
def test_batches_in_opposite_order_meet_without_deadlock_and_lose_nothing() -> None:
    merchant = make_merchant()
    shipments = [
        make_shipment(merchant, f"YT10000001{index:02d}", subscribe=False)
        for index in range(SHIPMENTS)
    ]

    def batch(nodes: object, order: list[Shipment]) -> list[InboxRow]:
        return [inbox_row(item, push(item.number, nodes)) for item in order]  # type: ignore[arg-type]

    early = batch(LIFE[:3], shipments)
    late = batch(LIFE, shipments[::-1])
    raised = in_threads(lambda: apply_snapshots(early), lambda: apply_snapshots(late))

    assert raised == []
    assert Event.objects.count() == SHIPMENTS * len(LIFE)
    assert set(Shipment.objects.values_list("status", flat=True)) == {"delivered"}
    assert all(recompute_shipment(shipment_id=item.pk).agrees for item in shipments)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_claim_one_number_exactly_one_gets_it() -> None:
    merchant = make_merchant()
    first, second = (
        make_shipment(merchant, "", reference=name, created_at=START) for name in ("A", "B")
    )

    def claim(item: Shipment) -> object:
        return lambda: assign_number(
            shipment_id=item.pk, carrier="yuantong", number="YT1000000001", subscribe=False
        )

    raised = in_threads(claim(first), claim(second))

    assert [type(error) for error in raised] == [NumberTaken]
    assert Shipment.objects.filter(number="YT1000000001").count() == 1
