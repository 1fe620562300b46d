"""The first promise: asking the carrier for its estimate, as work rows outside any transaction.

A row is queued with the shipment and claimed by an update that leases it, so two workers never ask
twice and a worker that dies only delays it. The newest goes first: its buyer is the one who looks.
Few tries, then it is given up: a shipment without a promise is an ordinary shipment.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

import structlog
from django.db import connection, transaction
from django.db.models import F

from apps.baidiyun.credentials import acting_for
from apps.baidiyun.errors import BaidiyunError
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.estimate import CARRIERS, Estimate
from apps.baidiyun.services import estimate_arrival
from apps.core import clock
from apps.core.geo import find_division, full_name
from apps.core.lanes import in_lanes
from apps.shipments.choices import ChangeKind, EstimateSource, EstimateState, PromiseSource
from apps.shipments.models import CarrierEstimate, Shipment
from apps.shipments.modes import platform_mode
from apps.shipments.promises import Window, may_promise, window_of
from apps.shipments.services.changes import write_change

log = structlog.get_logger(__name__)
LEASE = dt.timedelta(minutes=5)
TRIES = 4
FIRST_DELAY_SECONDS = 60
GROWTH = 5
FASTEST_RETRY_SECONDS = 1.0
CHINA_COUNTRY = "CN"
RETIRE = """
UPDATE shipments_carrierestimate SET state = 'given_up', return_code = 'not_needed'
WHERE shipment_id = ANY(ARRAY(
    SELECT waiting.shipment_id FROM shipments_carrierestimate AS waiting
    JOIN shipments_shipment AS parcel ON parcel.id = waiting.shipment_id
    WHERE waiting.state = 'waiting' AND waiting.retry_at <= %(real)s
      AND parcel.closed_at IS NOT NULL
    ORDER BY waiting.retry_at LIMIT 2000 FOR UPDATE OF waiting SKIP LOCKED))
"""
CLAIM = """
UPDATE shipments_carrierestimate SET attempts = attempts + 1, retry_at = %(lease)s
WHERE shipment_id = ANY(ARRAY(
    SELECT shipment_id FROM shipments_carrierestimate
    WHERE state = 'waiting' AND retry_at <= %(real)s
    ORDER BY shipment_id DESC LIMIT %(limit)s FOR UPDATE SKIP LOCKED))
RETURNING shipment_id
"""


def queue_estimate(*, shipment: Shipment) -> bool:
    """Queue asking the carrier when the shipment should arrive; call it in the transaction that
    opened the shipment or gave it its carrier or destination.

    False where there is nothing to ask: a carrier that gives no estimates, an unknown end of the
    lane, a destination abroad, a promise of somebody else's, or the same question before.
    """
    if not _can_ask(shipment) or not may_promise(
        shipment.promise_source, closed=shipment.closed_at is not None
    ):
        return False
    row, created = CarrierEstimate.objects.get_or_create(
        shipment=shipment,
        defaults={"carrier": shipment.carrier, "retry_at": clock.real_now()},
    )
    if created or row.carrier == shipment.carrier:
        return created
    _ask_again(row, shipment.carrier)
    return True


def requeue_estimate(*, shipment: Shipment) -> bool:
    """Ask anew because the lane has changed; False where there is nothing to ask."""
    row = CarrierEstimate.objects.filter(shipment=shipment).first()
    if row is None:
        return queue_estimate(shipment=shipment)
    if not _can_ask(shipment):
        return False
    _ask_again(row, shipment.carrier)
    return True


def ask_estimates(*, limit: int = 20, lanes: int = 1) -> dict[str, int]:
    """Ask for what is due, ``lanes`` at a time, each outside any transaction; returns what became
    of how many.

    What the gateway holds back was not asked and counts as no try; the rest of that mode waits.
    """
    outcomes: Counter[str] = Counter()
    if ended := _retire():
        outcomes[EstimateState.GIVEN_UP.value] = ended
    waits: dict[str, float] = {}

    def ask_one(row: CarrierEstimate) -> str:
        mode = platform_mode(row.shipment.mode)
        if mode in waits:
            _put_back(row, waits[mode])
            return "held_back"
        outcome, wait = _take_up(row, mode)
        if wait is not None:
            waits[mode] = wait
        return outcome

    outcomes.update(in_lanes(ask_one, _claim(limit), lanes=lanes))
    return dict(outcomes)


def store_promise(
    *, shipment_id: int, window: Window, source: PromiseSource = PromiseSource.CARRIER
) -> bool:
    """Store a promise and its change row; False where it is not the carrier's to make (any more),
    or says what we know.
    """
    with transaction.atomic():
        shipment = Shipment.objects.select_for_update(no_key=True).get(pk=shipment_id)
        known = (shipment.promise_from, shipment.promise_to) == (window.start, window.end)
        if known or not may_promise(shipment.promise_source, closed=shipment.closed_at is not None):
            return False
        shipment.promise_from, shipment.promise_to = window.start, window.end
        shipment.promise_source = source.value
        shipment.version += 1
        shipment.save(update_fields=["promise_from", "promise_to", "promise_source", "version"])
        write_change(
            shipment=shipment,
            kinds=[ChangeKind.PROMISE],
            from_status=shipment.status,
            from_substatus=shipment.substatus,
        )
    return True


def _retire() -> int:
    """Let go at once what is due but has ended, so that it never stands before what is moving."""
    with connection.cursor() as cursor:
        cursor.execute(RETIRE, {"real": clock.real_now()})
        return int(cursor.rowcount)


def _claim(limit: int) -> list[CarrierEstimate]:
    real = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"real": real, "lease": real + LEASE, "limit": limit})
        ids = [row[0] for row in cursor.fetchall()]
    rows = CarrierEstimate.objects.filter(pk__in=ids).select_related("shipment")
    return list(rows.order_by("shipment_id"))


def _take_up(row: CarrierEstimate, mode: str) -> tuple[str, float | None]:
    """Ask for one shipment; returns what became of it and how long its mode should wait."""
    shipment = row.shipment
    closed = shipment.closed_at is not None
    if not _can_ask(shipment) or not may_promise(shipment.promise_source, closed=closed):
        return _settle(row, state=EstimateState.GIVEN_UP.value, return_code="not_needed"), None
    try:
        reply = _ask(shipment, mode)
    except BaidiyunError as error:
        return _try_later(row, error.code, str(error)), None
    if reply.retry_after is not None:
        _put_back(row, reply.retry_after)
        return "held_back", reply.retry_after
    if reply.data is None:
        if reply.permanent:
            return _give_up(row, reply.code, reply.message), None
        return _try_later(row, reply.code, reply.message), None
    return _answer(row, reply.data), None


def _ask(shipment: Shipment, mode: str) -> Reply[Estimate]:
    with acting_for(shipment.merchant_id):
        return estimate_arrival(
            mode=mode,
            carrier=shipment.carrier,
            from_=full_name(shipment.origin_code),
            to=full_name(shipment.destination_code),
            ordered_at=shipment.created_at,
            subject=shipment.pk,
            priority=Priority.ROUTINE,
        )


def _answer(row: CarrierEstimate, estimate: Estimate) -> str:
    window = window_of(estimate.arrives_at, ordered_at=row.shipment.created_at)
    if window is None:
        return _give_up(row, "implausible", estimate.arrival_text)
    hours = estimate.total_hours
    with transaction.atomic():
        store_promise(shipment_id=row.shipment_id, window=window)
        return _settle(
            row,
            state=EstimateState.ANSWERED.value,
            source=EstimateSource.ASKED.value,
            carrier=row.shipment.carrier,
            answered_at=clock.now(),
            arrival_text=estimate.arrival_text[:40],
            total_hours="" if hours is None else str(hours)[:20],
            task_id=estimate.task_id[:64],
            return_code="200",
            message="",
        )


def _try_later(row: CarrierEstimate, code: str, message: str) -> str:
    if row.attempts >= TRIES:
        return _give_up(row, code, message)
    delay = FIRST_DELAY_SECONDS * GROWTH ** (row.attempts - 1)
    retry_at = clock.real_now() + dt.timedelta(seconds=delay)
    _settle(row, retry_at=retry_at, return_code=code[:32], message=message[:300])
    return "postponed"


def _give_up(row: CarrierEstimate, code: str, message: str) -> str:
    log.info("shipments.estimate_given_up", shipment=row.shipment_id, code=code)
    state = EstimateState.GIVEN_UP.value
    return _settle(row, state=state, return_code=code[:32], message=message[:300])


def _settle(row: CarrierEstimate, **values: object) -> str:
    """Write the outcome unless a track has answered meanwhile; returns the state."""
    waiting = CarrierEstimate.objects.filter(pk=row.pk, state=EstimateState.WAITING.value)
    waiting.update(**values)
    return str(values.get("state", row.state))


def _put_back(row: CarrierEstimate, seconds: float) -> None:
    wait = dt.timedelta(seconds=max(seconds, FASTEST_RETRY_SECONDS))
    CarrierEstimate.objects.filter(pk=row.pk, state=EstimateState.WAITING.value).update(
        attempts=F("attempts") - 1, retry_at=clock.real_now() + wait
    )


def _ask_again(row: CarrierEstimate, carrier: str) -> None:
    CarrierEstimate.objects.filter(pk=row.pk).update(
        carrier=carrier,
        state=EstimateState.WAITING.value,
        attempts=0,
        retry_at=clock.real_now(),
    )


def _can_ask(shipment: Shipment) -> bool:
    """Whether carrier and both ends of the lane are known and inside China."""
    return (
        shipment.carrier in CARRIERS
        and shipment.destination_country in {"", CHINA_COUNTRY}
        and _is_place(shipment.origin_code)
        and _is_place(shipment.destination_code)
    )


def _is_place(code: str) -> bool:
    return bool(code) and find_division(code) is not None
