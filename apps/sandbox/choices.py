"""Enumerations of the sandbox with their labels and colours."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class Outcome(LabelledEnum):
    """How a parcel's planned life ends."""

    SELF = "self", _("Delivered to the recipient"), "success"
    PROXY = "proxy", _("Delivered to somebody else"), "success"
    STATION = "station", _("Collected from a station or locker"), "success"
    RETRIED = "retried", _("Delivered after a failed attempt"), "success"
    DETAINED = "detained", _("Delivered after being held"), "success"
    HELD = "held", _("Delivered after customs held it"), "success"
    ASKED = "asked", _("Delivered after customs asked for something"), "success"
    BARRED = "barred", _("Refused by customs, returned"), "danger"
    FORWARDED = "forwarded", _("Delivered at a new address"), "success"
    HANDED_OVER = "handed_over", _("Delivered by another carrier"), "success"
    PHANTOM = "phantom", _("Signed for, never handed over"), "danger"
    UNCOLLECTED = "uncollected", _("Not collected, returned"), "warning"
    REFUSED = "refused", _("Refused, returned"), "warning"
    DAMAGED = "damaged", _("Damaged, returned"), "danger"
    WITHDRAWN = "withdrawn", _("Withdrawn by the sender, returned"), "warning"
    LOST = "lost", _("Lost"), "danger"
    OVERDUE = "overdue", _("Overdue, never signed"), "danger"
    INTERCEPTED = "intercepted", _("Intercepted, returned"), "warning"
    CANCELLED = "cancelled", _("Cancelled"), "default"
    UNSENT = "unsent", _("Never handed over"), "default"


class SubscriptionState(LabelledEnum):
    """What the platform does with a subscription."""

    POLLING = "polling", _("Polling"), "info"
    SHUTDOWN = "shutdown", _("Ended"), "success"
    ABORT = "abort", _("Aborted"), "danger"


class SubscriptionProduct(LabelledEnum):
    """Which product a number was subscribed with."""

    POLL = "poll", _("Tracking"), "info"
    MAP = "map", _("Map track"), "info"
    KD100 = "kd100", _("kd100.com"), "default"


class PushKind(LabelledEnum):
    """What a push is about."""

    TRACKING = "tracking", _("Tracking"), "info"
    ORDER = "order", _("Order"), "default"
    KD100 = "kd100", _("kd100 webhook"), "info"
    INTERCEPT = "intercept", _("Interception"), "warning"
    WORK_ORDER = "work_order", _("Work order"), "default"
    CODE = "code", _("Pickup code"), "info"
    RIDE = "ride", _("Ride"), "default"


class PushState(LabelledEnum):
    """Where a push is on its way."""

    WAITING = "waiting", _("Waiting"), "default"
    SENDING = "sending", _("Sending"), "info"
    DONE = "done", _("Accepted"), "success"
    ABANDONED = "abandoned", _("Given up"), "danger"
    LOST = "lost", _("Lost on purpose"), "warning"


class FaultGroup(LabelledEnum):
    """What a fault touches; the order is the desk's."""

    PUSH = "push", _("Pushes"), "danger"
    FORMAT = "format", _("Formats"), "warning"
    CALL = "call", _("Calls"), "danger"
    GPS = "gps", _("Riders' positions"), "warning"
    SWITCH = "switch", _("Switches"), "info"


class FaultName(LabelledEnum):
    """What can be made to go wrong; ``faults.kinds`` says what each one is a share of."""

    LOST = "lost", _("Pushes lost"), "danger"
    DUPLICATE = "duplicate", _("Pushes duplicated"), "warning"
    LATE = "late", _("Pushes late"), "warning"
    REORDER = "reorder", _("Pushes reordered"), "warning"
    FORGED = "forged", _("Pushes forged"), "danger"
    TRUNCATED = "truncated", _("Pushes truncated"), "danger"
    FORMAT_TYPE = "format_type", _("A number becomes a text"), "warning"
    FORMAT_MISSING = "format_missing", _("A field disappears"), "warning"
    FORMAT_NEW_FIELD = "format_new_field", _("A new field"), "warning"
    FORMAT_NEW_CODE = "format_new_code", _("A new state or code"), "warning"
    FORMAT_CHARACTERS = "format_chars", _("Special characters in places"), "warning"
    CALL_SLOW = "call_slow", _("Calls slow"), "warning"
    CALL_ERROR = "call_error", _("Calls failing"), "danger"
    CALL_TIMEOUT = "call_timeout", _("Calls timing out"), "danger"
    CALL_LIMITED = "call_limited", _("Calls rate-limited"), "warning"
    CALL_EXPIRED = "call_expired", _("Key expired"), "danger"
    CALL_HTML = "call_html", _("HTML instead of JSON"), "danger"
    GPS_JUMP = "gps_jump", _("Position jumps"), "warning"
    GPS_DRIFT = "gps_drift", _("Position drifts"), "warning"
    GPS_GCJ = "gps_gcj", _("GCJ-02 declared as another system"), "warning"
    GPS_BD = "gps_bd", _("BD-09 declared as another system"), "warning"
    GPS_FROZEN = "gps_frozen", _("Position frozen"), "warning"
    GPS_SPEED = "gps_speed", _("Impossible speed"), "warning"
    GPS_SWAP = "gps_swap", _("Longitude and latitude swapped"), "warning"
    GPS_ZERO = "gps_zero", _("Position 0, 0"), "warning"
    GPS_FUTURE = "gps_future", _("Fix from the future"), "warning"
    GPS_ROLLOVER = "gps_rollover", _("Fix of 1,024 weeks ago"), "warning"
    GPS_ORDER = "gps_order", _("Fixes out of order"), "warning"
    GPS_PINGPONG = "gps_pingpong", _("Position flips between two places"), "warning"
    GPS_TELEPORT = "gps_teleport", _("Position teleports"), "warning"
    GPS_DETOUR = "gps_detour", _("Detour"), "warning"
    SCHOOL_RUN = "school_run", _("Planted effect: the school run"), "info"
    UNWRAP_PARAM = "unwrap_param", _("Double-wrapped param accepted"), "default"


class PushTrick(LabelledEnum):
    """What is wrong with a push on its way, apart from a forged signature."""

    UNSIGNED = "unsigned", _("Signature missing"), "danger"
    TRUNCATED = "truncated", _("Body cut off"), "danger"


class FixFault(LabelledEnum):
    """What can be wrong with a rider's positions."""

    JUMP = "jump", _("Jump"), "warning"
    DRIFT = "drift", _("Drift"), "warning"
    GCJ = "gcj", _("GCJ-02 taken for WGS-84"), "warning"
    BD = "bd", _("BD-09 taken for WGS-84"), "warning"
    FROZEN = "frozen", _("Frozen position"), "warning"
    SPEED = "speed", _("Impossible speed"), "warning"
    SWAP = "swap", _("Latitude and longitude swapped"), "warning"
    ZERO = "zero", _("Zero position"), "warning"
    FUTURE = "future", _("Time in the future"), "warning"
    ROLLOVER = "rollover", _("Week counter rolled over"), "warning"
    ORDER = "order", _("Fixes out of order"), "warning"
    PINGPONG = "pingpong", _("Ping-pong between two places"), "warning"
    TELEPORT = "teleport", _("Teleport"), "warning"
    DETOUR = "detour", _("Detour"), "warning"


class ParcelStage(LabelledEnum):
    """Where the world's parcels are: the platform's basic states, and before and after them."""

    BOOKED = "booked", _("Booked, not picked up"), "default"
    PICKED = "1", _("Picked up"), "info"
    MOVING = "0", _("On the way"), "info"
    HANDED = "7", _("Handed to another carrier"), "info"
    CUSTOMS = "8", _("In customs"), "warning"
    TROUBLED = "2", _("In trouble"), "danger"
    DELIVERING = "5", _("Out for delivery"), "success"
    RETURNING = "6", _("On its way back"), "warning"
    SIGNED = "signed", _("Delivered in the last 7 days"), "success"
    RETURNED = "returned", _("Returned in the last 7 days"), "danger"
