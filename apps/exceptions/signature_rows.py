"""What is known about the signatures of shipments, read from rows: a few statements a batch."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from apps.core import bulk
from apps.exceptions.rulebook.proof_places import beyond_area
from apps.exceptions.rulebook.signed import Signature, address_kind, signer_of

WITHIN = dt.timedelta(seconds=60)
TOGETHER = 3
"""From so many signatures in one district within a minute on, their couriers are compared."""
MOST_NEIGHBOURS = 5_000

READ = """
SELECT s.id, s.carrier, left(s.destination_code, 6), s.delivered_at,
       coalesce(nullif(s.destination_code, ''), o.address_code, ''), s.substatus,
       coalesce(o.street, ''), signed.text, regexp_replace(signed.area_code, '^CN', ''),
       out.at, fix.longitude, fix.latitude, coalesce(earlier.claims, 0)
FROM unnest(%s::bigint[]) AS wanted (id)
JOIN shipments_shipment s ON s.id = wanted.id AND s.delivered_at IS NOT NULL
LEFT JOIN orders_parcel p ON p.shipment_id = s.id
LEFT JOIN orders_order o ON o.id = p.order_id
CROSS JOIN LATERAL (
    SELECT text, area_code, occurred_at FROM shipments_event
    WHERE shipment_month = date_trunc('month', s.created_at AT TIME ZONE 'UTC')::date
      AND shipment_id = s.id AND status = 'delivered' AND omitted_at IS NULL
    ORDER BY occurred_at, id LIMIT 1
) signed
LEFT JOIN LATERAL (
    SELECT max(occurred_at) AS at FROM shipments_event
    WHERE shipment_month = date_trunc('month', s.created_at AT TIME ZONE 'UTC')::date
      AND shipment_id = s.id AND status IN ('out_for_delivery', 'ready_for_pickup')
      AND occurred_at <= signed.occurred_at AND omitted_at IS NULL
) out ON true
LEFT JOIN LATERAL (
    SELECT longitude, latitude FROM shipments_position
    WHERE shipment_month = date_trunc('month', s.created_at AT TIME ZONE 'UTC')::date
      AND shipment_id = s.id AND use IN ('accepted', 'corrected')
      AND happened_at BETWEEN s.delivered_at - interval '15 minutes'
                          AND s.delivered_at + interval '5 minutes'
    ORDER BY id DESC LIMIT 1
) fix ON EXISTS (SELECT 1 FROM shipments_track t WHERE t.shipment_id = s.id)
LEFT JOIN LATERAL (
    SELECT count(*) AS claims FROM orders_order before
    JOIN orders_parcel parcel ON parcel.order_id = before.id
    JOIN exceptions_contact said ON said.shipment_id = parcel.shipment_id
    WHERE before.recipient_phone = o.recipient_phone AND before.merchant_id = o.merchant_id
      AND before.id <> o.id AND said.reason = 'not_received' AND said.withdrawn_at IS NULL
      AND said.at < s.delivered_at
) earlier ON o.recipient_phone <> ''
"""
NEIGHBOURS = """
SELECT s.id, s.carrier, left(s.destination_code, 6), s.delivered_at
FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS span (first, last)
JOIN shipments_shipment s ON s.delivered_at BETWEEN span.first AND span.last
WHERE s.destination_code <> '' AND s.carrier = ANY(%s)
LIMIT %s
"""
COURIERS = """
SELECT s.id, coalesce(
    (SELECT substring(text FROM '1[0-9]{10}') FROM shipments_event
     WHERE shipment_month = date_trunc('month', s.created_at AT TIME ZONE 'UTC')::date
       AND shipment_id = s.id AND status = 'delivered' AND omitted_at IS NULL
     ORDER BY occurred_at, id LIMIT 1),
    (SELECT substring(text FROM '1[0-9]{10}') FROM shipments_event
     WHERE shipment_month = date_trunc('month', s.created_at AT TIME ZONE 'UTC')::date
       AND shipment_id = s.id AND status = 'out_for_delivery'
     ORDER BY occurred_at DESC, id DESC LIMIT 1))
FROM unnest(%s::bigint[]) AS wanted (id)
JOIN shipments_shipment s ON s.id = wanted.id
"""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Signing:
    """When a shipment was signed for, by which carrier and in which district (6 digits)."""

    shipment_id: int
    carrier: str
    area: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """A delivered shipment with what is known about its signature."""

    shipment_id: int
    signature: Signature


def read_signatures(shipment_ids: Collection[int]) -> tuple[list[Signed], set[int]]:
    """Return the signatures of those that are delivered, and who else was signed for with them.

    Three statements for any number of shipments. The history of a recipient is only a count,
    within the merchant.
    """
    if not shipment_ids:
        return [], set()
    rows = bulk.fetch(READ, [list(shipment_ids)])
    together = _together([Signing(*row[:4]) for row in rows])
    signed = [_signed(row, together.get(row[0], frozenset({row[0]}))) for row in rows]
    others = set().union(*together.values()) - {row[0] for row in rows} if together else set()
    return signed, others


def _signed(row: tuple[object, ...], group: frozenset[int]) -> Signed:
    (
        shipment_id, _carrier, _area, delivered_at, address, substatus, street, text, scanned,
        out_at, longitude, latitude, claims,
    ) = row  # fmt: skip
    fix = (longitude, latitude) if longitude is not None and latitude is not None else None
    minutes = (delivered_at - out_at).total_seconds() / 60 if out_at else None  # type: ignore[operator]
    signature = Signature(
        minutes=minutes,
        together=len(group),
        beyond_m=beyond_area(str(address), fix=fix, scanned=str(scanned)),  # type: ignore[arg-type]
        proof="fix" if fix else "area" if scanned else "",
        signer=signer_of(str(text), str(substatus)),
        address=address_kind(str(street)),
        claims=int(claims),  # type: ignore[call-overload]
    )
    return Signed(int(shipment_id), signature)  # type: ignore[call-overload]


def _together(signings: Sequence[Signing]) -> dict[int, frozenset[int]]:
    """Return, of each shipment, all that its courier signed for within the same minute."""
    if not signings:
        return {}
    spans = _spans(one.at for one in signings)
    firsts, lasts = [first for first, _ in spans], [last for _, last in spans]
    carriers = sorted({one.carrier for one in signings})
    found = bulk.fetch(NEIGHBOURS, [firsts, lasts, carriers, MOST_NEIGHBOURS])
    crowd: defaultdict[Key, list[Signing]] = defaultdict(list)
    for row in found:
        one = Signing(*row)
        crowd[one.carrier, one.area].append(one)
    close = {key: sorted(all_, key=_at) for key, all_ in crowd.items() if len(all_) >= TOGETHER}
    wanted = {one.shipment_id for all_ in close.values() for one in all_}
    couriers = dict(bulk.fetch(COURIERS, [sorted(wanted)])) if wanted else {}
    return {
        one.shipment_id: group
        for one in signings
        if (group := _group(one, close.get((one.carrier, one.area), ()), couriers))
    }


def _group(
    one: Signing, others: Sequence[Signing], couriers: dict[int, str | None]
) -> frozenset[int]:
    """Return the largest set of one courier's signatures within a minute that this is one of."""
    courier = couriers.get(one.shipment_id)
    if not courier:
        return frozenset()
    own = [other for other in others if couriers.get(other.shipment_id) == courier]
    moments = [other.at for other in own]
    best: Sequence[Signing] = ()
    for first in range(bisect_left(moments, one.at - WITHIN), len(own)):
        if moments[first] > one.at:
            break
        some = own[first : bisect_right(moments, moments[first] + WITHIN)]
        best = max(best, some, key=len)
    return frozenset(other.shipment_id for other in best) if len(best) > 1 else frozenset()


def _spans(moments: Iterable[dt.datetime]) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the stretches a minute around the moments, those that overlap made one."""
    spans: list[tuple[dt.datetime, dt.datetime]] = []
    for moment in sorted(moments):
        first, last = moment - WITHIN, moment + WITHIN
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans


def _at(one: Signing) -> dt.datetime:
    return one.at
