"""What to say on the telephone: what happens next with a parcel in a given state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from apps.shipments.choices import CustomsPhase, ShipmentStatus, Substatus

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STEPS: tuple[tuple[ShipmentStatus, ...], ...] = (
    (ShipmentStatus.CREATED, ShipmentStatus.AWAITING_PICKUP),
    (ShipmentStatus.PICKED_UP,),
    (ShipmentStatus.IN_TRANSIT, ShipmentStatus.CUSTOMS, ShipmentStatus.EXCEPTION),
    (ShipmentStatus.AT_DESTINATION,),
    (
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.READY_FOR_PICKUP,
        ShipmentStatus.ATTEMPT_FAILED,
        ShipmentStatus.REFUSED,
    ),
    (
        ShipmentStatus.DELIVERED,
        ShipmentStatus.RETURNING,
        ShipmentStatus.RETURNED,
        ShipmentStatus.CANCELLED,
        ShipmentStatus.EXPIRED,
    ),
)
"""The stations of a parcel's life, each with the states that belong to it."""

WITH_CUSTOMS = frozenset({ShipmentStatus.CUSTOMS.value, ShipmentStatus.EXCEPTION.value})
NEXT: dict[str, _StrPromise] = {
    ShipmentStatus.CREATED: _("A carrier takes the booking and gives it a number."),
    ShipmentStatus.AWAITING_PICKUP: _("The courier collects it from the sender."),
    ShipmentStatus.PICKED_UP: _("It leaves the sender's city."),
    ShipmentStatus.IN_TRANSIT: _("It arrives in the destination city."),
    ShipmentStatus.AT_DESTINATION: _("A courier takes it out for delivery."),
    ShipmentStatus.CUSTOMS: _("Customs clears it, then it travels on to its destination."),
    ShipmentStatus.OUT_FOR_DELIVERY: _("The courier hands it over, normally the same day."),
    ShipmentStatus.READY_FOR_PICKUP: _("The recipient collects it at the station or locker."),
    ShipmentStatus.ATTEMPT_FAILED: _(
        "The courier tries again. Confirm telephone and address with the recipient."
    ),
    ShipmentStatus.EXCEPTION: _("The carrier has to be asked."),
    ShipmentStatus.REFUSED: _("It goes back to the sender, unless the recipient takes it."),
    ShipmentStatus.RETURNING: _("It arrives back at the sender."),
    ShipmentStatus.EXPIRED: _("Nothing is expected: the carrier no longer reports on it."),
}
NEXT_BY_SUBSTATUS: dict[tuple[str, str], _StrPromise] = {
    (ShipmentStatus.CUSTOMS, Substatus.CUSTOMS_CLEARED): _(
        "Cleared: it travels on to its destination."
    ),
    (ShipmentStatus.CUSTOMS, Substatus.CUSTOMS_HELD): _(
        "Customs wants something. Find out what, and send it."
    ),
    (ShipmentStatus.EXCEPTION, Substatus.LOST): _("The carrier has to search, or pay for it."),
    (ShipmentStatus.EXCEPTION, Substatus.DAMAGED): _(
        "The recipient decides whether to take it; the carrier pays for the damage."
    ),
}


NEXT_BY_PHASE: dict[str, _StrPromise] = {
    CustomsPhase.INFO_REQUIRED: _(
        "Customs waits for an answer: the declaration says what is asked and who has it."
    ),
    CustomsPhase.REFUSED: _("Customs refuses it: it goes back, unless somebody objects."),
    CustomsPhase.RETURNED: _("Customs sends it back to the sender."),
    CustomsPhase.DESTROYED: _("Customs destroys it; nothing more is delivered."),
}
"""What customs said last, before what the state says; only while the parcel is with customs."""


def what_happens_next(*, status: str, substatus: str, number: str, phase: str = "") -> str:
    """Return a sentence that can be read out; empty where nothing more happens."""
    if status in WITH_CUSTOMS and phase in NEXT_BY_PHASE:
        return str(NEXT_BY_PHASE[phase])
    if status == ShipmentStatus.AWAITING_PICKUP and not number:
        return str(_("The courier collects it; the number follows."))
    said = NEXT_BY_SUBSTATUS.get((status, substatus)) or NEXT.get(status)
    return str(said or "")


def step_of(status: str) -> int:
    """Return which station of :data:`STEPS` a state belongs to, from 0."""
    return next((index for index, states in enumerate(STEPS) if status in states), 0)
