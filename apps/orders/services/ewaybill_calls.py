"""Calling the carrier to the shop's door for e-waybills, and calling it off.

A call is no more idempotent than the e-waybill: one whose answer was lost is not made again, the
booking stands on the worklist until somebody has asked the carrier.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import BookingOutcome, ReplyOutcome
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.errors import InvalidRequest, NotConfigured
from apps.baidiyun.outcomes import BookingAnswer
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.international import PickupConfirmation
from apps.core import clock
from apps.customs.documents.built import DocumentRefused
from apps.customs.documents.ewaybill import EwaybillParts, ewaybill_parts
from apps.customs.models import RecordVersion
from apps.customs.record import from_json
from apps.orders.choices import BookingProblem, BookingState, CallState, WarningCode
from apps.orders.ewaybill_rows import Ewaybill
from apps.orders.models import Booking, Order
from apps.orders.pickup_slots import CHINA, call_time
from apps.orders.services.common import add_warning, lock_booking, lock_orders
from apps.orders.services.ewaybills import without_account

LEASE = dt.timedelta(seconds=60)
AGAIN = dt.timedelta(minutes=1)
BEING_CALLED = BookingAnswer(BookingOutcome.UNKNOWN, code="being_called")
LOST: Reply[PickupConfirmation] = Reply(ReplyOutcome.UNKNOWN, None, "call_lost")
OPEN = (CallState.WANTED.value, CallState.CALLING.value)


def call_carriers(*, limit: int = 20) -> int:
    """Call the carriers of e-waybills that wait for it; returns how many calls were settled.

    Call it outside a transaction. Any number of workers may run it at once.
    """
    now = clock.real_now()
    due = Ewaybill.objects.filter(call_state__in=OPEN, call_at__lte=now).order_by("call_at", "pk")
    ids = list(due.values_list("booking_id", flat=True)[:limit])
    return sum(_call_one(booking_id) for booking_id in ids)


def cancel_ewaybill(booking: Booking, waybill: Ewaybill) -> BookingAnswer:
    """Call the carrier off; the waybill itself cannot be withdrawn, and the order says so.

    Call it outside a transaction, acting for the merchant. Raises NotConfigured.
    """
    if waybill.call_state == CallState.CALLING.value:
        return BEING_CALLED
    if waybill.call_state == CallState.CALLED.value and waybill.confirmation:
        answer = _call_off(booking, waybill)
        if not answer.ok:
            return answer
    _leave_behind(booking, waybill)
    return BookingAnswer(BookingOutcome.DONE)


def _call_one(booking_id: int) -> bool:
    taken = _take_up(booking_id)
    if taken is None:
        return False
    booking, waybill, lost = taken
    _record(booking, waybill, LOST if lost else _ask(booking, waybill))
    return True


def _take_up(booking_id: int) -> tuple[Booking, Ewaybill, bool] | None:
    """Claim a call; the flag says that an earlier worker died over it. None if it is not due."""
    now = clock.real_now()
    with transaction.atomic():
        order, booking = lock_booking(booking_id)
        waybill = Ewaybill.objects.select_related("account").get(booking=booking)
        if waybill.call_state not in OPEN or waybill.call_at is None or waybill.call_at > now:
            return None
        if booking.state != BookingState.BOOKED.value or order.cancelled_at is not None:
            _set_call(waybill, CallState.OFF, at=None)
            return None
        lost = waybill.call_state == CallState.CALLING.value
        waybill.ready_at = waybill.ready_at or call_time(clock.now(), waybill.account.closes)
        _set_call(waybill, CallState.CALLING, at=now + LEASE)
    booking.parcel.order = order
    return booking, waybill, lost


def _ask(booking: Booking, waybill: Ewaybill) -> Reply[PickupConfirmation]:
    order, row = booking.parcel.order, waybill.account
    try:
        parts = _parts_of(booking, waybill)
        account = gateway.open_carrier_account(row)
        with acting_for(order.merchant_id):
            reply = gateway.call_international_pickup(
                mode=order.mode,
                subject=booking.pk,
                account=account,
                carrier=row.carrier,
                sender=parts.sender,
                recipient=parts.recipient,
                packages=parts.packages,
                ready_at=waybill.ready_at or clock.now(),
                closes=row.closes,
            )
    except (NotConfigured, DocumentRefused, InvalidRequest) as error:
        return Reply(ReplyOutcome.REFUSED, None, error.code, str(error), permanent=True)
    return Reply(
        reply.outcome,
        reply.data,
        reply.code,
        without_account(reply.message, account),
        reply.permanent,
        retry_after=reply.retry_after,
    )


def _parts_of(booking: Booking, waybill: Ewaybill) -> EwaybillParts:
    """Return the fields of the version the waybill was filled from, whatever came after."""
    version = RecordVersion.objects.get(
        consignment__shipment_id=booking.parcel.shipment_id, number=waybill.record_version
    )
    return ewaybill_parts(from_json(version.record))


def _record(claimed: Booking, waybill: Ewaybill, reply: Reply[PickupConfirmation]) -> None:
    with transaction.atomic():
        _order, booking = lock_booking(claimed.pk)
        row = Ewaybill.objects.select_for_update().get(pk=waybill.pk)
        if row.call_state != CallState.CALLING.value or row.call_at != waybill.call_at:
            return
        if reply.outcome == ReplyOutcome.NOT_SENT:
            wait = dt.timedelta(seconds=reply.retry_after) if reply.retry_after else AGAIN
            _set_call(row, CallState.WANTED, at=clock.real_now() + wait)
        elif reply.ok:
            row.confirmation = (reply.data.number if reply.data else "")[:40]
            _set_call(row, CallState.CALLED, at=None)
        else:
            unknown = reply.outcome == ReplyOutcome.UNKNOWN
            _set_call(row, CallState.UNKNOWN if unknown else CallState.REFUSED, at=None)
            problem = BookingProblem.UNKNOWN if unknown else BookingProblem.REFUSED
            said = f"{reply.code} {reply.message}".strip()
            booking.raise_problem(problem, code="carrier_call", message=said)
            booking.save()


def _call_off(booking: Booking, waybill: Ewaybill) -> BookingAnswer:
    row = waybill.account
    account = gateway.open_carrier_account(row)
    day = (waybill.ready_at or clock.now()).astimezone(CHINA).date()
    reply = gateway.cancel_international_pickup(
        mode=booking.parcel.order.mode,
        subject=booking.pk,
        account=account,
        carrier=row.carrier,
        date=day,
        confirmation=waybill.confirmation,
    )
    return BookingAnswer(
        BookingOutcome(reply.outcome.value),
        code=reply.code,
        message=without_account(reply.message, account),
        permanent=reply.permanent,
        retry_after=reply.retry_after,
    )


@transaction.atomic
def _leave_behind(booking: Booking, waybill: Ewaybill) -> None:
    """Say on the order what cannot be taken back: the waybill, and a call nobody can call off."""
    order: Order = lock_orders([booking.parcel.order_id])[booking.parcel.order_id]
    called = waybill.call_state == CallState.CALLED.value
    in_doubt = waybill.call_state == CallState.UNKNOWN.value or (
        called and not waybill.confirmation
    )
    left = [WarningCode.EWAYBILL_LEFT, *([WarningCode.CALL_LEFT] if in_doubt else [])]
    for code in left:
        add_warning(order, code=code.value, field="status", detail=waybill.number)
    if called or waybill.call_state == CallState.WANTED.value:
        _set_call(waybill, CallState.OFF, at=None)


def _set_call(waybill: Ewaybill, state: CallState, *, at: dt.datetime | None) -> None:
    waybill.call_state, waybill.call_at = state.value, at
    waybill.save(update_fields=["call_state", "call_at", "ready_at", "confirmation"])
