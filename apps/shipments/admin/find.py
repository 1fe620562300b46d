"""Finding a shipment from what a caller has: tracking number, order number or our own id."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db.models.functions import Reverse
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from unfold.dataclasses import SearchResult

from apps.accounts.models import Merchant
from apps.accounts.scoping import merchant_of, scope_to
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import ShipmentStatus
from apps.shipments.models import Leg, Shipment

PREFIX_MIN = 4
TAIL_MIN = 6
TAILS_MAX = 1_000
FOUND_MAX = 200
PALETTE_MAX = 8


def quick_find(request: HttpRequest, term: str) -> list[SearchResult]:
    """Answer the command palette: shipments of the viewer by number, reference or id.

    The palette hands over the term in small letters; what was typed is in the query.
    """
    if not request.user.has_perm("shipments.view_shipment"):
        return []
    typed = request.GET.get("s", term)
    ids = find_shipment_ids(request.user, typed, limit=PALETTE_MAX)
    rows = scope_to(request.user, Shipment.objects.filter(pk__in=ids))
    return [_result(row) for row in rows.select_related("merchant").order_by("-id")]


def find_shipment_ids(viewer: Any, term: str, *, limit: int = FOUND_MAX) -> list[int]:
    """Return ids of the viewer's shipments that a term names, begins or ends, newest first.

    Each place is asked on its own and by its own index, so that the answer takes constant time
    however many shipments there are. Fewer than four characters match exactly or not at all; six
    and more also find the numbers that end so, as people read them out on the telephone.
    """
    spellings = spellings_of(term)
    if not spellings:
        return []
    found: set[int] = set()
    for question in (_by_number, _by_leg, _by_tail, _by_uid, _by_reference):
        found.update(question(viewer, spellings, limit))
    return sorted(found, reverse=True)[:limit]


def spellings_of(term: str) -> list[str]:
    """Return how a term may be stored: as typed, without blanks, in capitals."""
    typed = unicodedata.normalize("NFKC", term).strip()[:64]
    packed = "".join(typed.split())
    return [word for word in dict.fromkeys((typed, packed, packed.upper())) if word]


def _begins(field: str, word: str) -> dict[str, str]:
    """Return one condition an index answers in its own order; a beginning includes the whole."""
    return {f"{field}__startswith" if len(word) >= PREFIX_MIN else field: word}


def _by_number(viewer: Any, spellings: list[str], limit: int) -> list[int]:
    found: list[int] = []
    for word in spellings:
        rows = scope_to(viewer, Shipment.objects.filter(**_begins("number", word)))
        found += rows.order_by("number").values_list("pk", flat=True)[:limit]
    return found


def _by_leg(viewer: Any, spellings: list[str], limit: int) -> list[int]:
    rows = scope_to(viewer, Leg.objects.filter(number__in=spellings), path="shipment__merchant")
    return list(rows.order_by("number").values_list("shipment_id", flat=True)[:limit])


def _by_tail(viewer: Any, spellings: list[str], limit: int) -> list[int]:
    """Ask the index of reversed numbers, then whose they are: a join here invites a full scan.

    The order is the index's own expression, so that no other index is tempting. More than
    `TAILS_MAX` numbers that end alike are cut off before it is asked whose they are.
    """
    word = spellings[-1]
    if len(word) < TAIL_MIN:
        return []
    rows = Leg.objects.annotate(tail=Reverse("number")).filter(tail__startswith=word[::-1])
    found = list(rows.order_by("tail").values_list("shipment_id", flat=True)[:TAILS_MAX])
    mine = scope_to(viewer, Shipment.objects.filter(pk__in=found))
    return list(mine.order_by("-id").values_list("pk", flat=True)[:limit]) if found else []


def _by_uid(viewer: Any, spellings: list[str], limit: int) -> list[int]:
    words = [word.lower() for word in spellings if word.lower().startswith("shp_")]
    if not words:
        return []
    rows = scope_to(viewer, Shipment.objects.filter(uid__in=words))
    return list(rows.order_by("uid").values_list("pk", flat=True)[:limit])


def _by_reference(viewer: Any, spellings: list[str], limit: int) -> list[int]:
    """Ask for each merchant: the index of references begins with the merchant."""
    own = merchant_of(viewer)
    merchants = Merchant.objects.all() if own is None else Merchant.objects.filter(pk=own)
    found: list[int] = []
    for word in spellings:
        rows = Shipment.objects.filter(merchant__in=merchants, **_begins("reference", word))
        ordered = rows.order_by("merchant_id", "reference")
        found += ordered.values_list("pk", flat=True)[:limit]
    return found


def _result(shipment: Shipment) -> SearchResult:
    status = ShipmentStatus.parse(shipment.status)
    carrier = carrier_name(shipment.carrier, get_language() or "zh-hans")
    said = (status.label if status else shipment.status, shipment.reference, shipment.merchant.name)
    return SearchResult(
        title=f"{carrier} {shipment.number}".strip() or shipment.uid,
        description=" · ".join(str(word) for word in said if word),
        link=reverse("admin:shipments_shipment_change", args=[shipment.pk]),
        icon="package_2",
    )
