"""What reads shipments. Querysets stay lazy; a merchant of None means the operator's staff."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import orjson
import structlog
from django.db import connection
from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Merchant
from apps.core.fixed import FixedRead, prepared_cursor
from apps.core.logs import log_requests
from apps.shipments.choices import ShipmentStatus
from apps.shipments.models import Event, Leg, Shipment, ShipmentChange
from apps.shipments.models.need import NEEDED_AT
from apps.shipments.models.shipment import OPEN_WITH_NUMBER

log = structlog.get_logger(__name__)

POLL_SPACING = dt.timedelta(minutes=30, seconds=10)
"""At least this long (business time) between two polls of a number; 48 fit into any 24 hours."""


BY_UID = FixedRead(Shipment, "own.uid = %s", related="merchant")
MAX_EVENTS = 500
TIMELINE = """
SELECT (SELECT json_agg(json_build_array(
                   id, sequence, kind, carrier, number,
                   opened_at AT TIME ZONE 'UTC', closed_at AT TIME ZONE 'UTC',
                   from_country, to_country, planned_in AT TIME ZONE 'UTC',
                   planned_out AT TIME ZONE 'UTC', handed_over_at AT TIME ZONE 'UTC',
                   link_source, claimed_number <> '',
                   (SELECT json_object_agg(code, detail ->> 'since')
                    FROM shipments_legfinding AS finding
                    WHERE finding.shipment_id = leg.shipment_id AND finding.leg_id = leg.id
                      AND cleared_at IS NULL)) ORDER BY sequence)
        FROM shipments_leg AS leg WHERE shipment_id = %s AND unlinked_at IS NULL)::text,
       (SELECT json_agg(json_build_array(
                   occurred_at AT TIME ZONE 'UTC', original_time, zone,
                   heard_at AT TIME ZONE 'UTC', status, substatus, text, location, area_name,
                   area_code, leg_id, sources, omitted_at AT TIME ZONE 'UTC'))
        FROM (SELECT * FROM shipments_event WHERE shipment_month = %s AND shipment_id = %s
                AND leg_id = ANY(ARRAY(SELECT id FROM shipments_leg
                                       WHERE shipment_id = %s AND unlinked_at IS NULL))
              ORDER BY occurred_at DESC, id DESC LIMIT %s) AS newest)::text
"""


class LegRow(NamedTuple):
    """What a reader of a timeline needs of a leg; moments are text in UTC without a zone."""

    id: int
    sequence: int
    kind: str
    carrier: str
    number: str
    opened_at: str
    closed_at: str | None
    from_country: str
    to_country: str
    planned_in: str | None
    planned_out: str | None
    handed_over_at: str | None
    link_source: str
    is_disputed: bool
    findings: dict[str, str | None] | None
    """Codes of what is wrong now, each with the moment since when, where one is known."""


class EventRow(NamedTuple):
    """What a reader of a timeline needs of an event; moments are text in UTC without a zone."""

    occurred_at: str
    original_time: str
    zone: str
    heard_at: str
    status: str
    substatus: str
    text: str
    location: str
    area_name: str
    area_code: str
    leg_id: int
    sources: int
    omitted_at: str | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A shipment's legs in order and its events, newest first."""

    shipment: Shipment
    legs: list[LegRow]
    events: list[EventRow]


def shipment_by_uid(uid: str) -> Shipment | None:
    """Return the shipment of an id of ours with its merchant, whosever it is, or None."""
    return None if "\x00" in uid else BY_UID.first(uid)


def shipment_timeline(shipment: Shipment) -> Timeline:
    """Return a shipment's legs in order and its newest events, at most 500, in one query.

    Legs somebody unlinked are left out with their events. The database writes both as JSON:
    moments go out as text, so nothing is gained by making objects of them, and the statement stays
    planned.
    """
    values = (shipment.pk, shipment.month, shipment.pk, shipment.pk, MAX_EVENTS)
    with prepared_cursor() as cursor:
        cursor.execute(TIMELINE, values)
        legs, events = cursor.fetchone() or (None, None)
    return Timeline(
        shipment,
        [LegRow._make(row) for row in orjson.loads(legs or "[]")],
        [EventRow._make(row) for row in orjson.loads(events or "[]")],
    )


def shipment_events(shipment: Shipment) -> QuerySet[Event]:
    """Return a shipment's events, newest first; the month picks the partition."""
    return Event.objects.filter(shipment_month=shipment.month, shipment_id=shipment.pk).order_by(
        "-occurred_at", "-id"
    )


def find_shipments(*, merchant_id: int | None, ref: str) -> QuerySet[Shipment]:
    """Return the shipments somebody means by an id of ours, an order number or a carrier number.

    Exact, newest first. Carrier numbers are compared in capitals and found on every leg. Three
    separate indexed lookups: one condition over all of them would read the whole table. Without a
    merchant an order number is looked for with each of them: its index begins with the merchant.
    """
    ref = ref.strip()
    scope = Q() if merchant_id is None else Q(merchant_id=merchant_id)
    if not ref or "\x00" in ref:
        return Shipment.objects.none()
    if ref.startswith("shp_"):
        return Shipment.objects.filter(scope, uid=ref)
    by_leg = Leg.objects.filter(number=ref.upper()).values_list("shipment_id", flat=True)
    ids = set(by_leg[:200])
    every = Merchant.objects.values_list("pk", flat=True)
    whose = list(every) if merchant_id is None else [merchant_id]
    named = Shipment.objects.filter(merchant_id__in=whose, reference=ref)
    ids |= set(named.values_list("pk", flat=True)[:200])
    return Shipment.objects.filter(scope, pk__in=ids).order_by("-id")


def due_for_poll(
    *,
    now: dt.datetime,
    limit: int,
    after: tuple[dt.datetime, int] | None = None,
    min_risk: int = 0,
) -> QuerySet[Shipment]:
    """Return open shipments with a number that have been silent for too long, longest due first.

    Reads a partial index from ``after`` (poll_due_at, id) on: constant time at any depth. Those
    polled less than half an hour ago are left out.
    """
    due = Shipment.objects.filter(OPEN_WITH_NUMBER, poll_due_at__lte=now).filter(
        Q(last_polled_at__isnull=True) | Q(last_polled_at__lte=now - POLL_SPACING)
    )
    if min_risk:
        due = due.filter(risk__gte=min_risk)
    if after is not None:
        moment, last_id = after
        due = due.filter(Q(poll_due_at__gt=moment) | Q(poll_due_at=moment, id__gt=last_id))
        due = due.filter(poll_due_at__gte=moment)
    return due.order_by("poll_due_at", "id")[:limit]


def status_counts(*, merchant_id: int | None = None) -> dict[str, int]:
    """Return the number of shipments for every main status, zeroes included."""
    rows = Shipment.objects.all()
    if merchant_id is not None:
        rows = rows.filter(merchant_id=merchant_id)
    counts = dict.fromkeys(ShipmentStatus.values(), 0)
    counts.update(rows.order_by().values_list("status").annotate(count=Count("id")))
    return counts


def read_changes(*, reader: str, limit: int = 500) -> list[ShipmentChange]:
    """Return the change rows a reader has not done yet, oldest first, with their shipments.

    Rows of the oldest transaction still running and of everything after it stay back, so nothing
    can appear behind the cursor later: no gap, whatever the order of commits. A transaction
    that stays open holds all readers up, which is why nothing here keeps one open for long. One
    that is known to run in a neighbouring database does not: it cannot write here. Whatever is
    not known to be elsewhere (prepared, or hidden from our role) counts as ours.
    """
    sql = """
        SELECT change.id FROM shipments_shipmentchange AS change
        WHERE change.txid < coalesce(
              (SELECT running.txid
               FROM pg_snapshot_xip(pg_current_snapshot()) AS running (txid)
               WHERE NOT EXISTS (
                   SELECT 1 FROM pg_stat_activity AS session
                   WHERE session.backend_xid = running.txid::xid
                     AND session.datname <> current_database())
               ORDER BY running.txid LIMIT 1),
              pg_snapshot_xmax(pg_current_snapshot()))
          AND (change.txid, change.id) > (
              coalesce((SELECT txid FROM shipments_readercursor WHERE reader = %s), '0'::xid8),
              coalesce((SELECT last_id FROM shipments_readercursor WHERE reader = %s), 0)
          )
        ORDER BY change.txid, change.id LIMIT %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [reader, reader, limit])
        ids = [row[0] for row in cursor.fetchall()]
    found = ShipmentChange.objects.select_related("shipment").in_bulk(ids)
    changes = [found[change_id] for change_id in ids]
    log_requests(log, "shipments.changes_read", [one.request_id for one in changes], reader=reader)
    return changes


def open_shipments_by_need(
    *, now: dt.datetime, limit: int, min_risk: int = 0
) -> QuerySet[Shipment]:
    """Return open shipments where a comparison with the platform matters most.

    By risk × staleness: first whose product reached `NEED_HOURS` first, read from an index of
    that moment. Those heard or polled within half an hour are left out; nobody reaches the
    product that early, so they cost nothing while more is due than ``limit``.
    """
    silence = now - POLL_SPACING
    return (
        Shipment.objects.filter(OPEN_WITH_NUMBER, risk__gte=min_risk)
        .filter(Q(last_polled_at__isnull=True) | Q(last_polled_at__lte=silence))
        .filter(Q(last_heard_at__isnull=True) | Q(last_heard_at__lte=silence))
        .order_by(NEEDED_AT, "id")[:limit]
    )
