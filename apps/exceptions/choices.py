"""Every enumeration of exceptions: value, label, colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.choices import LabelledEnum


class FaultKind(LabelledEnum):
    """What is wrong with a stretch of a track; the words of `trajectory.py` and `scans.py`."""

    JUMP = "jump", _("Jump"), "warning"
    DRIFT = "drift", _("Drift"), "warning"
    GCJ = "gcj", _("GCJ-02 taken for WGS-84"), "info"
    BD = "bd", _("BD-09 taken for WGS-84"), "info"
    FROZEN = "frozen", _("Frozen"), "warning"
    SPEED = "speed", _("Impossible speed"), "danger"
    SWAP = "swap", _("Axes swapped"), "info"
    ZERO = "zero", _("Zero position"), "info"
    FUTURE = "future", _("Time in the future"), "info"
    ROLLOVER = "rollover", _("Week rollover"), "info"
    ORDER = "order", _("Out of order"), "info"
    PINGPONG = "pingpong", _("Back and forth"), "warning"
    TELEPORT = "teleport", _("Teleport"), "danger"
    DETOUR = "detour", _("Detour"), "warning"
    IMPOSSIBLE_HOP = "impossible_hop", _("Impossible hop between scans"), "danger"
    LOOP = "loop", _("Loop of scans"), "warning"
    WRONG_CITY = "wrong_city", _("Scanned in a wrong city"), "danger"


PROVABLE = frozenset(
    {
        FaultKind.ZERO.value,
        FaultKind.SWAP.value,
        FaultKind.FUTURE.value,
        FaultKind.ROLLOVER.value,
    }
)
"""Kinds that the numbers alone prove; they may decide themselves without a history."""

SCAN_KINDS = frozenset(
    {FaultKind.IMPOSSIBLE_HOP.value, FaultKind.LOOP.value, FaultKind.WRONG_CITY.value}
)
"""Kinds of scan events: there is no fix to exclude or to move."""


class FlagState(LabelledEnum):
    """Where a flag stands. Only an open one waits for a person."""

    OPEN = "open", _("Open"), "warning"
    CONFIRMED = "confirmed", _("Confirmed"), "danger"
    DISMISSED = "dismissed", _("Dismissed"), "success"
    REPAIRED = "repaired", _("Repaired"), "info"
    ESCALATED = "escalated", _("Escalated"), "warning"
    EXPIRED = "expired", _("Expired undecided"), "default"
    WITHDRAWN = "withdrawn", _("Withdrawn by the detector"), "default"


class Decider(LabelledEnum):
    """Who decided: one person, a person for many, the kind's own rule, or time."""

    PERSON = "person", _("A person"), "default"
    BULK = "bulk", _("A person, for many"), "info"
    RULE = "rule", _("The kind's rule"), "info"
    TIME = "time", _("Time"), "default"


class Repair(LabelledEnum):
    """How fixes of a flagged stretch can be put right."""

    NONE = "", _("—"), "default"
    FROM_GCJ02 = "from_gcj02", _("Convert from GCJ-02"), "info"
    FROM_BD09 = "from_bd09", _("Convert from BD-09"), "info"
    SWAP_AXES = "swap_axes", _("Swap the axes"), "info"
    SHIFT_CLOCK = "shift_clock", _("Shift the clock"), "info"
    SNAP_TO_ROUTE = "snap_to_route", _("Snap to the planned route"), "info"


class BackTestState(LabelledEnum):
    """How far a back-test is."""

    WAITING = "waiting", _("Waiting"), "default"
    RUNNING = "running", _("Running"), "info"
    DONE = "done", _("Done"), "success"
    FAILED = "failed", _("Failed"), "danger"


BACK_TESTS_AT_WORK = (BackTestState.WAITING.value, BackTestState.RUNNING.value)
"""States in which a back-test, or a trial of a rule, is not done yet."""


class RuleState(LabelledEnum):
    """How far a rule has come: tried, counting in the shadow, opening cases, or put away."""

    DRAFT = "draft", _("Draft"), "default"
    SHADOW = "shadow", _("Shadow"), "info"
    LIVE = "live", pgettext_lazy("rule", "Live"), "success"
    OFF = "off", _("Off"), "default"


class Anchor(LabelledEnum):
    """The moment a rule counts from. A rule fires its hours after it, if it is still so."""

    CREATED = "created", _("Shipment opened"), "default"
    NUMBERED = "numbered", _("Number given"), "default"
    PICKED_UP = "picked_up", _("Picked up"), "default"
    LAST_SCAN = "last_scan", _("Last sign of life"), "default"
    STATUS_SINCE = "status_since", _("In this status since"), "default"
    CUSTOMS_SINCE = "customs_since", _("In customs since"), "default"
    OUT_SINCE = "out_since", _("Out for delivery since"), "default"
    DELIVERED = "delivered", _("Delivered"), "default"
    PROMISE_END = "promise_end", _("End of the promise"), "default"
    BOOKING_PROBLEM = "booking_problem", _("Booking failed"), "default"
    CARRIER_CORRECTED = "carrier_corrected", _("Carrier corrected"), "default"
    SIGNATURE_UNDONE = "signature_undone", _("Came back after a signature"), "default"
    FLAGGED = "flagged", _("Track flagged by a person"), "default"
    EXPORT_SINCE = "export_since", _("In export customs since"), "default"
    IMPORT_SINCE = "import_since", _("In import customs since"), "default"
    CUSTOMS_WAITS = "customs_waits", _("Customs asks or holds it since"), "default"
    PAPERS_BY = "papers_by", _("Cut-off, papers incomplete"), "default"


class DayKind(LabelledEnum):
    """Which hours a threshold counts."""

    WALL = "wall", _("All hours"), "default"
    BUSINESS = "business", _("Business days"), "default"


class Severity(LabelledEnum):
    """How bad a case is."""

    NOTICE = "notice", _("Notice"), "info"
    AMBER = "amber", _("Amber"), "warning"
    RED = "red", _("Red"), "danger"


class CaseState(LabelledEnum):
    """Where a case stands. The clock stops while it waits for somebody else."""

    OPEN = "open", _("Open"), "warning"
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("case", "Acknowledged"), "info"
    WAITING = "waiting", pgettext_lazy("case", "Waiting"), "default"
    RESOLVED = "resolved", _("Resolved"), "success"
    DISMISSED = "dismissed", _("Dismissed"), "default"


LIVE_CASE_STATES = (
    CaseState.OPEN.value,
    CaseState.ACKNOWLEDGED.value,
    CaseState.WAITING.value,
)
"""States in which somebody still has to do something; one such case per shipment and rule."""


class CaseMove(LabelledEnum):
    """What somebody did to a case."""

    ACKNOWLEDGE = "acknowledge", pgettext_lazy("case", "Acknowledged"), "info"
    WAIT = "wait", _("Set waiting"), "default"
    WAKE = "wake", _("Taken up again"), "info"
    RESOLVE = "resolve", _("Resolved"), "success"
    DISMISS = "dismiss", _("Dismissed"), "default"
    ASSIGN = "assign", _("Assigned"), "info"
    STEP = "step", _("Step taken"), "info"
    ESCALATE = "escalate", _("Escalated"), "warning"
    UNDO = "undo", _("Taken back"), "warning"


class BulkState(LabelledEnum):
    """How far a move for many cases is."""

    RUNNING = "running", _("Running"), "info"
    DONE = "done", _("Done"), "success"
    UNDOING = "undoing", _("Being taken back"), "warning"
    UNDONE = "undone", _("Taken back"), "default"


class WaitingFor(LabelledEnum):
    """Whom a case waits for."""

    NOBODY = "", _("—"), "default"
    CARRIER = "carrier", _("The carrier"), "default"
    CUSTOMER = "customer", _("The customer"), "default"
    CUSTOMS = "customs", pgettext_lazy("waits for", "Customs"), "default"
    MERCHANT = "merchant", _("The merchant"), "default"


class CloseReason(LabelledEnum):
    """Why a case was closed."""

    NONE = "", _("—"), "default"
    MOVED_ON = "moved_on", _("The parcel moved on"), "success"
    DELIVERED = "delivered", _("Delivered"), "success"
    RETURNED = "returned", _("Came back"), "default"
    CARRIER_FIXED = "carrier_fixed", _("The carrier put it right"), "success"
    CUSTOMER_INFORMED = "customer_informed", _("The customer was told"), "success"
    SENT_AGAIN = "sent_again", _("Sent again"), "info"
    COMPENSATED = "compensated", _("Compensated"), "info"
    CANCELLED = "cancelled", _("Cancelled"), "default"
    FALSE_ALARM = "false_alarm", _("False alarm"), "warning"
    DUPLICATE = "duplicate", _("Already dealt with in another case"), "default"
    RULE_CHANGED = "rule_changed", _("The rule no longer says so"), "default"
    INCIDENT_OVER = "incident_over", _("The incident is over"), "success"
    OTHER = "other", _("Another reason"), "default"


class Closer(LabelledEnum):
    """Who closed a case."""

    NOBODY = "", _("—"), "default"
    PERSON = "person", _("A person"), "default"
    BULK = "bulk", _("A person, for many"), "info"
    ITSELF = "itself", _("The parcel itself"), "success"
    INCIDENT = "incident", _("Its incident"), "info"


class NoteKind(LabelledEnum):
    """What was written on a case."""

    COMMENT = "comment", _("Comment"), "default"
    REPLY = "reply", _("Reply to the customer"), "info"
    SYSTEM = "system", _("Said by the portal"), "default"


class StepKind(LabelledEnum):
    """What can be done about a case."""

    URGE = "urge", _("Urge the carrier"), "default"
    WORK_ORDER = "work_order", _("Work order to the carrier"), "default"
    INTERCEPT = "intercept", _("Stop or redirect"), "default"
    RESEND = "resend", pgettext_lazy("step", "Send again"), "default"
    COMPENSATE = "compensate", _("Compensate"), "default"


class WorkOrderAbout(LabelledEnum):
    """What a work order to the carrier is about."""

    STALLED = "stalled", _("No movement"), "default"
    LOST = "lost", _("Lost"), "danger"
    DAMAGED = "damaged", _("Damaged"), "danger"
    MISSING = "missing", _("Something is missing"), "warning"
    WRONG_GOODS = "wrong_goods", _("Wrong parcel"), "warning"
    FALSE_PICKUP = "false_pickup", _("Pickup scan without a parcel"), "warning"
    FALSE_SIGNATURE = "false_signature", _("Signed for, not received"), "danger"
    OTHER = "other", _("Something else"), "default"


class StepState(LabelledEnum):
    """What became of a step."""

    ASKED = "asked", _("Asked"), "info"
    ACCEPTED = "accepted", pgettext_lazy("step", "Accepted"), "info"
    REFUSED = "refused", pgettext_lazy("step", "Refused"), "danger"
    DONE = "done", _("Done"), "success"


class IncidentState(LabelledEnum):
    """Where an incident stands."""

    OPEN = "open", _("Open"), "danger"
    EASING = "easing", _("Easing"), "warning"
    RESOLVED = "resolved", _("Resolved"), "success"


class Cause(LabelledEnum):
    """What the cases of an incident have in common."""

    HUB = "hub", _("Hub"), "default"
    LANE = "lane", _("Lane"), "default"
    CARRIER = "carrier", _("Carrier"), "default"
    RULE = "rule", _("Cause"), "default"


class ContactReason(LabelledEnum):
    """Why a customer got in touch."""

    WHERE_IS_IT = "where_is_it", _("Where is it?"), "info"
    LATE = "late", _("It is late"), "warning"
    NOT_RECEIVED = "not_received", _("Signed for, not received"), "danger"
    DAMAGED = "damaged", _("Damaged"), "danger"
    LOST = "lost", _("Lost"), "danger"
    WRONG_GOODS = "wrong_goods", _("Wrong or missing goods"), "warning"
    COURIER = "courier", _("About the courier"), "warning"
    CUSTOMS = "customs", _("Customs or duties"), "warning"
    ADDRESS = "address", _("Change of address"), "default"
    RETURN = "return", _("Return or refund"), "default"
    OTHER = "other", _("Something else"), "default"


COMPLAINTS = frozenset(
    {
        ContactReason.WHERE_IS_IT.value,
        ContactReason.LATE.value,
        ContactReason.NOT_RECEIVED.value,
        ContactReason.DAMAGED.value,
        ContactReason.LOST.value,
        ContactReason.COURIER.value,
        ContactReason.CUSTOMS.value,
    }
)
"""Reasons that say the delivery went wrong: what rules are measured against."""


class Channel(LabelledEnum):
    """How a customer got in touch."""

    PHONE = "phone", _("Phone"), "default"
    CHAT = "chat", _("Chat"), "default"
    MAIL = "mail", _("Mail"), "default"
    STOREFRONT = "storefront", _("Storefront"), "default"
    PLATFORM = "platform", _("Marketplace"), "default"
