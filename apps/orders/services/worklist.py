"""What a person does about a booking that stands on the worklist. Every step is logged."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.text import clean_line
from apps.orders.carrier_rules import STAFF
from apps.orders.choices import BookingProblem, BookingState, HoldReason
from apps.orders.errors import InvalidOrder, NotAllowedNow
from apps.orders.models import Booking, Order
from apps.orders.route_selectors import open_brake
from apps.orders.services.common import is_configured, lock_booking, refresh_orders
from apps.orders.services.declaring import parcel_waits_for
from apps.orders.services.ride_orders import misfit, ride_of
from apps.orders.validation import FieldProblem
from apps.shipments.carriers import find_carrier


def retry_booking(
    *, booking_id: int, actor: Actor, not_booked: bool = False, note: str = ""
) -> Booking:
    """Book the parcel again: a new attempt with a new reference, or the release of a held one.

    ``not_booked`` is the person's word that the platform has no pickup; without it a booking
    whose outcome is unknown is refused, because a blind retry may book twice. Raises
    NotAllowedNow in every other state.
    """
    with transaction.atomic():
        order, booking = _open(booking_id)
        if booking.state == BookingState.HELD.value:
            _release(order, booking, set(booking.hold_reasons))
            after = booking
        else:
            _check_may_retry(booking, not_booked=not_booked)
            after = new_attempt(booking, carrier=booking.carrier)
        _done(order, booking, after, "orders.booking.retried", actor, note=note)
    return after


def release_booking(
    *, booking_id: int, actor: Actor, reasons: list[str] | None = None, note: str = ""
) -> Booking:
    """Take reasons (all of them when None) off a held booking; without any it is ready to send.

    Raises NotAllowedNow if it is not held, or while there are no credentials to send it with.
    """
    with transaction.atomic():
        order, booking = _open(booking_id)
        if booking.state != BookingState.HELD.value:
            raise NotAllowedNow(_("This booking is not held."))
        _release(order, booking, set(booking.hold_reasons if reasons is None else reasons))
        _done(order, booking, booking, "orders.booking.released", actor, note=note)
    return booking


def hold_booking(*, booking_id: int, actor: Actor, note: str = "") -> Booking:
    """Keep a booking that was not sent yet from being sent. Raises NotAllowedNow."""
    with transaction.atomic():
        order, booking = _open(booking_id)
        if booking.state != BookingState.READY.value or booking.maybe_sent:
            raise NotAllowedNow(_("Only a booking that was not sent yet can be held."))
        booking.state = BookingState.HELD.value
        booking.hold_reasons = [HoldReason.STAFF.value]
        booking.raise_problem(BookingProblem.BLOCKED, code=HoldReason.STAFF.value, message=note)
        booking.save()
        _done(order, booking, booking, "orders.booking.held", actor, note=note)
    return booking


def change_booking_carrier(
    *, booking_id: int, carrier: str, actor: Actor, not_booked: bool = False, note: str = ""
) -> Booking:
    """Give the parcel to another carrier: in place while nothing was sent, else by a new attempt.

    Raises InvalidOrder for a carrier that does not exist, NotAllowedNow as `retry_booking` does.
    """
    code = clean_line(carrier).value.lower()
    if find_carrier(code) is None:
        raise InvalidOrder([FieldProblem("carrier", "unknown_carrier", code[:40])])
    with transaction.atomic():
        order, booking = _open(booking_id)
        if wrong := misfit(code, is_ride=ride_of(booking.parcel) is not None):
            raise InvalidOrder([FieldProblem("carrier", wrong, code[:40])])
        unsent = booking.state in (BookingState.HELD.value, BookingState.READY.value)
        if unsent and not booking.maybe_sent:
            before, after = booking.carrier, booking
            booking.carrier, booking.carrier_reason = code, STAFF
            booking.save(update_fields=["carrier", "carrier_reason"])
        else:
            _check_may_retry(booking, not_booked=not_booked)
            before, after = booking.carrier, new_attempt(booking, carrier=code)
        _done(
            order,
            booking,
            after,
            "orders.booking.carrier_changed",
            actor,
            note=note,
            carrier=before,
        )
    return after


def dismiss_problem(*, booking_id: int, actor: Actor, note: str = "") -> Booking:
    """Take a booking off the worklist after somebody looked: nothing else changes.

    Raises NotAllowedNow if it has no open problem, or is held or of unknown outcome: those wait
    for a decision.
    """
    with transaction.atomic():
        order, booking = _open(booking_id, cancelled_too=True)
        waiting = (BookingState.HELD.value, BookingState.UNKNOWN.value)
        if not booking.problem or booking.settled or booking.state in waiting:
            raise NotAllowedNow(_("There is nothing to dismiss."))
        booking.settled = True
        booking.save(update_fields=["settled"])
        _done(order, booking, booking, "orders.booking.dismissed", actor, note=note)
    return booking


def new_attempt(booking: Booking, *, carrier: str) -> Booking:
    """Settle a locked booking that is over and make the next attempt of its parcel."""
    booking.settled = True
    if booking.state == BookingState.UNKNOWN.value:
        booking.state = BookingState.FAILED.value
    booking.save(update_fields=["settled", "state"])
    attempt = booking.attempt + 1
    made = Booking(
        parcel=booking.parcel,
        attempt=attempt,
        state=BookingState.READY.value,
        carrier=carrier,
        carrier_reason=booking.carrier_reason if carrier == booking.carrier else STAFF,
        third_order_id=f"{booking.parcel.shipment.uid}-{attempt}",
        next_at=clock.real_now(),
    )
    if waits := [reason.value for reason in parcel_waits_for(booking.parcel)]:
        made.state, made.hold_reasons = BookingState.HELD.value, waits
        made.raise_problem(BookingProblem.BLOCKED, code=waits[0])
    made.save()
    return made


def _open(booking_id: int, *, cancelled_too: bool = False) -> tuple[Order, Booking]:
    """Lock the latest attempt of a parcel whose order lives."""
    order, booking = lock_booking(booking_id)
    if order.cancelled_at is not None and not cancelled_too:
        raise NotAllowedNow(_("This order is cancelled."))
    if Booking.objects.filter(parcel=booking.parcel, attempt__gt=booking.attempt).exists():
        raise NotAllowedNow(_("This parcel was booked again meanwhile."))
    return order, booking


def _check_may_retry(booking: Booking, *, not_booked: bool) -> None:
    if booking.state == BookingState.UNKNOWN.value and not not_booked:
        raise NotAllowedNow(
            _("The platform may have this pickup: look there first, then say that it has none."),
            code="outcome_unknown",
        )
    if booking.state not in (BookingState.FAILED.value, BookingState.UNKNOWN.value):
        raise NotAllowedNow(_("This booking has not failed."))


def _release(order: Order, booking: Booking, reasons: set[str]) -> None:
    _check_gates(booking, reasons)
    missing = HoldReason.LIVE_NOT_CONFIGURED.value
    if (
        missing in reasons
        and missing in booking.hold_reasons
        and not is_configured(order.mode, order.merchant_id)
    ):
        raise NotAllowedNow(HoldReason.LIVE_NOT_CONFIGURED.label, code=missing)
    booking.hold_reasons = [held for held in booking.hold_reasons if held not in reasons]
    if not booking.hold_reasons:
        booking.state, booking.next_at = BookingState.READY.value, clock.real_now()
        booking.clear_problem()
    booking.save()


def _check_gates(booking: Booking, reasons: set[str]) -> None:
    """What waits for its number, its declaration, a rule or the brake; none is talked away.

    An incomplete declaration and a rule's finding are let go where they are shown, with a reason.
    """
    held = reasons & set(booking.hold_reasons)
    if HoldReason.MANUAL_ROUTE.value in held:
        code = HoldReason.MANUAL_ROUTE
        raise NotAllowedNow(str(code.label), code=code.value)
    for code in parcel_waits_for(booking.parcel):
        if code.value in held:
            raise NotAllowedNow(str(code.label), code=code.value)
    if HoldReason.LIVE_BRAKED.value in held and open_brake() is not None:
        code = HoldReason.LIVE_BRAKED
        raise NotAllowedNow(str(code.label), code=code.value)


def _done(
    order: Order,
    booking: Booking,
    after: Booking,
    action: str,
    actor: Actor,
    *,
    note: str,
    carrier: str = "",
) -> None:
    """Refresh the order and write down who did what."""
    refresh_orders([order])
    before: dict[str, Any] = {"booking": booking.third_order_id, "problem": booking.problem}
    if carrier:
        before["carrier"] = carrier
    record_action(
        action=action,
        actor=actor,
        subject=order,
        merchant_id=order.merchant_id,
        before=before,
        after={"booking": after.third_order_id, "state": after.state, "carrier": after.carrier},
        note=clean_line(note).value[:300],
    )
