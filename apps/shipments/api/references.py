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


def find_shipment(*, rows: QuerySet[Shipment], ref: str) -> Shipment:
    """Return the one shipment among ``rows`` that ``ref`` means.

    Our id decides at once. The merchant's order number and the carrier's number of any leg are
    compared whole, after the cleaning that stored numbers went through. Raises a 404 problem for
    none, and for several a 409 problem that lists the candidates, newest first.
    """
    wanted = clean_line(ref).value
    if not wanted or len(wanted) > MAX_REFERENCE:
        raise Problem(404, "not_found", _("There is nothing here."))
    by_id = rows.filter(uid=wanted).first()
    if by_id is not None:
        return by_id
    found = list(rows.filter(_means(wanted)).order_by("-id")[: MAX_CANDIDATES + 1])
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
    legs = Leg.objects.filter(number=number).values("shipment_id")
    return Q(number=number) | Q(pk__in=legs)


def _means(wanted: str) -> Q:
    # The index of references begins with the merchant: naming all of them lets it be used.
    merchants = Merchant.objects.values("pk")
    return Q(reference=wanted, merchant_id__in=merchants) | numbered(wanted)


def _candidate(row: Shipment) -> dict[str, Any]:
    return {
        "id": row.uid,
        "order_number": row.reference,
        "carrier": row.carrier,
        "tracking_number": row.number,
        "status": row.status,
        "created_at": row.created_at.isoformat().replace("+00:00", "Z"),
    }
