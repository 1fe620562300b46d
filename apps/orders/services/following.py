"""Orders follow their shipments: change rows in, order status out."""

from __future__ import annotations

from django.db import transaction

from apps.core.locks import try_lock
from apps.orders.models import Parcel
from apps.orders.services.common import lock_orders, refresh_orders
from apps.shipments.selectors import read_changes
from apps.shipments.services import advance_reader, register_reader

READER = "orders"


def follow_changes(*, limit: int = 500) -> int:
    """Bring the orders of changed shipments up to date; returns how many change rows were read.

    One transaction with the cursor's step, so a crash repeats the work and loses none. A second
    caller at the same time does nothing.
    """
    with try_lock("orders.follow_changes") as held:
        if not held:
            return 0
        register_reader(reader=READER)
        with transaction.atomic():
            changes = read_changes(reader=READER, limit=limit)
            if not changes:
                return 0
            shipments = {change.shipment_id for change in changes}
            ids = Parcel.objects.filter(shipment_id__in=shipments).values_list(
                "order_id", flat=True
            )
            refresh_orders(lock_orders(ids).values())
            advance_reader(reader=READER, change=changes[-1])
    return len(changes)
