"""The brake on new live bookings: it goes on by itself and is released by a person."""

from __future__ import annotations

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.regions import HOME
from apps.core.text import clean_line
from apps.customs.choices import RuleStage
from apps.customs.services import enter_stage
from apps.orders.choices import BookingProblem, BookingState, HoldReason
from apps.orders.errors import NotAllowedNow
from apps.orders.models import Booking, LiveBrake
from apps.orders.route_selectors import live_figures, open_brake
from apps.orders.services.common import lock_bookings, lock_orders, orders_of, refresh_orders
from apps.shipments.choices import ShipmentMode

log = structlog.get_logger(__name__)
BATCH = 200


def watch_live_calls() -> LiveBrake | None:
    """Return the brake that is on, putting it on if the last five minutes say so.

    It says so in the log and the action log once, however many workers notice together.
    """
    brake = open_brake()
    if brake is not None:
        return brake
    figures = live_figures()
    if not figures.trips:
        return None
    try:
        with transaction.atomic():
            brake = LiveBrake.objects.create(
                tripped_at=clock.real_now(), calls=figures.calls, failed=figures.failed
            )
            record_action(
                action="orders.live_brake.tripped",
                actor=Actor.system("orders"),
                subject=brake,
                after={"calls": figures.calls, "failed": figures.failed},
            )
    except IntegrityError:
        return open_brake()
    log.error("live bookings braked", calls=figures.calls, failed=figures.failed)
    return brake


def release_brake(*, note: str, actor: Actor, released_by: User | None = None) -> LiveBrake:
    """Let live bookings go out again; failures before now do not count any more.

    What was held goes on its way at once, or with the next ticks where it is much. Raises
    NotAllowedNow without a note or while the brake is not on.
    """
    why = clean_line(note).value[:300]
    if not why:
        raise NotAllowedNow(_("Say why in a note."), code="note_required")
    with transaction.atomic():
        rows = LiveBrake.objects.select_for_update().filter(released_at__isnull=True)
        brake = rows.first()
        if brake is None:
            raise NotAllowedNow(_("The brake is not on."), code="not_braked")
        brake.released_at, brake.released_by, brake.note = clock.real_now(), released_by, why
        brake.save(update_fields=["released_at", "released_by", "note"])
        record_action(
            action="orders.live_brake.released",
            actor=actor,
            subject=brake,
            before={"calls": brake.calls, "failed": brake.failed},
            note=why,
        )
    free_braked()
    return brake


def free_braked(*, limit: int = BATCH) -> int:
    """Take the brake's reason off up to ``limit`` held bookings once it is released."""
    if open_brake() is not None:
        return 0
    held = Booking.objects.filter(
        state=BookingState.HELD.value, hold_reasons__contains=[HoldReason.LIVE_BRAKED.value]
    )
    ids = list(held.order_by("pk").values_list("pk", flat=True)[:limit])
    if not ids:
        return 0
    with transaction.atomic():
        orders = lock_orders(orders_of(ids))
        bookings = lock_bookings(ids)
        freed = sum(_free(booking) for booking in bookings.values())
        refresh_orders(orders.values())
    return freed


def gate_of(booking: Booking) -> HoldReason | None:
    """Return why a booking may not be sent just now.

    A manual parcel is never sent. One that may be at the platform already is no new booking: it
    goes on, so that its outcome becomes known. A parcel that leaves the country is asked of the
    rules that bind now: whatever was published since it was ordered, it does not slip through.
    """
    shipment = booking.parcel.shipment
    if shipment.mode == ShipmentMode.MANUAL.value:
        return HoldReason.MANUAL_ROUTE
    if booking.maybe_sent or booking.state == BookingState.SENDING.value:
        return None
    if shipment.destination_country != HOME and _held_by_rules(shipment.pk):
        return HoldReason.COMPLIANCE
    if shipment.mode != ShipmentMode.LIVE.value:
        return None
    return HoldReason.LIVE_BRAKED if watch_live_calls() else None


def hold_at_gate(booking: Booking, reason: HoldReason) -> None:
    """Hold a locked booking that is ready, for a person or until the reason goes. Saves it."""
    booking.state = BookingState.HELD.value
    booking.hold_reasons = list(dict.fromkeys([*booking.hold_reasons, reason.value]))
    booking.raise_problem(BookingProblem.BLOCKED, code=reason.value)
    booking.save()


def _held_by_rules(shipment_id: int) -> bool:
    row = enter_stage(shipment_id=shipment_id, stage=RuleStage.PACK, actor=Actor.system("orders"))
    return row is not None and row.held_by_rules


def _free(booking: Booking) -> bool:
    reason = HoldReason.LIVE_BRAKED.value
    if booking.state != BookingState.HELD.value or reason not in booking.hold_reasons:
        return False
    booking.hold_reasons = [held for held in booking.hold_reasons if held != reason]
    if booking.hold_reasons:
        booking.error_code = booking.hold_reasons[0]
    else:
        booking.state, booking.next_at = BookingState.READY.value, clock.real_now()
        booking.clear_problem()
    booking.save()
    return True
