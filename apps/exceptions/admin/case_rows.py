"""A line of the worklist as its script draws it: texts and colours, nothing to compute."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.language import spoken
from apps.exceptions.admin.wording import moment_words, span_words
from apps.exceptions.case_sentences import case_sentence
from apps.exceptions.choices import (
    LIVE_CASE_STATES,
    CaseState,
    CloseReason,
    Severity,
    WaitingFor,
)
from apps.exceptions.models import Case
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import ShipmentMode

SOON = dt.timedelta(hours=1)
Told = dict[str, Any]


def person_name(person: User | None) -> str:
    """Return what somebody is called, empty for nobody."""
    return (person.get_full_name() or person.get_username()) if person else ""


def in_chinese() -> bool:
    """Tell whether the reader reads Chinese."""
    return spoken() == "zh"


def named_carrier(code: str) -> str:
    """Return a carrier's name in the reader's language."""
    return carrier_name(code, get_language() or "zh-hans") if code else ""


def rule_name(case: Case) -> str:
    """Return the name of the case's rule in the reader's language."""
    return case.rule.name if in_chinese() else case.rule.name_en


def row_of(case: Case, user: Any) -> Told:
    """Return one line; the case comes with all that `case_selectors.SHOWN` names. No query."""
    severity, state = Severity(case.severity), CaseState(case.state)
    return {
        "id": case.pk,
        "version": case.version,
        "state": state.value,
        "stateLabel": str(state.label),
        "stateColour": state.colour,
        "live": case.state in LIVE_CASE_STATES,
        "severity": severity.value,
        "severityLabel": str(severity.label),
        "colour": severity.colour,
        "sentence": case_sentence(case),
        "rule": rule_name(case),
        "number": case.shipment.number or case.shipment.uid,
        "order": case.shipment.reference,
        "carrier": named_carrier(case.carrier),
        "shop": case.merchant.name,
        "clock": clock_of(case),
        "owner": person_name(case.owner),
        "mine": case.owner_id == user.pk,
        "claim": claim_words(case, user),
        "complained": case.complained_at is not None,
        "escalated": case.escalated_at is not None and case.state == CaseState.OPEN.value,
        "incident": case.incident.uid if case.incident else "",
        "sandbox": is_pretended(case),
        "url": reverse("admin:exceptions_case_change", args=[case.pk]),
    }


def is_pretended(case: Case) -> bool:
    """Tell whether the parcel is the sandbox's while the portal also has real ones."""
    live: Any = settings.BAIDIYUN["live"]["key"]
    return bool(live) and case.shipment.mode == ShipmentMode.SANDBOX.value


def claim_words(case: Case, user: Any) -> str:
    """Return who else works on the case just now, empty if nobody does."""
    until = case.claimed_until
    if not until or until <= clock.real_now() or case.claimed_by_id == user.pk:
        return ""
    return _("%(name)s is at it") % {"name": person_name(case.claimed_by)}


def clock_of(case: Case) -> Told:
    """Return the clock of a case: ``text``, ``colour`` and the whole of it as ``hint``."""
    now = clock.now()
    if case.state not in LIVE_CASE_STATES:
        return _told(_closed_words(case), "default", moment_words(case.closed_at))
    if case.state == CaseState.WAITING.value:
        return _waiting_clock(case, now)
    if case.resolve_by < now:
        return _late(_("%(time)s overdue"), now - case.resolve_by, case.resolve_by)
    if case.state == CaseState.OPEN.value:
        if case.acknowledge_by < now:
            late = _("%(time)s unseen")
            return _late(late, now - case.acknowledge_by, case.acknowledge_by)
        return _left(_("acknowledge in %(time)s"), case.acknowledge_by - now, case.acknowledge_by)
    return _left(_("%(time)s left"), case.resolve_by - now, case.resolve_by)


def _waiting_clock(case: Case, now: dt.datetime) -> Told:
    whom = WaitingFor(case.waiting_for).label
    since = case.waiting_since or now
    said = _("waits for %(whom)s, %(time)s") % {"whom": whom, "time": span_words(now - since)}
    until = case.wakes_at
    hint = _("until %(time)s") % {"time": moment_words(until)} if until else _("without an end")
    return _told(said, "default", hint)


def _closed_words(case: Case) -> str:
    state, reason = CaseState(case.state).label, CloseReason(case.close_reason)
    return f"{state}: {reason.label}" if reason.value else str(state)


def _late(text: str, span: dt.timedelta, due: dt.datetime) -> Told:
    return _told(text % {"time": span_words(span)}, "danger", _due(due))


def _left(text: str, span: dt.timedelta, due: dt.datetime) -> Told:
    return _told(text % {"time": span_words(span)}, "warning" if span < SOON else "info", _due(due))


def _due(moment: dt.datetime) -> str:
    return _("due %(time)s") % {"time": timezone.localtime(moment).strftime("%m-%d %H:%M")}


def _told(text: str, colour: str, hint: str) -> Told:
    return {"text": text, "colour": colour, "hint": hint}
