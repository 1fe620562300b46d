"""Declarations of the past: moved by what tracking told, their parcels heard of by orders."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from django.db import connections, transaction

from apps.customs.models import Consignment
from apps.customs.services import follow_consignments
from apps.customs.services.tracking import READER
from apps.orders.services import follow_customs
from apps.shipments.selectors import read_changes
from apps.shipments.services import advance_reader, register_reader

BATCH = 40
NEWS = 500
READ_AT_ONCE = 5_000
WORKERS = 2


def declare_past() -> int:
    """Let customs follow every parcel to today, each once; returns how many there are."""
    ids = list(Consignment.objects.order_by("pk").values_list("shipment_id", flat=True))
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    connections.close_all()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
        list(pool.map(_follow, batches))
    _read_up()
    while follow_customs(limit=NEWS):
        pass
    return len(ids)


@transaction.atomic
def _follow(shipment_ids: list[int]) -> None:
    follow_consignments(shipment_ids)


@transaction.atomic
def _read_up() -> None:
    """Put customs' cursor behind the changes of the past, which need no second look."""
    register_reader(reader=READER)
    while changes := read_changes(reader=READER, limit=READ_AT_ONCE):
        advance_reader(reader=READER, change=changes[-1])
