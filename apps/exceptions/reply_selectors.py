"""Canned replies offered for a case, and filled with what is known of the parcel."""

from __future__ import annotations

from collections.abc import Sequence

from apps.core import clock
from apps.core.masking import mask_name, mask_phone
from apps.exceptions.models import CannedReply, Case
from apps.exceptions.replies import fill
from apps.orders.models import Parcel
from apps.shipments.carriers import carrier_name


def replies_for(case: Case) -> list[CannedReply]:
    """Return the replies in use, those made for the case's rule first."""
    rows = list(CannedReply.objects.filter(is_active=True))
    code = case.rule.code
    return sorted(
        (row for row in rows if not row.rules or code in row.rules),
        key=lambda row: (code not in row.rules, row.code),
    )


def filled_replies(
    *, case: Case, replies: Sequence[CannedReply], language: str, revealed: bool = False
) -> list[str]:
    """Return replies in "zh" or "en" as they can be read out; plain text, not HTML.

    One look at the parcel for all of them. Name and phone are masked unless the caller has checked
    that they are ``revealed``.
    """
    values = reply_values(case, language=language, revealed=revealed)
    is_english = language.startswith("en")
    return [fill(one.text_en if is_english else one.text, values) for one in replies]


def reply_values(case: Case, *, language: str, revealed: bool) -> dict[str, str]:
    """Return what the placeholders stand for."""
    parcel = Parcel.objects.select_related("order").filter(shipment_id=case.shipment_id).first()
    order = parcel.order if parcel else None
    name, phone = (order.recipient_name, order.recipient_phone) if order else ("", "")
    days = max(0, (clock.now() - case.anchored_at).days)
    return {
        "number": case.shipment.number,
        "carrier": carrier_name(case.carrier, "en" if language.startswith("en") else "zh"),
        "place": str(case.evidence.get("area_name", "")),
        "days": str(days),
        "shop": case.merchant.name,
        "recipient": name if revealed else mask_name(name),
        "phone": phone if revealed else mask_phone(phone),
    }
