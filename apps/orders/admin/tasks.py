"""What a person can do with an order or a booking; each calls one service."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.core.actions import Actor
from apps.orders import services
from apps.orders.admin.forms import AddressForm, BringForm, CarrierForm, NoteForm, RetryForm
from apps.orders.choices import BookingState, OrderStatus
from apps.orders.models import Booking, Order
from apps.orders.services.bringing import MAY_BE_BROUGHT

WORK = "orders.work_on_bookings"
UNBOOKED = (
    OrderStatus.RECEIVED.value,
    OrderStatus.BLOCKED.value,
    OrderStatus.BOOKING.value,
)
EARLY = (*UNBOOKED, OrderStatus.BOOKED.value)
STOPPED = (BookingState.FAILED.value, BookingState.UNKNOWN.value)
UNSENT = (BookingState.HELD.value, BookingState.READY.value)


def cancel(request: HttpRequest, order: Order, values: Values) -> Any:
    """Cancel an order for the person asking."""
    done = services.cancel_order(
        order_id=order.pk, actor=Actor.user(request.user), reason=values["reason"]
    )
    if done.status == OrderStatus.CANCELLED.value:
        return _("Order %(number)s is cancelled.") % {"number": order.number}
    return _("The carrier has been asked to cancel order %(number)s.") % {"number": order.number}


def correct(request: HttpRequest, order: Order, values: Values) -> Any:
    """Correct where an order goes; what was stopped by the address is sent again."""
    current = recipient_of(order)
    fields = {name: value for name, value in values.items() if value != current[name]}
    services.correct_order_address(order_id=order.pk, fields=fields, actor=Actor.user(request.user))
    return _("The address of order %(number)s is corrected.") % {"number": order.number}


def recipient_of(order: Order) -> Values:
    """Return the recipient as the address form starts with."""
    return {
        "name": order.recipient_name,
        "phone": order.recipient_phone,
        "email": order.recipient_email,
        **{
            name: getattr(order, name)
            for name in ("country", "province", "city", "district", "street", "postcode")
        },
    }


def retry(request: HttpRequest, booking: Booking, values: Values) -> Any:
    """Book a parcel again."""
    services.retry_booking(
        booking_id=booking.pk,
        actor=Actor.user(request.user),
        not_booked=values.get("not_booked", False),
        note=values.get("note", ""),
    )
    return _("The parcel is booked again; the carrier's answer follows.")


def change_carrier(request: HttpRequest, booking: Booking, values: Values) -> Any:
    """Give a parcel to another carrier."""
    services.change_booking_carrier(
        booking_id=booking.pk,
        carrier=values["carrier"],
        actor=Actor.user(request.user),
        not_booked=values.get("not_booked", False),
        note=values.get("note", ""),
    )
    return _("The parcel goes to another carrier; its answer follows.")


def hold(request: HttpRequest, booking: Booking, values: Values) -> Any:
    """Keep a booking from being sent."""
    services.hold_booking(
        booking_id=booking.pk, actor=Actor.user(request.user), note=values["note"]
    )
    return _("The booking is held until somebody releases it.")


def dismiss(request: HttpRequest, booking: Booking, values: Values) -> Any:
    """Take a booking off the worklist."""
    services.dismiss_problem(
        booking_id=booking.pk, actor=Actor.user(request.user), note=values.get("note", "")
    )
    return _("Taken off the worklist.")


def bring(request: HttpRequest, booking: Booking, values: Values) -> Any:
    """Take the number of a parcel the shop booked elsewhere."""
    parcel = services.bring_number(
        order_id=booking.parcel.order_id,
        position=booking.parcel.position,
        carrier=values["carrier"],
        number=values["carrier_number"],
        actor=Actor.user(request.user),
    )
    return _("The parcel is now tracked under %(number)s.") % {"number": parcel.shipment.number}


def may_bring(booking: Booking) -> bool:
    """Whether the platform cannot have a booking of this parcel, so that a number may come."""
    return booking.state in MAY_BE_BROUGHT and not booking.maybe_sent


def may_dismiss(booking: Booking) -> bool:
    """Whether nothing but a look was needed: held and unknown ones wait for a decision."""
    waiting = booking.state in (BookingState.HELD.value, BookingState.UNKNOWN.value)
    return bool(booking.problem) and not booking.settled and not waiting


def needs_no_word(booking: Booking) -> tuple[str, ...]:
    """Only an unknown outcome needs somebody's word that there is no pickup."""
    return () if booking.state == BookingState.UNKNOWN.value else ("not_booked",)


ORDER_TASKS = (
    Task(
        name="address",
        label=_("Correct the address"),
        explain=_(
            "Possible while no carrier has a parcel of this order. The address is cleaned and"
            " checked again; parcels that waited because of it are booked."
        ),
        permission="orders.change_order",
        run=correct,
        form=AddressForm,
        icon="edit_location_alt",
        applies=lambda order: order.status in UNBOOKED,
        initial=recipient_of,
        personal=True,
    ),
    Task(
        name="cancel",
        label=_("Cancel the order"),
        explain=_(
            "All parcels of this order are cancelled. What the carrier already has booked is"
            " cancelled there too; what it has picked up can only be returned."
        ),
        permission="orders.cancel_order",
        run=cancel,
        form=ReasonForm,
        icon="cancel",
        danger=True,
        applies=lambda order: order.status in EARLY,
    ),
)
BOOKING_TASKS = (
    Task(
        name="bring",
        label=_("Bring the number"),
        explain=_(
            "For a parcel that was booked with a carrier elsewhere. It is not booked at the"
            " platform any more and only tracked under this number."
        ),
        permission=WORK,
        run=bring,
        form=BringForm,
        icon="pin",
        applies=may_bring,
        initial=lambda booking: {"carrier": booking.carrier},
    ),
    Task(
        name="retry",
        label=_("Book again"),
        explain=_("The parcel is offered to the same carrier under a new reference."),
        permission=WORK,
        run=retry,
        form=RetryForm,
        omit=needs_no_word,
        icon="refresh",
        applies=lambda booking: booking.state in (*STOPPED, BookingState.HELD.value),
    ),
    Task(
        name="carrier",
        label=_("Change the carrier"),
        explain=_("The parcel is offered to the carrier you choose."),
        permission=WORK,
        run=change_carrier,
        form=CarrierForm,
        omit=needs_no_word,
        icon="swap_horiz",
        applies=lambda booking: booking.state in (*STOPPED, *UNSENT),
        initial=lambda booking: {"carrier": booking.carrier},
    ),
    Task(
        name="hold",
        label=_("Hold"),
        explain=_("The booking is not sent until somebody releases it."),
        permission=WORK,
        run=hold,
        form=NoteForm,
        icon="pause_circle",
        applies=lambda booking: (
            booking.state == BookingState.READY.value and not booking.maybe_sent
        ),
    ),
    Task(
        name="dismiss",
        label=_("Take off the worklist"),
        explain=_("Nothing else changes: the parcel stays as it is."),
        permission=WORK,
        run=dismiss,
        form=NoteForm,
        icon="done",
        applies=may_dismiss,
    ),
)
