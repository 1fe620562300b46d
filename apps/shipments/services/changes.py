"""Change rows: writing one, and what readers do with them."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from apps.core import clock
from apps.core.context import request_id
from apps.shipments.choices import ChangeKind
from apps.shipments.models import ReaderCursor, Shipment, ShipmentChange
from apps.shipments.services.telling import tell
from apps.shipments.signals import shipments_changed

KEEP_CHANGES = dt.timedelta(days=30)
ADVANCE = """
INSERT INTO shipments_readercursor AS held (reader, txid, last_id, advanced_at)
VALUES (%s, %s::xid8, %s, %s)
ON CONFLICT (reader) DO UPDATE
SET txid = EXCLUDED.txid, last_id = EXCLUDED.last_id, advanced_at = EXCLUDED.advanced_at
WHERE (held.txid, held.last_id) < (EXCLUDED.txid, EXCLUDED.last_id)
"""
PURGE = """
DELETE FROM shipments_shipmentchange
WHERE id IN (
    SELECT change.id FROM shipments_shipmentchange AS change
    WHERE change.at < %s AND (change.txid, change.id) <= (
        SELECT txid, last_id FROM shipments_readercursor ORDER BY txid, last_id LIMIT 1
    )
    ORDER BY change.txid, change.id LIMIT %s
)
"""


def write_change(
    *, shipment: Shipment, kinds: list[ChangeKind], from_status: str = "", from_substatus: str = ""
) -> ShipmentChange:
    """Write the change row of a shipment inside the caller's transaction and hint after commit.

    With ``from_status`` a changed status is told to the merchant's systems too.
    """
    change = ShipmentChange.objects.create(
        shipment=shipment,
        merchant_id=shipment.merchant_id,
        from_status=from_status,
        to_status=shipment.status,
        from_substatus=from_substatus,
        to_substatus=shipment.substatus,
        kinds=sorted(kind.value for kind in kinds),
        at=clock.now(),
        request_id=request_id(),
    )
    if from_status and (from_status, from_substatus) != (shipment.status, shipment.substatus):
        tell([shipment], before={shipment.pk: (from_status, from_substatus)}, now=change.at)
    ids = [shipment.pk]
    transaction.on_commit(lambda: shipments_changed.send_robust(Shipment, shipment_ids=ids))
    return change


def advance_reader(*, reader: str, change: ShipmentChange) -> None:
    """Note that a reader is done with everything up to a change row it got from `read_changes`.

    Call it in the transaction that did the work. Going back is ignored.
    """
    with connection.cursor() as cursor:
        cursor.execute(ADVANCE, [reader, str(change.txid), change.pk, clock.real_now()])


def register_reader(*, reader: str) -> ReaderCursor:
    """Return the cursor of a reader, at the beginning if it is new.

    A registered reader keeps rows it has not read from being purged.
    """
    cursor, _ = ReaderCursor.objects.get_or_create(reader=reader)
    return cursor


def purge_changes(*, limit: int = 10_000) -> int:
    """Delete change rows older than 30 days that every reader has passed; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(PURGE, [clock.now() - KEEP_CHANGES, limit])
        return cursor.rowcount
