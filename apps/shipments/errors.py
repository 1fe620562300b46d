"""What can go wrong with a shipment, in words for a person."""

from __future__ import annotations

from apps.core.errors import PortalError


class ShipmentError(PortalError):
    """A request about a shipment that cannot be carried out."""

    code = "shipment_error"
    permanent = True


class NumberTaken(ShipmentError):
    """The carrier's number is still open at another shipment."""

    code = "number_taken"


class NumberInvalid(ShipmentError):
    """A number or a carrier that cannot be tracked."""

    code = "number_invalid"


class ShipmentClosed(ShipmentError):
    """The shipment has ended; nothing can be changed any more."""

    code = "shipment_closed"


class ReplayRefused(ShipmentError):
    """A draft of a code's meaning that cannot be made, applied or dropped."""

    code = "replay_refused"


class LegRefused(ShipmentError):
    """What somebody wants of a leg cannot be done; the message says why."""

    code = "leg_refused"
