"""Finding a shipment from what a caller has: tracking number, order number or our own id."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from unfold.dataclasses import SearchResult

from apps.accounts.scoping import merchant_of, scope_to
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import ShipmentStatus
from apps.shipments.models import Shipment

PREFIX_MIN = 4
TAIL_MIN = 6
TAILS_MAX = 1_000
FOUND_MAX = 200
PALETTE_MAX = 8

SCOPES = {
    "[and own]": "AND merchant_id = %(owner)s",
    "[of owner]": "WHERE owner.id = %(owner)s",
    "[whose]": """
        CROSS JOIN LATERAL (
            SELECT 1 FROM shipments_shipment
            WHERE id = leg.shipment_id AND merchant_id = %(owner)s OFFSET 0
        ) AS own""",
}
"""What each mark in the questions below says if the viewer belongs to one merchant."""

NUMBER = """
SELECT id FROM shipments_shipment WHERE number [match] [and own] ORDER BY number LIMIT %(limit)s
"""
UID = """
SELECT id FROM shipments_shipment WHERE uid = ANY(%(uids)s) [and own] ORDER BY uid LIMIT %(limit)s
"""
LEG = """
SELECT leg.shipment_id FROM shipments_leg AS leg [whose]
WHERE leg.number = ANY(%(words)s) ORDER BY leg.number LIMIT %(limit)s
"""
# The order is the index's own, so that no other index is tempting; whose they are is asked
# afterwards, row by row, because a join invites a full scan.
TAIL = f"""
SELECT leg.shipment_id FROM (
    SELECT shipment_id FROM shipments_leg WHERE REVERSE(number) LIKE %(tail)s
    ORDER BY REVERSE(number) USING ~<~ LIMIT {TAILS_MAX}
) AS leg [whose] ORDER BY leg.shipment_id DESC LIMIT %(limit)s
"""  # noqa: S608
# Merchant by merchant: the index of references begins with the merchant.
REFERENCE = """
SELECT found.id FROM accounts_merchant AS owner CROSS JOIN LATERAL (
    SELECT id, reference FROM shipments_shipment
    WHERE merchant_id = owner.id AND reference [match] ORDER BY reference LIMIT %(limit)s
) AS found [of owner] ORDER BY owner.id, found.reference LIMIT %(limit)s
"""


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

    One query. Each place is asked on its own and by its own index, so that the answer takes
    constant time however many shipments there are. Fewer than four characters match exactly or
    not at all; six and more also find the numbers that end so, as people read them out on the
    telephone: of more than `TAILS_MAX` that end alike the rest is cut off.
    """
    words = spellings_of(term)
    if not words or not getattr(viewer, "is_authenticated", True):
        return []
    owner = merchant_of(viewer)
    uids = sorted({word.lower() for word in words if word.lower().startswith("shp_")})
    begins = tuple(len(word) >= PREFIX_MIN for word in words)
    values: dict[str, Any] = {
        "limit": limit, "owner": owner, "words": words, "uids": uids,
        "tail": _beginning(words[-1][::-1]),
    }  # fmt: skip
    for place, (word, begin) in enumerate(zip(words, begins, strict=True)):
        values[f"word{place}"] = _beginning(word) if begin else word
    sql = _statement(begins, tail=len(words[-1]) >= TAIL_MIN, uid=bool(uids), own=owner is not None)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return sorted({row[0] for row in cursor.fetchall()}, reverse=True)[:limit]


def spellings_of(term: str) -> list[str]:
    """Return how a term may be stored: as typed, without blanks, in capitals; never with a NUL."""
    typed = unicodedata.normalize("NFKC", term).strip()[:64]
    packed = "".join(typed.split())
    return [
        word
        for word in dict.fromkeys((typed, packed, packed.upper()))
        if word and "\x00" not in word
    ]


def _beginning(word: str) -> str:
    """Return the pattern of all that begins with a word, whatever characters it is made of."""
    return connection.ops.prep_for_like_query(word) + "%"


@cache
def _statement(begins: tuple[bool, ...], *, tail: bool, uid: bool, own: bool) -> str:
    """Return the question to every place at once: put together once for each kind of term.

    ``begins`` says of each spelling whether it may be a beginning, ``own`` that one merchant's
    shipments are meant. Values are bound by the client: with a plan kept by the server a
    beginning would be looked for in the whole table.
    """
    parts = [LEG, *[TAIL] * tail, *[UID] * uid]
    for place, begin in enumerate(begins):
        match = f"LIKE %(word{place})s" if begin else f"= %(word{place})s"
        parts += [part.replace("[match]", match) for part in (NUMBER, REFERENCE)]
    asked = " UNION ALL ".join(f"({part.strip()})" for part in parts)
    for mark, condition in SCOPES.items():
        asked = asked.replace(mark, condition if own else "")
    return asked


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
