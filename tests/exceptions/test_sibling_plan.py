"""The other tracks of a busy device are found without reading all it ever carried."""

from __future__ import annotations

import pytest
from django.db import connection

from apps.exceptions.windows import MOST_SIBLINGS, SIBLINGS
from apps.shipments.models import Device, Shipment
from tests.shipments.builders import at

CROWD = """
INSERT INTO shipments_shipment (uid, merchant_id, reference, mode, carrier, number, status,
  substatus, raw_state, risk, created_at, origin_code, destination_code, destination_country,
  phone_tail, sender_phone_tail, promise_source, snapshot_hash, version, unknown_codes)
SELECT 'shp_fill' || n, %s, 'R' || n, 'sandbox', 'yuantong', 'YT9' || lpad(n::text, 9, '0'),
  'in_transit', '', '', 0, %s, '', '', 'CN', '', '', '', '', 1, 0
FROM generate_series(1, 4000) AS n;
INSERT INTO shipments_track (shipment_id, device_id, fixes, first_heard_at, last_heard_at,
  version, looked_version)
SELECT id, %s + row_number() OVER () %% 200, 30,
  created_at + (row_number() OVER () - 2) * interval '1 hour',
  created_at + row_number() OVER () * interval '1 hour', 1, 1
FROM shipments_shipment WHERE uid LIKE 'shp_fill%%';
"""


@pytest.fixture
def busy(shipment: Shipment) -> Device:
    """One of 200 devices that have carried 4,000 parcels in turn, one an hour."""
    names = [Device(merchant=shipment.merchant, name=f"van {n}") for n in range(200)]
    devices = Device.objects.bulk_create(names)
    with connection.cursor() as cursor:
        cursor.execute(CROWD, [shipment.merchant_id, at(0), devices[0].pk])
        cursor.execute("ANALYZE shipments_track; ANALYZE shipments_shipment")
    return devices[0]


def test_siblings_are_found_by_device_and_time_at_once(busy, shipment):
    asked = [[shipment.pk], [busy.pk], [at(3_000)], [at(4_100)], MOST_SIBLINGS]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + SIBLINGS, asked)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    found = plan[plan.index("shipments_track_of_device") :]
    condition = found[found.index("Index Cond") :].splitlines()[0]
    assert "device_id" in condition
    assert "last_heard_at" in condition
    assert "Seq Scan on shipments_track" not in plan
