"""What exceptions add to the pages of a shipment and of an order: cases and contacts."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.accounts.scoping import merchant_of
from apps.exceptions.case_sentences import case_sentence
from apps.exceptions.choices import LIVE_CASE_STATES, CaseState, Severity
from apps.exceptions.models import Case, Incident
from apps.exceptions.voice_selectors import RECORD, contacts_of
from apps.orders.models import Order
from apps.shipments.models import Shipment

register = template.Library()
MOST_CASES = 10
MOST_CONTACTS = 5
VIEW = "exceptions.view_case"
VIEW_CONTACT = "exceptions.view_contact"


@register.inclusion_tag("exceptions/part_cases.html")
def shipment_cases(request: HttpRequest, shipment: Shipment) -> dict[str, Any]:
    """Show a shipment's cases with their sentences and what its customers said."""
    user = request.user
    may_see_cases = user.has_perm(VIEW) and merchant_of(user) is None
    may_see_contacts = user.has_perm(VIEW_CONTACT)
    here = reverse("admin:shipments_shipment_change", args=[shipment.pk])
    record = reverse("admin:exceptions_contact_record")
    return {
        "shown": may_see_cases or may_see_contacts,
        "may_see_cases": may_see_cases,
        "may_see_contacts": may_see_contacts,
        "cases": [_told(case) for case in cases_of([shipment.pk])] if may_see_cases else [],
        "contacts": contacts_of(shipment, most=MOST_CONTACTS) if may_see_contacts else [],
        "record_url": f"{record}?{urlencode({'shipment': str(shipment.pk), 'next': here})}"
        if user.has_perm(RECORD)
        else "",
    }


@register.inclusion_tag("exceptions/part_order_cases.html")
def order_cases(request: HttpRequest, order: Order) -> dict[str, Any]:
    """Show in one line which live cases the parcels of an order have."""
    user = request.user
    if not user.has_perm(VIEW) or merchant_of(user) is not None:
        return {"cases": []}
    ids = list(order.parcels.values_list("shipment_id", flat=True))
    return {"cases": [_told(case) for case in cases_of(ids, live_only=True)]}


def cases_of(shipment_ids: list[int], *, live_only: bool = False) -> list[Case]:
    """Return the cases of shipments, live ones first, the newest before the others."""
    rows = Case.objects.filter(shipment_id__in=shipment_ids).select_related("rule", "incident")
    if live_only:
        rows = rows.filter(state__in=LIVE_CASE_STATES)
    newest = rows.order_by("-id")[: MOST_CASES * 2]
    return sorted(newest, key=lambda case: case.closed_at is not None)[:MOST_CASES]


def _told(case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "state": CaseState.parse(case.state),
        "severity": Severity.parse(case.severity),
        "is_live": case.state in LIVE_CASE_STATES,
        "sentence": case_sentence(case),
        "customer_text": told_to_customers(case.incident),
    }


def told_to_customers(incident: Incident | None) -> str:
    """Return what customers may be told of an incident, "" where nothing is said."""
    return incident.shown_message if incident else ""
