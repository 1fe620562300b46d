"""Asking the platform about parcels that say nothing, within what it allows.

Claiming is separate from asking: a claim is a short transaction that writes `last_polled_at`, so
two workers never ask for the same number, and a worker that dies has only used up one question.
The platform's limit itself (once per number in 30 minutes) is kept once more in baidiyun.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from django.db import transaction

from apps.baidiyun.services import query_tracking
from apps.core import clock
from apps.core.errors import PortalError
from apps.shipments.models import Shipment
from apps.shipments.risk import risk_of, silence_threshold
from apps.shipments.selectors import POLL_SPACING, due_for_poll, open_shipments_by_need
from apps.shipments.services.opening import platform_mode

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PollTarget:
    """A number to ask for; ``phone`` is the four digits some carriers want."""

    shipment_id: int
    carrier: str
    number: str
    mode: str
    phone: str


def claim_silent(*, limit: int) -> list[PollTarget]:
    """Claim shipments that have been silent too long for their status, longest due first."""
    now = clock.now()
    with transaction.atomic():
        due = due_for_poll(now=now, limit=limit)
        return _claim(due.select_for_update(skip_locked=True, no_key=True), now)


def claim_risky(*, limit: int) -> list[PollTarget]:
    """Claim the open shipments where asking matters most, by risk × silence."""
    now = clock.now()
    with transaction.atomic():
        wanted = [item.pk for item in open_shipments_by_need(now=now, limit=limit)]
        rows = (
            Shipment.objects.filter(pk__in=wanted, closed_at__isnull=True)
            .order_by("id")
            .select_for_update(skip_locked=True, no_key=True)
        )
        return _claim([row for row in rows if _may_poll(row, now)], now)


def mark_polled(*, shipment_ids: Sequence[int], at: dt.datetime) -> None:
    """Note that shipments were asked for at ``at`` (business time) and when to ask next."""
    with transaction.atomic():
        rows = Shipment.objects.filter(pk__in=shipment_ids).order_by("id")
        _mark(rows.select_for_update(no_key=True), at)


def poll_claimed(*, targets: Iterable[PollTarget]) -> dict[str, int]:
    """Ask for each number; the answers go through the inbox. Returns outcome → count.

    One number's failure does not stop the others: it is due again after the next interval.
    """
    outcomes: Counter[str] = Counter()
    for target in targets:
        try:
            outcome = query_tracking(
                subject=target.shipment_id,
                carrier=target.carrier,
                number=target.number,
                mode=target.mode,
                phone=target.phone,
            )
            outcomes[str(outcome.result)] += 1
        except PortalError as error:
            outcomes[error.code] += 1
            log.warning("poll failed", shipment=target.shipment_id, code=error.code)
    return dict(outcomes)


def _claim(shipments: Iterable[Shipment], now: dt.datetime) -> list[PollTarget]:
    claimed = list(shipments)
    _mark(claimed, now)
    return [
        PollTarget(
            shipment_id=item.pk,
            carrier=item.carrier,
            number=item.number,
            mode=platform_mode(item.mode),
            phone=item.phone_tail or item.sender_phone_tail,
        )
        for item in claimed
    ]


def _mark(shipments: Iterable[Shipment], at: dt.datetime) -> None:
    """Write the poll and the risk that silence has brought by now."""
    changed = []
    for item in shipments:
        silent_for = at - (item.last_heard_at or item.created_at)
        item.last_polled_at = at
        item.poll_due_at = at + max(POLL_SPACING, silence_threshold(item.status) / 2)
        item.risk = risk_of(status=item.status, substatus=item.substatus, silent_for=silent_for)
        changed.append(item)
    Shipment.objects.bulk_update(changed, ["last_polled_at", "poll_due_at", "risk"])


def _may_poll(shipment: Shipment, now: dt.datetime) -> bool:
    return shipment.last_polled_at is None or shipment.last_polled_at <= now - POLL_SPACING
