"""The page of one incident: what, where, since when, its cases, its message, what happened."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.exceptions.case_sentences import case_sentence
from apps.exceptions.choices import CaseState, Cause, IncidentState, Severity
from apps.exceptions.incident_selectors import (
    MOST_SHOWN,
    children_of,
    curve_of,
    lasted,
    log_of,
    map_of,
    sums_of,
)
from apps.exceptions.incident_words import place_of, rule_name, title_of, usual_words
from apps.exceptions.models import Case, Incident
from apps.exceptions.services.incident_changes import ACTION, PERMISSION
from apps.shipments.carriers import carrier_name

WORDS = {
    "opened": _("Found by the measured excess"),
    "renamed": _("Named anew: another cause explains it better"),
    "reopened": _("Flared up again"),
    "merged": _("Merged into another incident"),
    "took_in": _("Took in another incident"),
    "owned": _("Taken over"),
    "worded": _("Message edited"),
    "attached": _("Cases put in by hand"),
    "detached": _("Cases taken out by hand"),
    "resolved": _("Resolved"),
    "undone": _("Taken back"),
}


def page_of(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        "title": title_of(incident),
        "incident": incident,
        "incident_title": title_of(incident),
        "place": place_of(incident),
        "cause": Cause(incident.cause),
        "state": IncidentState(incident.state),
        "severity": Severity(incident.severity),
        "rule_shown": rule_name(incident),
        "carrier_shown": carrier_name(incident.carrier) if incident.carrier else "",
        "usual": usual_words(incident.expected),
        "sums": sums_of(incident),
        "lasted": lasted(incident).total_seconds(),
        "curve": curve_of(incident),
        "map": map_of(incident),
        "children": [_child(case) for case in children_of(incident)[:MOST_SHOWN]],
        "entries": [_entry(row) for row in log_of(incident)],
        "may_change": request.user.has_perm(PERMISSION),
        "take_out_url": reverse("admin:exceptions_incident_do_take-out", args=[incident.pk]),
    }


def _child(case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "url": reverse("admin:exceptions_case_change", args=[case.pk]),
        "number": case.shipment.number or case.shipment.uid,
        "sentence": case_sentence(case),
        "state": CaseState(case.state),
        "severity": Severity(case.severity),
    }


def _entry(row: Any) -> dict[str, Any]:
    word = row.action.removeprefix(ACTION)
    return {
        "row": row,
        "word": WORDS.get(word, word),
        "by": _now("the portal") if row.actor_kind == "system" else row.actor_name,
        "figures": _figures(word, row.after),
    }


def _figures(word: str, after: dict[str, Any]) -> str:
    if word in ("opened", "renamed", "reopened"):
        return _now("%(observed)s cases within %(hours)s h, usually %(expected)s") % {
            "observed": after.get("observed"),
            "hours": after.get("hours"),
            "expected": usual_words(float(after.get("expected") or 0)),
        }
    count = after.get("cases")
    return _now("%(n)s cases") % {"n": count} if isinstance(count, int) else ""
