"""Everything the page of one case shows, and the panel beside the worklist; a fixed number of
queries each."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.faces import shown
from apps.exceptions.admin.case_evidence import figures_of, rule_of
from apps.exceptions.admin.case_history import history_of
from apps.exceptions.admin.case_rows import (
    clock_of,
    in_chinese,
    named_carrier,
    person_name,
    row_of,
    rule_name,
)
from apps.exceptions.case_selectors import case_log
from apps.exceptions.choices import (
    CaseState,
    NoteKind,
    Severity,
    StepKind,
    StepState,
)
from apps.exceptions.models import Case, CaseFile, CaseLink, CaseNote, CaseStep, OwnerGroup
from apps.exceptions.services.carrier_steps import is_in_doubt
from apps.exceptions.step_selectors import best_steps
from apps.exceptions.voice_selectors import contacts_of
from apps.orders.admin.page import recipient
from apps.orders.models import Order
from apps.orders.selectors import order_of_shipment
from apps.shipments.admin.page import EVENTS_MAX, order_url_of
from apps.shipments.admin.timeline import days_of
from apps.shipments.admin.track import setup_of
from apps.shipments.choices import ShipmentStatus
from apps.shipments.models import Event

EVENTS_ASIDE, MOST_CONTACTS, MOST_OTHERS, MOST_NOTES, MOST_LOGGED = 5, 10, 20, 100, 100
ASKS_CARRIER = (StepKind.URGE.value, StepKind.WORK_ORDER.value, StepKind.INTERCEPT.value)
Context = dict[str, Any]


def panel_of(request: HttpRequest, case: Case, *, may_work: bool) -> Context:
    """Return what the panel beside the list shows: what a decision needs, newest first."""
    return _shared(request, case, may_work=may_work, revealed=False, events=EVENTS_ASIDE)


def page_of(request: HttpRequest, case: Case, *, may_work: bool, revealed: bool) -> Context:
    """Return everything about a case."""
    context = _shared(request, case, may_work=may_work, revealed=revealed, events=EVENTS_MAX)
    zh = in_chinese()
    groups = {one.pk: one.name if zh else one.name_en for one in OwnerGroup.objects.all()}
    log = case_log(case.pk, limit=MOST_LOGGED)
    files = CaseFile.objects.filter(case=case).select_related("author").defer("content")
    return context | {
        "files": [{"row": row, "who": person_name(row.author)} for row in files],
        "history": history_of(log, groups=groups, revealed=revealed),
        "linked": linked_to(case),
        "track_setup": setup_of(case.shipment),
    }


def _shared(
    request: HttpRequest, case: Case, *, may_work: bool, revealed: bool, events: int
) -> Context:
    order = order_of_shipment(case.shipment_id)
    steps = steps_of(case)
    return {
        "case": case,
        "row": row_of(case, request.user),
        "severity": Severity(case.severity),
        "state": CaseState(case.state),
        "clock": clock_of(case),
        "status": ShipmentStatus.parse(case.shipment.status),
        "carrier": named_carrier(case.carrier),
        "figures": figures_of(case),
        "rule": rule_of(case),
        "steps": steps,
        "best": best_of(case),
        "own_steps": [one for one in (_unsaid(step) for step in steps) if one],
        "notes": notes_of(case, revealed=revealed),
        "contacts": contacts_of(case.shipment, most=MOST_CONTACTS, revealed=revealed),
        "others": others_of(case),
        "order": order,
        "order_url": _order_url(request, order) or order_url_of(case.shipment),
        "incident_url": _incident_url(request, case),
        "shipment_url": _shipment_url(request, case),
        "recipient": recipient(order, revealed=revealed) if order else None,
        "may_work": may_work,
        "revealed": revealed,
        **timeline_of(case, revealed=revealed, most=events),
    }


def timeline_of(case: Case, *, revealed: bool, most: int) -> Context:
    """Return the newest events as the shipment's timeline shows them; one query."""
    shipment = case.shipment
    rows = Event.objects.filter(shipment_month=shipment.month, shipment=shipment)
    events = list(rows.order_by("-occurred_at")[: most + 1])
    return {
        "shipment": shipment,
        "days": days_of(events[:most], revealed=revealed),
        "events_count": min(len(events), most),
        "events_cut": len(events) > most,
        "omitted_count": sum(event.omitted_at is not None for event in events[:most]),
    }


def notes_of(case: Case, *, revealed: bool) -> list[Context]:
    """Return what was written, newest first; one query."""
    rows = CaseNote.objects.filter(case=case).select_related("author").order_by("-id")
    return [
        {
            "row": row,
            "kind": NoteKind.parse(row.kind),
            "who": person_name(row.author),
            "text": shown(row.text, "text", revealed=revealed),
        }
        for row in rows[:MOST_NOTES]
    ]


def steps_of(case: Case) -> list[Context]:
    """Return what was done about the case, newest first; one query."""
    rows = CaseStep.objects.filter(case=case).select_related("by").order_by("-id")
    return [
        {
            "row": row,
            "kind": StepKind.parse(row.kind),
            "state": StepState.parse(row.state),
            "who": person_name(row.by),
            "in_doubt": is_in_doubt(row),
        }
        for row in rows
    ]


def best_of(case: Case) -> list[Context]:
    """Return the steps that may be taken, those that helped most often first; one query."""
    return [
        {
            "kind": one.kind,
            "label": str(StepKind(one.kind).label),
            "helped": one.helped,
            "tried": one.tried,
            "carrier": named_carrier(case.carrier) if one.by_carrier else "",
            "why_not": _why_not(case, one.kind),
        }
        for one in best_steps(case)
    ]


def _why_not(case: Case, kind: str) -> str:
    if kind in ASKS_CARRIER and not case.shipment.number:
        return _("There is no carrier number yet.")
    return ""


def _unsaid(step: Context) -> list[Any] | None:
    """Return [id, name] of a step nobody has said of whether it helped."""
    row = step["row"]
    return [row.pk, str(StepKind(row.kind).label)] if row.helped is None else None


def others_of(case: Case) -> list[Context]:
    """Return the other cases of the parcel, newest first; one query."""
    rows = Case.objects.filter(shipment_id=case.shipment_id).exclude(pk=case.pk)
    return [_named(other) for other in rows.select_related("rule").order_by("-id")[:MOST_OTHERS]]


def linked_to(case: Case) -> list[Context]:
    """Return the cases linked to this one; two queries."""
    pairs = CaseLink.objects.filter(Q(left=case) | Q(right=case)).values_list("left_id", "right_id")
    ids = {pk for pair in pairs for pk in pair} - {case.pk}
    rows = Case.objects.filter(pk__in=ids).select_related("rule", "shipment")
    return [_named(other) | {"number": other.shipment.number} for other in rows.order_by("-id")]


def _named(case: Case) -> Context:
    return {
        "row": case,
        "rule": rule_name(case),
        "state": CaseState(case.state),
        "url": reverse("admin:exceptions_case_change", args=[case.pk]),
    }


def _order_url(request: HttpRequest, order: Order | None) -> str:
    if order is None or not request.user.has_perm("orders.view_order"):
        return ""
    return reverse("admin:orders_order_change", args=[order.pk])


def _incident_url(request: HttpRequest, case: Case) -> str:
    if case.incident_id is None or not request.user.has_perm("exceptions.view_incident"):
        return ""
    return reverse("admin:exceptions_incident_change", args=[case.incident_id])


def _shipment_url(request: HttpRequest, case: Case) -> str:
    if not request.user.has_perm("shipments.view_shipment"):
        return ""
    return reverse("admin:shipments_shipment_change", args=[case.shipment_id])
