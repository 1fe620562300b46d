"""Every enumeration of shipments: value, label, colour."""

from __future__ import annotations

from enum import IntEnum, IntFlag

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class ShipmentStatus(LabelledEnum):
    """Main status of a shipment, and of the single events it is computed from."""

    CREATED = "created", _("Created"), "default"
    AWAITING_PICKUP = "awaiting_pickup", _("Awaiting pickup"), "default"
    PICKED_UP = "picked_up", _("Picked up"), "info"
    IN_TRANSIT = "in_transit", _("In transit"), "info"
    AT_DESTINATION = "at_destination", _("Arrived in destination city"), "info"
    CUSTOMS = "customs", _("In customs"), "warning"
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery"), "info"
    READY_FOR_PICKUP = "ready_for_pickup", _("Ready for collection"), "info"
    DELIVERED = "delivered", _("Delivered"), "success"
    ATTEMPT_FAILED = "attempt_failed", _("Delivery attempt failed"), "warning"
    EXCEPTION = "exception", _("Exception"), "danger"
    REFUSED = "refused", _("Refused"), "danger"
    RETURNING = "returning", _("Returning to sender"), "warning"
    RETURNED = "returned", _("Returned to sender"), "default"
    CANCELLED = "cancelled", _("Cancelled"), "default"
    EXPIRED = "expired", _("Tracking expired"), "default"


TERMINAL_STATUSES: frozenset[str] = frozenset(
    {
        ShipmentStatus.DELIVERED.value,
        ShipmentStatus.RETURNED.value,
        ShipmentStatus.CANCELLED.value,
        ShipmentStatus.EXPIRED.value,
    }
)


class Substatus(LabelledEnum):
    """What is known beyond the main status; each belongs to exactly one of them."""

    NONE = "", _("—"), "default"
    CUSTOMS_PENDING = "pending", _("Awaiting clearance"), "default"
    CUSTOMS_PROCESSING = "processing", _("Being cleared"), "info"
    CUSTOMS_CLEARED = "cleared", _("Cleared"), "success"
    CUSTOMS_HELD = "held", _("Held by customs"), "danger"
    DELIVERED_SELF = "self", _("To the recipient"), "success"
    DELIVERED_PROXY = "proxy", _("To someone else"), "success"
    DELIVERED_LOCKER = "locker", _("Locker or station"), "success"
    DELIVERED_AFTER_EXCEPTION = "after_exception", _("After an exception"), "success"
    UNREACHABLE = "unreachable", _("Recipient unreachable"), "warning"
    OUT_OF_AREA = "out_of_area", _("Out of delivery area"), "warning"
    OTHER = "other", _("Other reason"), "warning"
    STUCK = "stuck", _("No update for too long"), "danger"
    OVERDUE = "overdue", _("Overdue"), "danger"
    DAMAGED = "damaged", _("Damaged"), "danger"
    LOST = "lost", _("Lost"), "danger"
    DETAINED = "detained", _("Detained"), "danger"
    SIGNATURE_WITHDRAWN = "signature_withdrawn", _("Signature withdrawn"), "danger"


class ShipmentMode(LabelledEnum):
    """Which Baidiyun a shipment talks to; ``manual``: the shop brings the number, we track."""

    LIVE = "live", _("Live"), "success"
    SANDBOX = "sandbox", _("Sandbox"), "info"
    MANUAL = "manual", _("Manual"), "default"


class LegKind(LabelledEnum):
    """What a stretch of a shipment is for."""

    DOMESTIC = "domestic", _("Domestic"), "default"
    ORIGIN_HUB = "origin_hub", _("Origin hub"), "default"
    EXPORT_CUSTOMS = "export_customs", _("Export customs"), "warning"
    LINE_HAUL = "line_haul", _("Line-haul"), "info"
    IMPORT_CUSTOMS = "import_customs", _("Import customs"), "warning"
    DESTINATION_HUB = "destination_hub", _("Destination hub"), "default"
    LAST_MILE = "last_mile", _("Last mile"), "info"
    RETURN = "return", _("Return"), "danger"


class LinkSource(LabelledEnum):
    """How we know that a leg belongs to its shipment."""

    BOOKED = "booked", _("Our own booking"), "default"
    DESTINATION_RESULT = "destination_result", _("The platform's track abroad"), "info"
    EXPLICIT = "explicit", _("The carrier's own words"), "info"
    CARRIER_RULE = "carrier_rule", _("A rule of hand-overs"), "default"
    OPERATOR = "operator", _("A person"), "success"


class HandOverTrigger(LabelledEnum):
    """What of a carrier's track makes a rule of hand-overs hold."""

    HANDED = "handed", _("It says it handed the parcel over"), "default"
    CLEARED = "cleared", _("Import customs released it"), "info"
    ARRIVED = "arrived", _("It arrived in the country"), "info"


class LegFindingCode(LabelledEnum):
    """What can be wrong with a leg."""

    LOOP = "loop", _("Goes round in a circle"), "danger"
    NUMBER_CLAIMED_TWICE = "number_claimed_twice", _("Number of two shipments"), "danger"
    HAND_OVER_UNKNOWN = "hand_over_unknown", _("Handed over, nobody knows to whom"), "warning"
    SILENT = "silent", _("No sign of life"), "danger"
    CLOCK_BACKWARDS = "clock_backwards", _("Happened before what it follows"), "warning"


class CustomsPhase(LabelledEnum):
    """Where a parcel stands with one customs."""

    NONE = "", _("—"), "default"
    PENDING = "pending", _("Awaiting clearance"), "default"
    PROCESSING = "processing", _("Being cleared"), "info"
    INFO_REQUIRED = "info_required", _("Customs asks for information"), "danger"
    HELD = "held", _("Held by customs"), "danger"
    RELEASED = "released", _("Released by customs"), "success"
    REFUSED = "refused", _("Refused by customs"), "danger"
    RETURNED = "returned", _("Sent back by customs"), "warning"
    DESTROYED = "destroyed", _("Destroyed by customs"), "danger"


class ChangeKind(LabelledEnum):
    """What a change row says has changed."""

    OPENED = "opened", _("Opened"), "default"
    NUMBER = "number", _("Number"), "default"
    STATUS = "status", _("Status"), "info"
    EVENTS = "events", _("Events"), "default"
    CARRIER = "carrier", _("Carrier corrected"), "warning"
    PROMISE = "promise", _("Promise"), "info"
    CANCELLED = "cancelled", _("Cancelled"), "warning"
    LEG = "leg", _("Leg linked"), "info"


class PromiseSource(LabelledEnum):
    """Who made the promise of a shipment."""

    CARRIER = "carrier", _("Carrier's estimate"), "info"


class EstimateState(LabelledEnum):
    """What has become of asking a carrier for its estimate."""

    WAITING = "waiting", _("Waiting"), "default"
    ANSWERED = "answered", _("Answered"), "success"
    GIVEN_UP = "given_up", _("Given up"), "warning"


class EstimateSource(LabelledEnum):
    """Where an estimate was said."""

    ASKED = "asked", _("Asked for"), "info"
    TRACK = "track", _("Said in the track"), "default"


class LedgerKind(LabelledEnum):
    """What a comparison with the platform was about."""

    TRACKING = "tracking", _("Track"), "info"
    BOOKING = "booking", _("Booking"), "default"


class LedgerVerdict(LabelledEnum):
    """Who was right, push or poll."""

    AGREED = "agreed", _("Agreed"), "success"
    PUSH_MISSING = "push_missing", _("Push missing"), "danger"
    PUSH_LATE = "push_late", _("Push late"), "warning"
    PUSH_WRONG = "push_wrong", _("Push withdrawn"), "danger"
    POLL_BEHIND = "poll_behind", _("Poll behind"), "default"
    UNREACHABLE = "unreachable", _("Not answered"), "warning"


class EventSource(IntFlag):
    """Who told us about an event; an event heard twice carries both bits."""

    PUSH = 1
    POLL = 2
    MANUAL = 4
    FEED = 8
    """A partner's own feed (`services/feeding.py`)."""


class Certainty(IntEnum):
    """How firmly an event's status is known; a higher one wins when reports are merged."""

    NONE = 0
    TEXT = 1
    """Recognised in the carrier's words: a guess."""
    STATE = 2
    """The snapshot's overall state, applied to its newest node."""
    BASIC = 3
    """A basic code on the node itself."""
    ADVANCED = 4
    """An advanced code on the node itself."""


class PositionSource(LabelledEnum):
    """Who reported a fix."""

    RIDER = "rider", _("Rider"), "info"
    DEVICE = "device", _("Device or courier app"), "default"


class CoordinateSystem(LabelledEnum):
    """In which system a fix was declared to be given."""

    WGS84 = "wgs84", _("WGS-84"), "default"
    GCJ02 = "gcj02", _("GCJ-02"), "info"
    BD09 = "bd09", _("BD-09"), "info"


class PositionUse(LabelledEnum):
    """Whether readers of a track may use a fix; nothing else decides it."""

    ACCEPTED = "accepted", _("Accepted"), "success"
    HELD = "held", _("Held for review"), "warning"
    EXCLUDED = "excluded", _("Excluded"), "danger"
    CORRECTED = "corrected", _("Corrected"), "info"


class ReplayState(LabelledEnum):
    """How far the replay of a code's new meaning is."""

    PREVIEWING = "previewing", _("Being worked out"), "info"
    PREVIEWED = "previewed", _("Waits for a decision"), "warning"
    APPLYING = "applying", _("Being applied"), "info"
    DONE = "done", _("Applied"), "success"
    DROPPED = "dropped", _("Dropped"), "default"
    FAILED = "failed", _("Failed"), "danger"
