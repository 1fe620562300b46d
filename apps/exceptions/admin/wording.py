"""The words of the review page: numbers, costs, and what its script says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.exceptions.choices import FaultKind, FlagState, Repair
from apps.exceptions.models import Flag, Verdict
from apps.exceptions.ranking import OVERDUE, PROMISED, WITHIN_A_DAY, WITHIN_THREE_DAYS
from apps.exceptions.selectors import Precision
from apps.shipments.choices import ShipmentStatus

NUMBERS = {
    "metres": (gettext_lazy("Distance"), "m"),
    "seconds": (gettext_lazy("Duration"), "s"),
    "speed": (gettext_lazy("Speed"), "km/h"),
    "visits": (gettext_lazy("Visits"), ""),
    "weeks": (gettext_lazy("Weeks"), ""),
}
"""Numbers of a finding that are told on their own; the others serve the sentence."""

KMH = 3.6


def numbers_of(flag: Flag) -> list[list[str]]:
    """Return [label, value] of what the detector measured."""
    said = [[_("Rows"), str(flag.rows)], [_("Score"), f"{flag.score:.1f}"]]
    for name, (label, unit) in NUMBERS.items():
        value = flag.numbers.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            shown = value * KMH if name == "speed" else value
            said.append([str(label), f"{shown:,.0f} {unit}".strip()])
    return said


def precision_words(precision: Precision) -> str:
    """Return how often the kind was right lately."""
    if precision.share is None:
        return _("Nobody has judged this kind yet.")
    return _("Right in %(percent)s %% of the last %(judged)s.") % {
        "percent": f"{100 * precision.share:.0f}", "judged": precision.judged,
    }  # fmt: skip


def cost_words(flag: Flag) -> list[str]:
    """Return what the flag costs the customer, the dearest reason first."""
    parts = flag.rank_parts
    promise = {
        OVERDUE: _("Promise overdue"), WITHIN_A_DAY: _("Promised within a day"),
        WITHIN_THREE_DAYS: _("Promised within three days"), PROMISED: _("Has a promise"),
    }.get(parts.get("promise", 0))  # fmt: skip
    status = ShipmentStatus.parse(flag.shipment.status)
    delivery = str(status.label) if parts.get("delivery") and status else None
    value = _("Valuable parcel") if parts.get("value") else None
    waits = _("Waiting for %(time)s") % {"time": span_words(clock.now() - flag.raised_at)}
    return [said for said in (promise, delivery, value, waits) if said]


def span_words(span: dt.timedelta) -> str:
    """Return a span in its largest unit."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)d h") % {"n": minutes // 60}
    return _("%(n)d days") % {"n": minutes // (24 * 60)}


def moment_words(moment: dt.datetime | None) -> str:
    """Return day and time in the viewer's zone."""
    return timezone.localtime(moment).strftime("%m-%d %H:%M") if moment else "—"


def last_words(verdict: Verdict | None) -> dict[str, Any] | None:
    """Return how the page names the decision that can be undone, None without one."""
    if verdict is None:
        return None
    return {
        "verdict": verdict.pk,
        "state": verdict.state,
        "flag": {
            "id": verdict.flag_id,
            "label": str(FaultKind(verdict.kind).label),
            "number": verdict.flag.shipment.number or verdict.flag.shipment.uid,
        },
    }


def script_words() -> dict[str, Any]:
    """Return every text the script of the review page says."""
    return {
        "states": {member.value: str(member.label) for member in FlagState},
        "kinds": {member.value: str(member.label) for member in FaultKind},
        "repairs": [[m.value, str(m.label)] for m in Repair if m.value],
        "loading": _("Loading…"),
        "done": _("%(state)s: %(kind)s, %(number)s"),
        "skipped": _("Skipped for half an hour: %(kind)s, %(number)s"),
        "undone": _("Undone: %(state)s of %(number)s. It is open again and yours."),
        "undo": _("Undo"),
        "willUndo": _("U undoes: %(state)s, %(kind)s, %(number)s"),
        "nothingToUndo": _("There is nothing of yours to undo here."),
        "movedOn": _("%(reason)s Here is the next one."),
        "lost": _("The portal does not answer. Nothing is lost; try again."),
        "failed": _("The portal could not do this (%(status)s). Nothing is lost; try again."),
        "loggedOut": _("You are no longer logged in. Log in again in another tab, then try again."),
        "undoFirst": _("This one is decided. Undo it first."),
        "looking": _("You look at an earlier one: %(state)s."),
        "noPrevious": _("There is no earlier one."),
        "previewing": _("Preview of %(count)s fixes. Enter applies, Esc goes back."),
        "decidedMany": _("%(done)s decided, %(refused)s left as they are."),
        "undoneMany": _("%(done)s undone, %(refused)s left as they are."),
        "ofCause": _("%(count)s open flags: %(kind)s, device %(device)s"),
        "progress": _("%(done)s of %(total)s"),
        "byReceipt": _("time of receipt"),
        "byFix": _("time of the fix"),
        "row": _("Row %(row)s · %(time)s · %(speed)s"),
        "gap": _("gap"),
        "noMap": _("Scans name a district, not a place: the circles are districts."),
        "scan": _("%(time)s %(area)s: %(text)s"),
        "depot": _("Depot"),
        "destination": _("Destination"),
        "thinned": _("Only every few rows of this long stretch are drawn."),
        "waiting": _("%(count)s waiting"),
        "oldest": _("oldest %(time)s"),
        "rates": _("%(raised)s come in an hour, %(decided)s are decided"),
    }
