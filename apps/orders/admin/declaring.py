"""What the pages of orders show of declarations: what they lack, and where to supply it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from apps.core.region_names import country_name
from apps.core.regions import HOME
from apps.customs.choices import DeclarationState, Direction, Severity
from apps.customs.compliance_selectors import holds, latest_checks, said
from apps.customs.finding_words import words_of
from apps.customs.models import ComplianceCheck, Consignment, RecordVersion
from apps.customs.selectors import consignments_of, findings_of, versions_of
from apps.orders.models import Booking, Order
from apps.orders.services.declaring import BY_CUSTOMS

PAGE = "admin:customs_consignment_change"
VIEW = "customs.view_consignment"
MOST_NAMED = 3


def lacks_of(request: HttpRequest, bookings: Iterable[Booking]) -> dict[int, dict[str, Any]]:
    """Return by shipment what bookings held by their declaration lack, and what the rules say of
    those they hold, in a fixed number of queries; none where nothing is held by either."""
    held = list(bookings)
    declared, ruled = (_held_for(held, reason) for reason in BY_CUSTOMS)
    if not declared | ruled:
        return {}
    there = consignments_of(declared | ruled)
    versions = versions_of([row for pk, row in there.items() if pk in declared])
    checks = latest_checks(ruled) if ruled else {}
    return {
        shipment_id: _lacks(request, row, versions.get(row.pk), checks.get(shipment_id))
        for shipment_id, row in there.items()
    }


def borders_of(request: HttpRequest, order: Order) -> dict[int, dict[str, Any]]:
    """Return by shipment the borders of an order's parcels; one at home asks nothing."""
    if order.country == HOME:
        return {}
    there = consignments_of([parcel.shipment_id for parcel in order.parcels.all()])
    return {
        shipment_id: {"url": _url(request, row), "borders": _borders(row)}
        for shipment_id, row in there.items()
    }


def _held_for(bookings: Iterable[Booking], reason: str) -> set[int]:
    return {one.parcel.shipment_id for one in bookings if reason in one.hold_reasons}


def _lacks(
    request: HttpRequest,
    row: Consignment,
    version: RecordVersion | None,
    check: ComplianceCheck | None,
) -> dict[str, Any]:
    found = findings_of(version) if version else ()
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    fired = (
        [said(one, "message")[language] for one in check.findings.all() if holds(one)]
        if check
        else []
    )
    blocking = [words_of(one).message for one in found if one.severity is Severity.BLOCK]
    told = [*dict.fromkeys(fired), *blocking]
    return {
        "url": _url(request, row),
        "said": told[:MOST_NAMED],
        "more": max(len(told) - MOST_NAMED, 0),
    }


def _borders(row: Consignment) -> list[dict[str, Any]]:
    return [
        {
            "direction": Direction.parse(one.direction),
            "country": country_name(one.country),
            "state": DeclarationState.parse(one.state),
            "score": one.score,
        }
        for one in row.declarations.all()
    ]


def _url(request: HttpRequest, row: Consignment) -> str:
    """Return the declaration's page, "" for who may not see it."""
    return reverse(PAGE, args=[row.pk]) if request.user.has_perm(VIEW) else ""
