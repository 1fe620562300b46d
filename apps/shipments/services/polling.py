"""Asking the platform about parcels that say nothing, within what it allows.

Claiming is separate from asking: a claim is a short transaction that writes `last_polled_at`, so
two workers never ask for the same number, and a worker that dies has only used up one question.
The platform's limit itself (once per number in 30 minutes) is kept once more in baidiyun.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from django.db import transaction

from apps.baidiyun.choices import QueryResult
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.limits.choices import LadderStep, Priority
from apps.baidiyun.limits.selectors import current_step
from apps.baidiyun.outcomes import QueryOutcome
from apps.baidiyun.services import query_tracking
from apps.core import clock
from apps.core.errors import PortalError
from apps.core.lanes import in_lanes
from apps.shipments.legs import BOOKED
from apps.shipments.models import Leg, Shipment
from apps.shipments.modes import platform_mode
from apps.shipments.risk import RISKY_FROM, risk_of, silence_threshold, widened_interval
from apps.shipments.selectors import POLL_SPACING, due_for_poll, open_shipments_by_need

ROUND_SECONDS = 8.0
"""Less than the ten seconds between two ticks, so that waiting rounds do not pile up."""
LONGEST_WAIT = 2.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PollTarget:
    """A number to ask for, on whose account; ``phone`` is the four digits some carriers want."""

    shipment_id: int
    carrier: str
    number: str
    mode: str
    phone: str
    merchant_id: int | None = None
    priority: Priority = Priority.SILENT
    asked_before: dt.datetime | None = None


def claim_silent(*, limit: int) -> list[PollTarget]:
    """Claim shipments that have been silent too long for their status, longest due first.

    The gateway's ladder decides how many: widened intervals, only the risky ones, or none.
    """
    now, step = clock.now(), current_step()
    if step.rank >= LadderStep.CACHED.rank:
        return []
    with transaction.atomic():
        due = due_for_poll(now=now, limit=limit, min_risk=_min_risk(step))
        rows = list(due.select_for_update(skip_locked=True, no_key=True))
        ready = rows if step is LadderStep.FULL else _put_off_until_widened(rows, now)
        return _claim(ready, now)


def claim_risky(*, limit: int, at: dt.datetime | None = None) -> list[PollTarget]:
    """Claim the open shipments where asking matters most, by risk × silence.

    From "only risky" on the ladder those without much risk are left out, from "cached" on all.
    ``at`` is the moment of the claim, now if not given.
    """
    now, step = at or clock.now(), current_step()
    if step.rank >= LadderStep.CACHED.rank:
        return []
    with transaction.atomic():
        need = open_shipments_by_need(now=now, limit=limit, min_risk=_min_risk(step))
        wanted = [item.pk for item in need]
        rows = (
            Shipment.objects.filter(pk__in=wanted, closed_at__isnull=True)
            .order_by("id")
            .select_for_update(skip_locked=True, no_key=True)
        )
        due = [row for row in rows if _may_poll(row, now)]
        return _claim(due, now, otherwise=Priority.ROUTINE)


def mark_polled(*, shipment_ids: Sequence[int], at: dt.datetime) -> None:
    """Note that shipments were asked for at ``at`` (business time) and when to ask next."""
    with transaction.atomic():
        rows = Shipment.objects.filter(pk__in=shipment_ids).order_by("id")
        _mark(rows.select_for_update(no_key=True), at)


def poll_claimed(*, targets: Iterable[PollTarget], lanes: int = 1) -> dict[str, int]:
    """Ask for each number as :func:`poll_each` does. Returns outcome → count."""
    return dict(Counter(result for _, result in poll_each(targets=targets, lanes=lanes)))


def poll_each(*, targets: Iterable[PollTarget], lanes: int = 1) -> list[tuple[PollTarget, str]]:
    """Ask for each number, ``lanes`` at a time; the answers go through the inbox. Returns each
    target's outcome.

    One number's failure does not stop the others: it is due again after the next interval. A round
    waits for tokens up to ``ROUND_SECONDS`` in all. What the gateway still holds back was not
    asked: the claim is undone, and so are those of the same kind after it.
    """
    until = time.monotonic() + ROUND_SECONDS
    held: dict[tuple[str, Priority], float] = {}
    return in_lanes(lambda target: (target, _poll(target, held, until)), targets, lanes=lanes)


def _poll(target: PollTarget, held: dict[tuple[str, Priority], float], until: float) -> str:
    """Ask for one number and return its outcome; ``held`` is what the round knows to be held."""
    kind = (target.mode, target.priority)
    if kind in held:
        _put_back(target, held[kind])
        return QueryResult.HELD_BACK.value
    try:
        outcome = _ask_in_time(target, until)
    except PortalError as error:
        log.warning("poll failed", shipment=target.shipment_id, code=error.code)
        return error.code
    if outcome.retry_after is not None:
        held[kind] = outcome.retry_after
        _put_back(target, outcome.retry_after)
    return outcome.result.value


def _ask_in_time(target: PollTarget, until: float) -> QueryOutcome:
    """Ask, waiting for a token as long as the round lasts."""
    while True:
        outcome = _ask(target)
        wait = outcome.retry_after
        if wait is None or wait > LONGEST_WAIT or time.monotonic() + wait > until:
            return outcome
        time.sleep(wait)


def _ask(target: PollTarget) -> QueryOutcome:
    with acting_for(target.merchant_id):
        return query_tracking(
            subject=target.shipment_id,
            carrier=target.carrier,
            number=target.number,
            mode=target.mode,
            phone=target.phone,
            priority=target.priority,
        )


def _min_risk(step: LadderStep) -> int:
    return RISKY_FROM if step is LadderStep.ONLY_RISKY else 0


def _put_off_until_widened(rows: Sequence[Shipment], now: dt.datetime) -> list[Shipment]:
    """Return those that are due even at the widened interval; the others become due then."""
    ready, later = [], []
    for item in rows:
        asked = max(filter(None, (item.created_at, item.last_heard_at, item.last_polled_at)))
        due = asked + widened_interval(status=item.status, age=now - item.created_at)
        if due <= now:
            ready.append(item)
        else:
            item.poll_due_at = due
            later.append(item)
    Shipment.objects.bulk_update(later, ["poll_due_at"])
    return ready


def _put_back(target: PollTarget, seconds: float) -> None:
    """Undo a claim whose question was never asked; it is due again when the gateway says."""
    Shipment.objects.filter(pk=target.shipment_id, closed_at__isnull=True).update(
        last_polled_at=target.asked_before,
        poll_due_at=clock.now() + dt.timedelta(seconds=seconds),
    )


def _claim(
    shipments: Iterable[Shipment], now: dt.datetime, *, otherwise: Priority = Priority.SILENT
) -> list[PollTarget]:
    claimed = list(shipments)
    asked_before = {item.pk: item.last_polled_at for item in claimed}
    _mark(claimed, now)
    carrying = _carrying([item.pk for item in claimed])
    return [
        PollTarget(
            shipment_id=item.pk,
            carrier=carrying.get(item.pk, (item.carrier, item.number))[0],
            number=carrying.get(item.pk, (item.carrier, item.number))[1],
            mode=platform_mode(item.mode),
            phone=item.phone_tail or item.sender_phone_tail,
            merchant_id=item.merchant_id,
            priority=Priority.RISKY if item.risk >= RISKY_FROM else otherwise,
            asked_before=asked_before[item.pk],
        )
        for item in claimed
    ]


def _carrying(shipment_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return carrier and number of the linked leg that has the parcel, where one has it."""
    rows = Leg.objects.filter(
        shipment_id__in=shipment_ids,
        unlinked_at__isnull=True,
        handed_over_at__isnull=True,
        closed_at__isnull=True,
    ).order_by("shipment_id", "sequence")
    found: dict[int, tuple[str, str]] = {}
    seen: set[int] = set()
    for leg in rows:
        if leg.shipment_id not in seen and leg.link_source != BOOKED and leg.number:
            found[leg.shipment_id] = (leg.carrier, leg.number)
        seen.add(leg.shipment_id)
    return found


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
