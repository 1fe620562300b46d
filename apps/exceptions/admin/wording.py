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


ASKING: dict[str, Any] = {
    "loading": gettext_lazy("Loading…"),
    "lost": gettext_lazy("The portal does not answer. Nothing is lost; try again."),
    "failed": gettext_lazy(
        "The portal could not do this (%(status)s). Nothing is lost; try again."
    ),
    "loggedOut": gettext_lazy(
        "You are no longer logged in. Log in again in another tab, then try again."
    ),
}
"""What a script says where the portal did not answer as it should, or not yet."""

WORDS: dict[str, Any] = {
    **ASKING,
    "states": {member.value: member.label for member in FlagState},
    "kinds": {member.value: member.label for member in FaultKind},
    "repairs": [[m.value, m.label] for m in Repair if m.value],
    "done": gettext_lazy("%(state)s: %(kind)s, %(number)s"),
    "skipped": gettext_lazy("Skipped for half an hour: %(kind)s, %(number)s"),
    "undone": gettext_lazy("Undone: %(state)s of %(number)s. It is open again and yours."),
    "undo": gettext_lazy("Undo"),
    "willUndo": gettext_lazy("U undoes: %(state)s, %(kind)s, %(number)s"),
    "nothingToUndo": gettext_lazy("There is nothing of yours to undo here."),
    "movedOn": gettext_lazy("%(reason)s Here is the next one."),
    "undoFirst": gettext_lazy("This one is decided. Undo it first."),
    "looking": gettext_lazy("You look at an earlier one: %(state)s."),
    "noPrevious": gettext_lazy("There is no earlier one."),
    "previewing": gettext_lazy("Preview of %(count)s fixes. Enter applies, Esc goes back."),
    "decidedMany": gettext_lazy("%(done)s decided, %(refused)s left as they are."),
    "undoneMany": gettext_lazy("%(done)s undone, %(refused)s left as they are."),
    "ofCause": gettext_lazy("%(count)s open flags: %(kind)s, device %(device)s"),
    "progress": gettext_lazy("%(done)s of %(total)s"),
    "byReceipt": gettext_lazy("time of receipt"),
    "byFix": gettext_lazy("time of the fix"),
    "row": gettext_lazy("Row %(row)s · %(time)s · %(speed)s"),
    "gap": gettext_lazy("gap"),
    "noMap": gettext_lazy("Scans name a district, not a place: the circles are districts."),
    "scan": gettext_lazy("%(time)s %(area)s: %(text)s"),
    "depot": gettext_lazy("Depot"),
    "destination": gettext_lazy("Destination"),
    "thinned": gettext_lazy("Only every few rows of this long stretch are drawn."),
    "waiting": gettext_lazy("%(count)s waiting"),
    "oldest": gettext_lazy("oldest %(time)s"),
    "rates": gettext_lazy("%(raised)s come in an hour, %(decided)s are decided"),
}
"""Every text of the review page's script, by name."""


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
    """Return every text the script of the review page says, in the reader's language."""
    said: dict[str, Any] = as_said(WORDS)
    return said


def as_said(words: Any) -> Any:
    """Return a table of texts, however deep, in the reader's language."""
    if isinstance(words, dict):
        return {name: as_said(text) for name, text in words.items()}
    if isinstance(words, list):
        return [as_said(text) for text in words]
    return str(words)
