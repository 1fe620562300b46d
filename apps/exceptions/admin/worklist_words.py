"""What the scripts of the worklist and of a case's page say."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.exceptions.admin.wording import ASKING, as_said

WORDS: dict[str, Any] = {
    **ASKING,
    "of": _("%(shown)s of %(all)s shown"),
    "shown": _("%(shown)s shown"),
    "at": _("as of %(time)s"),
    "chosen": _("%(count)s chosen"),
    "complained": _("complained"),
    "escalated": pgettext_lazy("badge", "escalated"),
    "incident": _("incident"),
    "sandbox": _("sandbox"),
    "mine": _("mine"),
    "clear": _("Clear filters"),
    "keep": _("Keep as a view"),
    "forget": _("Forget this view"),
    "allOfView": _("All of this view"),
    "wholeView": _("The whole view is chosen"),
    "undoing": _("Taken back"),
    "helped": [
        ["", _("cannot tell")],
        ["yes", _("it helped")],
        ["no", _("it did not help")],
    ],
    "undone": _("There is nothing of yours to undo here."),
    "copied": _("Copied"),
    "notCopied": _("The browser did not let us copy; mark the text and copy it."),
    "gone": _("No longer in this view"),
    "any": _("any"),
    "filter": {
        "rule": _("rule"),
        "group": _("owner group"),
        "severity": _("severity"),
        "carrier": _("carrier"),
        "merchant": _("shop"),
        "incident": _("incident"),
        "hub": _("hub"),
        "complained": _("complained"),
    },
    "ask": {
        "wait": _("Whom does it wait for?"),
        "resolve": _("Why is it resolved?"),
        "dismiss": _("Why is there nothing to do?"),
        "assign": _("Who takes it on?"),
        "note": _("Note on the case"),
        "link": _("Link another case"),
    },
    "do": {
        "acknowledge": _("Acknowledge"),
        "wait": _("Let it wait"),
        "wake": _("Take it up again"),
        "resolve": _("Resolve"),
        "dismiss": _("Dismiss"),
        "assign": _("Give it away"),
        "note": _("Write the note"),
        "link": _("Link"),
    },
    "me": _("me"),
    "people": _("People"),
    "teams": _("Owner groups"),
    "many": _("%(move)s (%(count)s)"),
    "preview": _("%(count)s of %(all)s can be done."),
    "excluded": _("%(count)s stay as they are: %(why)s"),
    "progress": _("%(done)s of %(total)s"),
    "doneMany": _("%(done)s done, %(refused)s left as they are."),
    "undoneMany": _("%(done)s taken back, %(refused)s left as they are."),
    "closed": _("This case is closed. U takes it back if you closed it."),
    "wantsRole": _("Your role looks on; it does not work on cases."),
    "empty": {
        "all": _(
            "No case is open. Rules look at every parcel underway; what they find appears "
            "here by itself."
        ),
        "groups": _(
            "Nothing waits for your groups. New cases of your rules appear here by themselves."
        ),
        "mine": _("No case is yours. Acknowledge one of the others and it becomes yours."),
        "unacknowledged": _("Everything has been acknowledged: somebody cares for every case."),
        "red": _("No case is red. Nothing has been overdue for long."),
        "overdue": _("Nothing is overdue: every case is within its time."),
        "waiting": _("No case waits for a carrier, a customer or customs."),
        "closed": _("Nothing has been closed yet."),
        "found": _(
            "No case of this parcel, open or closed. The number may be right and the parcel fine."
        ),
        "other": _("No case fits this view and its filters."),
    },
}
"""Every text of the scripts, by name."""


def script_words() -> dict[str, Any]:
    """Return every text the scripts say, by name, in the reader's language."""
    said: dict[str, Any] = as_said(WORDS)
    return said
