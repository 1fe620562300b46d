"""Every enumeration of the carrier cloud: value, label, colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class Mode(LabelledEnum):
    """Which Baidiyun a call talks to."""

    LIVE = "live", _("Live"), "success"
    SANDBOX = "sandbox", _("Sandbox"), "info"


class Topic(LabelledEnum):
    """What a callback is about; the app that owns a topic registers its applier."""

    TRACKING = "tracking", _("Tracking"), "info"
    BOOKING = "booking", _("Booking"), "default"
    WAYBILL = "waybill", _("E-waybill"), "default"
    INTERCEPT = "intercept", _("Interception"), "warning"
    SAMECITY = "samecity", _("Same-city order"), "info"
    PICKUP_CODE = "pickup_code", _("Pickup code"), "default"
    KD100 = "kd100", _("kd100 webhook"), "info"
    WORK_ORDER = "work_order", _("Work order"), "warning"


class Source(LabelledEnum):
    """Whether Baidiyun told us or we asked."""

    PUSH = "push", _("Push"), "info"
    POLL = "poll", _("Poll"), "default"


class InboxState(LabelledEnum):
    """What has become of a stored callback."""

    PENDING = "pending", _("Pending"), "warning"
    APPLIED = "applied", _("Applied"), "success"
    ASIDE = "aside", _("Kept aside"), "default"
    PARKED = "parked", _("Parked"), "danger"
    SKIPPED = "skipped", _("Skipped"), "default"


class SubscriptionState(LabelledEnum):
    """Life of one token: a number Baidiyun follows for us, or a booking it reports on."""

    PENDING = "pending", _("Pending"), "warning"
    ACTIVE = "active", _("Active"), "success"
    SHUTDOWN = "shutdown", _("Finished"), "default"
    ABORTED = "aborted", _("Aborted"), "warning"
    FAILED = "failed", _("Failed"), "danger"
    CANCELLED = "cancelled", _("Cancelled"), "default"


class Refusal(LabelledEnum):
    """Why a push was not taken in."""

    NO_SIGNATURE = "no_signature", _("No signature"), "danger"
    BAD_SIGNATURE = "bad_signature", _("Wrong signature"), "danger"
    UNKNOWN_KID = "unknown_kid", _("Unknown salt key"), "danger"
    TOO_LARGE = "too_large", _("Body too large"), "warning"
    NO_LENGTH = "no_length", _("Body of unknown length"), "warning"
    CUT_SHORT = "cut_short", _("Body cut short"), "warning"
    NOT_A_FORM = "not_a_form", _("Not a form"), "warning"
    NO_PARAM = "no_param", _("No param field"), "warning"
    MALFORMED = "malformed", _("Signed, but malformed"), "warning"
    UNKNOWN_TOKEN = "unknown_token", _("Unknown token"), "danger"


class Product(LabelledEnum):
    """An interface of Baidiyun we call."""

    DETECT = "detect", _("Carrier detection"), "default"
    SUBSCRIBE = "subscribe", _("Tracking subscription"), "info"
    QUERY = "query", _("Real-time query"), "info"
    BOOK = "book", _("Pickup booking"), "success"
    CANCEL = "cancel", _("Pickup cancellation"), "warning"
    DETAIL = "detail", _("Pickup details"), "default"
    PRICE = "price", _("Pickup price"), "default"
    MODIFY = "modify", _("Pickup time change"), "info"
    PAY = "pay", _("Pickup payment"), "info"
    MAP_QUERY = "map_query", _("Map query"), "info"
    MAP_SUBSCRIBE = "map_subscribe", _("Map subscription"), "info"
    WAYBILL = "waybill", _("E-waybill"), "success"
    ESTIMATE = "estimate", _("Time estimate"), "default"
    FREIGHT = "freight", _("Freight estimate"), "default"
    INTERCEPT = "intercept", _("Interception"), "warning"
    REACHABLE = "reachable", _("Reachability"), "default"
    ADDRESS = "address", _("Address resolution"), "default"
    ADDRESS_ABROAD = "address_abroad", _("Address resolution abroad"), "default"
    INTERNATIONAL = "international", _("International e-waybill"), "success"
    INTERNATIONAL_PICKUP = "international_pickup", _("International pickup"), "info"
    INTERNATIONAL_CANCEL = "international_cancel", _("International pickup cancelled"), "warning"
    INTERNATIONAL_PRICE = "international_price", _("International price"), "default"
    SAMECITY = "samecity", _("Same-city order"), "success"
    RIDER = "rider", _("Rider's position"), "default"
    PICKUP_CODE = "pickup_code", _("Pickup code"), "default"
    PICKUP_CODE_WATCH = "pickup_code_watch", _("Pickup code watch"), "info"
    WORK_ORDER = "work_order", _("Work order"), "warning"
    WORK_ORDER_STATUS = "work_order_status", _("Work order status"), "default"
    WORK_ORDER_REPLY = "work_order_reply", _("Work order reply"), "default"
    WORK_ORDER_UPLOAD = "work_order_upload", _("Work order file"), "default"
    KD100_DETECT = "kd100_detect", _("kd100 carrier detection"), "default"
    KD100_QUERY = "kd100_query", _("kd100 query"), "info"
    KD100_SUBSCRIBE = "kd100_subscribe", _("kd100 subscription"), "info"


class QueryResult(LabelledEnum):
    """How a query for a number ended."""

    STORED = "stored", _("Stored"), "success"
    UNCHANGED = "unchanged", _("Unchanged"), "default"
    NO_RESULT = "no_result", _("No result yet"), "default"
    TOO_SOON = "too_soon", _("Asked too soon"), "default"
    REFUSED = "refused", _("Refused"), "danger"
    UNREACHABLE = "unreachable", _("Unreachable"), "warning"
    HELD_BACK = "held_back", _("Held back"), "warning"
    CACHED = "cached", _("Answered from what we know"), "info"


class BookingOutcome(LabelledEnum):
    """What we know after asking for a pickup (or its cancellation)."""

    DONE = "done", _("Done"), "success"
    REFUSED = "refused", _("Refused"), "danger"
    UNKNOWN = "unknown", _("Unknown"), "warning"
    NOT_SENT = "not_sent", _("Not sent"), "warning"


class ReplyOutcome(LabelledEnum):
    """What we know after asking the platform for anything."""

    DONE = "done", _("Done"), "success"
    REFUSED = "refused", _("Refused"), "danger"
    UNKNOWN = "unknown", _("Unknown"), "warning"
    NOT_SENT = "not_sent", _("Not sent"), "warning"


class FindingKind(LabelledEnum):
    """How a payload deviates from the contract."""

    UNKNOWN_FIELD = "unknown_field", _("Unknown field"), "info"
    MISSING_FIELD = "missing_field", _("Missing field"), "danger"
    CHANGED_TYPE = "changed_type", _("Changed type"), "danger"
    UNKNOWN_CODE = "unknown_code", _("Unknown code"), "warning"
    UNKNOWN_STATE = "unknown_state", _("Unknown state"), "danger"


class BookingProblem(LabelledEnum):
    """What kind of refusal it was, for the worklist."""

    NONE = "", _("None"), "default"
    BAD_ADDRESS = "bad_address", _("Bad address"), "danger"
    NO_BALANCE = "no_balance", _("No balance"), "danger"
    REFUSED = "refused", _("Refused by the carrier"), "danger"
    DUPLICATE = "duplicate", _("Submitted before"), "warning"
    UNAVAILABLE = "unavailable", _("Platform unavailable"), "warning"


class InterceptType(LabelledEnum):
    """What to do with an intercepted parcel (contract §5.3)."""

    RETURN_TO_STATION = "RETURN_SEND_STATION", _("Back to the station"), "warning"
    RETURN_TO_SENDER = "RETURN_SEND_ADDR", _("Back to the sender"), "warning"
    MODIFY_ADDRESS = "MODIFY_ADDR", _("New address"), "info"


class CoordinateSystem(LabelledEnum):
    """The platform's ``lbsType`` (contract §5.4)."""

    BD09 = "1", _("BD-09"), "default"
    GCJ02 = "2", _("GCJ-02"), "default"


class SameCityState(LabelledEnum):
    """The platform's states of a same-city order (contract §5.4), by its own codes."""

    PLACED = "0", _("Waiting for a rider"), "default"
    ACCEPTED = "100", _("Accepted"), "info"
    RIDER_COMING = "210", _("Rider on the way to the shop"), "info"
    RIDER_THERE = "230", _("Rider at the shop"), "info"
    PICKED_UP = "310", _("Picked up"), "success"
    ABNORMAL = "510", _("Delivery abnormal"), "danger"
    REASSIGNING = "515", _("Reassigning"), "warning"
    DELIVERED = "520", _("Delivered"), "success"
    CANCELLED = "720", _("Cancelled"), "default"


class PickupState(LabelledEnum):
    """The platform's states of a pickup order (contract §5.1), by its own codes."""

    PLACED = "0", _("Placed"), "default"
    ACCEPTED = "1", _("Accepted"), "info"
    COLLECTING = "2", _("Courier on the way"), "info"
    CANCELLED_BY_SENDER = "9", _("Cancelled by the sender"), "default"
    PICKED_UP = "10", _("Picked up"), "success"
    PICKUP_FAILED = "11", _("Pickup failed"), "danger"
    RETURNED = "12", _("Returned"), "warning"
    SIGNED = "13", _("Signed"), "success"
    SIGNED_ABNORMALLY = "14", _("Signed abnormally"), "warning"
    SETTLED = "15", _("Settled"), "success"
    CANCELLED = "99", _("Cancelled"), "default"
    IN_TRANSIT = "101", _("In transit"), "info"
    WEIGHT_CHANGED = "155", _("Weight changed"), "warning"
    REVIVED = "166", _("Order revived"), "warning"
    LABELLED = "200", _("Label made"), "info"
    LABEL_FAILED = "201", _("Label failed"), "danger"
    REASSIGNED = "302", _("Reassigned"), "warning"
    DELIVERING = "400", _("Out for delivery"), "info"
    ORDER_FAILED = "610", _("Order failed"), "danger"


class EwaybillCarrier(LabelledEnum):
    """Carriers abroad that are booked by an account of the merchant's own (contract §5.12)."""

    DHL = "dhlen", _("DHL Express Worldwide"), "info"
    FEDEX = "fedex", _("FedEx International"), "info"
    UPS = "upsen", _("UPS Worldwide"), "info"
    TNT = "tnten", _("TNT Worldwide"), "info"
    ARAMEX = "aramex", _("Aramex"), "info"
    EMS = "emsguoji", _("EMS International"), "info"
    JT = "jet", _("J&T International"), "info"
