"""Which shipment somebody means: by our id, the merchant's order number, the carrier's number."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.api.problems import Problem
from apps.accounts.models import Merchant
from apps.core.text import clean_line
from apps.shipments.models import Leg, Shipment

MAX_CANDIDATES = 20
MAX_REFERENCE = 64
PREFIX = "shp_"


def find_shipment(*, rows: QuerySet[Shipment], ref: str) -> Shipment:
    """Return the one shipment among ``rows`` that ``ref`` means.

    Our id decides at once. The merchant's order number and the carrier's number of any leg are
    compared whole, after the cleaning that stored numbers went through. Raises a 404 problem for
    none, and for several a 409 problem that lists the candidates, newest first.
    """
    wanted = clean_line(ref).value
    if not wanted or len(wanted) > MAX_REFERENCE:
        raise Problem(404, "not_found", _("There is nothing here."))
    by_id = rows.filter(uid=wanted).first() if wanted.startswith(PREFIX) else None
    if by_id is not None:
        return by_id
    found = _matches(rows, wanted)
    if not found:
        raise Problem(404, "not_found", _("There is nothing here."))
    if len(found) > 1:
        raise Problem(
            409,
            "ambiguous_reference",
            _("Several shipments have this reference. Ask for one of them by its id."),
            candidates=[_candidate(row) for row in found[:MAX_CANDIDATES]],
            more=len(found) > MAX_CANDIDATES,
        )
    return found[0]


def numbered(number: str) -> Q:
    """Select the shipments of which any leg has, or had, that carrier number."""
    return Q(pk__in=Leg.objects.filter(number=number).values("shipment_id"))


def referenced(order_number: str) -> Q:
    """Select the shipments of an order number.

    The index begins with the merchant: naming all of them lets staff's search use it too.
    """
    return Q(reference=order_number, merchant_id__in=Merchant.objects.values("pk"))


def _matches(rows: QuerySet[Shipment], wanted: str) -> list[Shipment]:
    """Newest first; two selects, because an OR of both would use neither index."""
    found: dict[int, Shipment] = {}
    for condition in (referenced(wanted), numbered(wanted)):
        some = rows.filter(condition).order_by("-id")[: MAX_CANDIDATES + 1]
        found |= {row.pk: row for row in some}
    return sorted(found.values(), key=lambda row: -row.pk)


def _candidate(row: Shipment) -> dict[str, Any]:
    return {
        "id": row.uid,
        "order_number": row.reference,
        "carrier": row.carrier,
        "tracking_number": row.number,
        "status": row.status,
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
    }
