"""Canned replies offered for a case, and one of them filled with what is known of the parcel."""

from __future__ import annotations

from typing import Any

from apps.accounts.scoping import merchant_of
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


def filled_reply(*, case: Case, reply: CannedReply, language: str, revealed: bool = False) -> str:
    """Return a reply in "zh" or "en" as it can be read out; plain text, not HTML.

    Name and phone are masked unless the caller has checked that they are ``revealed``.
    """
    text = reply.text_en if language.startswith("en") else reply.text
    return fill(text, reply_values(case, language=language, revealed=revealed))


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


def may_fill_revealed(user: Any) -> bool:
    """Tell whether somebody may ask for replies with the name and phone in clear."""
    return merchant_of(user) is None and bool(user.has_perm("accounts.reveal_personal_data"))
