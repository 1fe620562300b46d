"""Own pace of lanes in customs, reckoned anew once a day in one statement."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from apps.core import clock
from apps.exceptions.models import LanePace

DAYS = 90
RECKON = """
INSERT INTO exceptions_lanepace
    (direction, origin, destination, service, parcels, p90_hours, reckoned_on)
SELECT d.direction,
       CASE WHEN s.origin_code ~ '^[A-Z]{2}' THEN left(s.origin_code, 2) ELSE 'CN' END,
       s.destination_country, coalesce(q.service_type, ''), count(*),
       percentile_cont(0.9) WITHIN GROUP (
           ORDER BY extract(epoch FROM d.ended_at - d.entered_at) / 3600), %(on)s
FROM customs_declaration d
JOIN customs_consignment c ON c.id = d.consignment_id
JOIN shipments_shipment s ON s.id = c.shipment_id
LEFT JOIN orders_parcel p ON p.shipment_id = s.id
LEFT JOIN LATERAL (
    SELECT id FROM orders_booking WHERE parcel_id = p.id ORDER BY attempt DESC LIMIT 1
) b ON true
LEFT JOIN orders_quote q ON q.booking_id = b.id
WHERE d.state = 'released' AND d.ended_at >= %(since)s AND d.ended_at <= %(now)s
  AND d.entered_at <= d.ended_at AND s.mode <> 'sandbox'
GROUP BY 1, 2, 3, 4
ON CONFLICT (destination, origin, service, direction) DO UPDATE
SET parcels = EXCLUDED.parcels, p90_hours = EXCLUDED.p90_hours, reckoned_on = EXCLUDED.reckoned_on
"""


def reckon_lane_paces() -> int:
    """Reckon the pace of every lane that had a real parcel released in the last 90 days.

    A lane that had none loses its row. Returns how many lanes have one.
    """
    now = clock.now()
    today = now.astimezone(dt.UTC).date()
    given = {"on": today, "since": now - dt.timedelta(days=DAYS), "now": now}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RECKON, given)
        lanes = cursor.rowcount
        LanePace.objects.exclude(reckoned_on=today).delete()
    return lanes
