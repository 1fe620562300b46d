"""Telling the platform about a claim: a work order with the evidence, opened once.

Opening is not idempotent at the platform (contract §5.11 documents no reply), so a claim whose
answer was lost is only told again when a person says that there is none.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import ReplyOutcome
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.workorder import WorkOrder
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.core.masking import mask_text
from apps.orders.choices import ClaimState, WorkOrderState
from apps.orders.claim_words import describe_claim
from apps.orders.errors import NotAllowedNow
from apps.orders.models import Claim
from apps.orders.platform_sources import HELD_BACK

LEASE = dt.timedelta(minutes=2)
TOLD = {
    ReplyOutcome.DONE: WorkOrderState.OPENED,
    ReplyOutcome.REFUSED: WorkOrderState.REFUSED,
    ReplyOutcome.UNKNOWN: WorkOrderState.UNKNOWN,
    ReplyOutcome.NOT_SENT: WorkOrderState.NONE,
}


def open_claim_work_order(*, claim_id: int, actor: Actor, not_opened: bool = False) -> Claim:
    """Open a work order about an open claim and keep the platform's id of it.

    The claim's ``work_order_state`` says what came of it: opened, refused (``work_order_error``
    says why), unknown (it may be open: look at the platform, then say ``not_opened``). Call it
    outside a transaction. Raises NotAllowedNow where it may not be opened, and where nothing was
    sent: ``held_back``, ``not_configured`` or ``not_sent``; the claim is then as before.
    """
    claim, before = _take_up(claim_id, not_opened=not_opened)
    try:
        reply = _ask(claim)
    except PortalError as error:
        _put_back(claim, before, str(error))
        raise NotAllowedNow(
            _("There is no account at the platform."), code="not_configured"
        ) from error
    if reply.outcome == ReplyOutcome.NOT_SENT:
        _put_back(claim, before, f"{reply.code} {reply.message}")
        raise _not_sent(reply)
    return _record(claim, reply, actor)


def _take_up(claim_id: int, *, not_opened: bool) -> tuple[Claim, str]:
    """Mark a claim as being told; returns it with the state it had."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim_id)
        before = claim.work_order_state
        _check(claim, not_opened=not_opened)
        claim.work_order_state = WorkOrderState.OPENING.value
        claim.work_order_at = clock.real_now()
        claim.save(update_fields=["work_order_state", "work_order_at"])
    rows = Claim.objects.select_related("booking__parcel__order", "booking__parcel__shipment")
    return rows.get(pk=claim_id), before


def _check(claim: Claim, *, not_opened: bool) -> None:
    if claim.state != ClaimState.OPEN.value:
        raise NotAllowedNow(_("This claim is not open."))
    if claim.work_order_state == WorkOrderState.OPENED.value:
        raise NotAllowedNow(_("The platform has this claim already."), code="already_opened")
    asked = claim.work_order_at
    fresh = asked is not None and clock.real_now() - asked < LEASE
    if claim.work_order_state == WorkOrderState.OPENING.value and fresh:
        raise NotAllowedNow(_("The platform is being asked just now."), code="being_opened")
    in_doubt = {WorkOrderState.OPENING.value, WorkOrderState.UNKNOWN.value}
    if claim.work_order_state in in_doubt and not not_opened:
        raise NotAllowedNow(
            _("The platform may have this work order: look there first, then say it has none."),
            code="outcome_unknown",
        )
    if not claim.booking.parcel.shipment.number:
        raise NotAllowedNow(_("This parcel has no carrier number yet."), code="no_number")


def _ask(claim: Claim) -> Reply[WorkOrder]:
    booking = claim.booking
    order, shipment = booking.parcel.order, booking.parcel.shipment
    with acting_for(order.merchant_id):
        return gateway.open_work_order(
            mode=order.mode,
            subject=booking.pk,
            carrier=shipment.carrier,
            number=shipment.number,
            kind=claim.kind,
            content=describe_claim(
                kind=claim.kind,
                expected=claim.expected,
                charged=claim.charged,
                evidence=claim.evidence,
            ),
            order_id=booking.platform_order_id,
        )


def _put_back(claim: Claim, before: str, why: str) -> None:
    Claim.objects.filter(pk=claim.pk, work_order_state=WorkOrderState.OPENING.value).update(
        work_order_state=before, work_order_error=mask_text(why.strip())[:300]
    )


def _not_sent(reply: Reply[WorkOrder]) -> NotAllowedNow:
    if reply.code in HELD_BACK:
        return NotAllowedNow(_("The gateway is holding calls back just now."), code="held_back")
    return NotAllowedNow(_("The platform did not answer."), code="not_sent")


def _record(claim: Claim, reply: Reply[WorkOrder], actor: Actor) -> Claim:
    state = TOLD[reply.outcome]
    with transaction.atomic():
        row = Claim.objects.select_for_update().get(pk=claim.pk)
        row.work_order_state = state.value
        row.consult_id = reply.data.consult_id[:64] if reply.data else ""
        said = "" if reply.ok else f"{reply.code} {reply.message}".strip()
        row.work_order_error = mask_text(said)[:300]
        row.save(update_fields=["work_order_state", "consult_id", "work_order_error"])
        record_action(
            action="orders.claim.work_order",
            actor=actor,
            subject=row,
            merchant_id=claim.booking.parcel.order.merchant_id,
            after={"state": state.value, "consult_id": row.consult_id},
            note=row.work_order_error,
        )
    return row
