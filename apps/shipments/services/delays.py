"""How long events took to reach us, counted by carrier, set-based and off the applier's way."""

from __future__ import annotations

from django.db import connection, transaction

from apps.core import clock
from apps.core.jobs import last_result
from apps.core.metrics.histogram import FIRST_SECONDS, OVERFLOW, PER_OCTAVE
from apps.core.metrics.names import Metric
from apps.shipments.choices import EventSource

JOB = "shipments.count_heard"
MOST_EVENTS = 200_000
COUNT = """
INSERT INTO core_metricbucket (name, grain, start, label, bucket, count)
SELECT %s, 'minute', %s, left(carrier, 40), bucket, count(*)
FROM (
    SELECT l.carrier, CASE WHEN e.heard_at <= e.occurred_at THEN 0 ELSE least(%s, greatest(0,
        ceil(round((ln(extract(epoch FROM e.heard_at - e.occurred_at)::float8 / %s) / ln(2) * %s)
                   ::numeric, 9))))::int END AS bucket
    FROM shipments_event AS e JOIN shipments_leg AS l ON l.id = e.leg_id
    WHERE e.id > %s AND e.id <= %s AND e.sources & %s = 0
) AS heard
GROUP BY carrier, bucket
ON CONFLICT (name, grain, start, label, bucket)
DO UPDATE SET count = core_metricbucket.count + EXCLUDED.count
"""


def count_heard() -> dict[str, int]:
    """Count happened → heard (business time) of the events stored since the last time.

    Events are taken by their ids, at most 200,000 in one go; what somebody typed in by hand is
    left out. Each time counts up to the newest of the time before, a minute ago: what took its id
    and is committed later than that is not counted. The first time only remembers where to begin.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM shipments_event")
        newest = cursor.fetchone()[0] or 0
        position = last_result(JOB)
        if "seen" not in position:
            return {"seen": newest, "upto": newest}
        begin, seen = position["upto"], min(position["seen"], position["upto"] + MOST_EVENTS)
        start = clock.real_now().replace(second=0, microsecond=0)
        scale = [OVERFLOW, FIRST_SECONDS, PER_OCTAVE]
        manual = EventSource.MANUAL.value
        cursor.execute(COUNT, [Metric.EVENT_HEARD.value, start, *scale, begin, seen, manual])
    return {"seen": newest, "upto": seen}
