"""Every enumeration of orders: value, label, colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class OrderMode(LabelledEnum):
    """Which Baidiyun the order's parcels talk to."""

    LIVE = "live", _("Live"), "success"
    SANDBOX = "sandbox", _("Sandbox"), "info"


class Service(LabelledEnum):
    """How an order travels."""

    PARCEL = "parcel", _("Parcel"), "default"
    SAME_CITY = "same_city", _("Same-city ride"), "info"


class OrderStatus(LabelledEnum):
    """Where an order stands; computed from its bookings and shipments (`order_status.py`)."""

    RECEIVED = "received", _("Received"), "default"
    BLOCKED = "blocked", _("Needs attention"), "danger"
    BOOKING = "booking", _("Being booked"), "info"
    BOOKED = "booked", _("Booked"), "info"
    IN_PROGRESS = "in_progress", _("Under way"), "info"
    PARTLY_DELIVERED = "partly_delivered", _("Partly delivered"), "warning"
    DELIVERED = "delivered", _("Delivered"), "success"
    RETURNED = "returned", _("Returned"), "warning"
    CANCELLING = "cancelling", _("Being cancelled"), "warning"
    CANCELLED = "cancelled", _("Cancelled"), "default"
    CLOSED = "closed", _("Closed"), "default"


class BookingState(LabelledEnum):
    """Life of one attempt to have a parcel picked up."""

    HELD = "held", _("Held"), "warning"
    READY = "ready", _("Ready to send"), "info"
    SENDING = "sending", _("Being sent"), "info"
    BOOKED = "booked", _("Booked"), "success"
    FAILED = "failed", _("Failed"), "danger"
    UNKNOWN = "unknown", _("Outcome unknown"), "danger"
    CANCELLING = "cancelling", _("Being cancelled"), "warning"
    CANCELLED = "cancelled", _("Cancelled"), "default"
    BROUGHT = "brought", _("Number brought by the shop"), "success"


OPEN_BOOKING_STATES: tuple[str, ...] = (
    BookingState.HELD.value,
    BookingState.READY.value,
    BookingState.SENDING.value,
    BookingState.BOOKED.value,
    BookingState.UNKNOWN.value,
    BookingState.CANCELLING.value,
)


class BookingProblem(LabelledEnum):
    """Why a booking stands on the worklist."""

    NONE = "", _("None"), "default"
    BLOCKED = "blocked", _("Blocked"), "warning"
    BAD_ADDRESS = "bad_address", _("Bad address"), "danger"
    REFUSED = "refused", _("Refused by the carrier"), "danger"
    NO_BALANCE = "no_balance", _("No balance"), "danger"
    UNAVAILABLE = "unavailable", _("Platform unavailable"), "warning"
    UNKNOWN = "unknown", _("Outcome unknown"), "danger"
    REVIVED = "revived", _("Revived by the carrier"), "danger"


class HoldReason(LabelledEnum):
    """Why a booking is not sent yet; all of them must go before it is."""

    ADDRESS = "address", _("The parts of the address contradict each other"), "danger"
    LIVE_NOT_CONFIGURED = "live_not_configured", _("No live credentials are configured"), "warning"
    STAFF = "staff", _("Held by a person"), "warning"
    MANUAL_ROUTE = "manual_route", _("Manual route: the shop brings the number"), "info"
    LIVE_BRAKED = (
        "live_braked",
        _("Live bookings are braked: too many calls to the platform fail"),
        "danger",
    )
    DECLARATION = (
        "declaration",
        _("The declaration for customs is not complete"),
        "danger",
    )
    COMPLIANCE = "compliance", _("A compliance rule holds the parcel"), "danger"


class ShadowProduct(LabelledEnum):
    """What is asked for in shadow: only calls that can change nothing."""

    PRICE = "price", _("Price"), "default"
    DETAIL = "detail", _("Pickup details"), "default"


class SettlementKind(LabelledEnum):
    """What a callback about money is."""

    WEIGHT_CHANGED = "weight_changed", _("Weight changed"), "warning"
    SETTLED = "settled", _("Settled"), "success"


class ClaimKind(LabelledEnum):
    """What the carrier charged too much of."""

    WEIGHT = "weight", _("Weight"), "warning"
    FREIGHT = "freight", _("Freight"), "warning"


class ClaimState(LabelledEnum):
    """Where a claim stands."""

    OPEN = "open", _("Open"), "warning"
    GRANTED = "granted", _("Granted"), "success"
    REFUSED = "refused", _("Refused"), "danger"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "default"


class WorkOrderState(LabelledEnum):
    """Whether a claim was told to the platform as a work order."""

    NONE = "", _("Not told"), "default"
    OPENING = "opening", _("Being told"), "info"
    OPENED = "opened", _("Told"), "success"
    REFUSED = "refused", _("Refused by the platform"), "danger"
    UNKNOWN = "unknown", _("Perhaps told"), "warning"


class NoticeTopic(LabelledEnum):
    """What a carrier's notice about a parcel is about."""

    WAYBILL = "waybill", _("E-waybill"), "default"
    INTERCEPT = "intercept", _("Interception"), "warning"
    SAMECITY = "samecity", _("Same-city order"), "info"
    RIDER = "rider", _("Rider's position"), "default"


class LabelKind(LabelledEnum):
    """How a label is printed (contract §5.3, printType)."""

    IMAGE = "image", _("Image"), "default"
    HTML = "html", _("Web page"), "default"
    CLOUD = "cloud", _("Cloud printer"), "info"
    SHEET = "sheet", _("Carrier's own label"), "success"
    INVOICE = "invoice", _("Carrier's own invoice"), "success"


PRINTED_KINDS = (LabelKind.IMAGE, LabelKind.HTML, LabelKind.CLOUD)
"""What the platform draws on demand; the others came with an international e-waybill."""


class CallState(LabelledEnum):
    """Whether the carrier was called to collect a parcel that goes by e-waybill."""

    NONE = "", _("Comes by itself"), "default"
    WANTED = "wanted", _("To be called"), "info"
    CALLING = "calling", _("Being called"), "info"
    CALLED = "called", _("Called"), "success"
    UNKNOWN = "unknown", _("Perhaps called"), "danger"
    REFUSED = "refused", _("Does not come"), "danger"
    OFF = "off", _("Called off"), "default"


class PickupReason(LabelledEnum):
    """Why a parcel abroad is booked as a pickup, not by the international e-waybill."""

    NO_ACCOUNT = "no_account", _("the shop has no account with this carrier"), "default"
    INCOMPLETE = "incomplete", _("its declaration is not complete"), "warning"
    UNFIT = "unfit", _("its declaration lacks what the e-waybill asks"), "warning"


class ProblemCode(LabelledEnum):
    """What makes a field of an order impossible; the label is what the caller reads."""

    REQUIRED = "required", _("This is required."), "danger"
    TOO_LONG = "too_long", _("This is too long."), "danger"
    TOO_MANY = "too_many", _("There are too many."), "danger"
    NOT_A_PHONE = "not_a_phone", _("This is not a telephone number that can be called."), "danger"
    NOT_AN_EMAIL = "not_an_email", _("This is not an e-mail address."), "danger"
    UNKNOWN_COUNTRY = "unknown_country", _("There is no country of this code."), "danger"
    UNKNOWN_PLACE = (
        "unknown_place",
        _("No province, city or district of China is recognised in this address."),
        "danger",
    )
    NO_STREET = "no_street", _("The address ends before the street."), "danger"
    NOT_A_POSTCODE = "not_a_postcode", _("This is not a postcode of that country."), "danger"
    UNKNOWN_CURRENCY = "unknown_currency", _("There is no currency of this code."), "danger"
    NOT_A_NUMBER = "not_a_number", _("This is not a number."), "danger"
    OUT_OF_RANGE = "out_of_range", _("This is out of the possible range."), "danger"
    TOO_PRECISE = "too_precise", _("The currency has no such small part."), "danger"
    UNKNOWN_CHOICE = "unknown_choice", _("This is none of the known values."), "danger"
    UNKNOWN_CARRIER = "unknown_carrier", _("There is no carrier of this code."), "danger"
    BAD_CHARACTERS = "bad_characters", _("This contains characters that are not allowed."), "danger"
    NUMBER_TAKEN = "number_taken", _("Another parcel on its way has this number."), "danger"
    REPEATED = "repeated", _("This was given before."), "danger"
    NOT_IN_CHINA = "not_in_china", _("Riders go to places in China only."), "danger"
    OTHER_CITY = (
        "other_city",
        _("A rider stays within the city the shop sends from."),
        "danger",
    )
    FAR_FROM_ADDRESS = (
        "far_from_address",
        _("This point is not in the district the address names."),
        "danger",
    )
    TOO_FAR = "too_far", _("The two ends of the ride are too far apart."), "danger"
    CONTRADICTORY = "contradictory", _("The parts of the address contradict each other."), "danger"
    SENDER_INCOMPLETE = (
        "sender_incomplete",
        _("The shop's own address lacks what a rider needs: name, phone, district, street."),
        "danger",
    )
    NO_RIDES = "no_rides", _("This carrier sends no riders."), "danger"
    ONLY_RIDES = (
        "only_rides",
        _("This carrier only sends riders: ask for the service same_city."),
        "danger",
    )
    ONE_PARCEL = "one_parcel", _("A rider takes one parcel, and we book it."), "danger"
    NO_BORDER = "no_border", _("This order crosses no border."), "danger"
    NOT_WANTED = "not_wanted", _("Only an order of the service same_city has a ride."), "danger"


class PhoneProblem(LabelledEnum):
    """Why a telephone number cannot be called; the values are those of `core.phones`."""

    TOO_SHORT = "too_short", _("too short"), "danger"
    TOO_LONG = "too_long", _("too long"), "danger"
    UNKNOWN_PREFIX = "unknown_prefix", _("no such number range"), "danger"
    SEVERAL = "several_numbers", _("several numbers in one field"), "danger"
    NOT_A_NUMBER = "not_a_number", _("not a number"), "danger"
    IMPOSSIBLE = "impossible", _("not in use in that country"), "danger"


class WarningCode(LabelledEnum):
    """Something about an accepted order that a person should look at."""

    CONTRADICTION = "contradiction", _("Parts of the address contradict each other"), "danger"
    AMBIGUOUS = "ambiguous", _("Several divisions have this name"), "danger"
    INCOMPLETE = "incomplete", _("The district is missing"), "warning"
    CARRIER_CHANGED = (
        "carrier_changed",
        _("The carrier does not go there; another was taken"),
        "info",
    )
    CANCEL_REFUSED = "cancel_refused", _("The carrier did not agree to cancel"), "danger"
    CANCEL_FEE = "cancel_fee", _("The carrier charges for cancelling"), "warning"
    EWAYBILL_LEFT = (
        "ewaybill_left",
        _("The carrier's waybill cannot be withdrawn: destroy its label, hand nothing over"),
        "warning",
    )
    CALL_LEFT = (
        "call_left",
        _("The carrier may still come to collect: tell it that there is nothing"),
        "warning",
    )
    LATE_REVIVAL = "late_revival", _("The carrier revived a cancelled booking"), "danger"
