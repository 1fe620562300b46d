"""What pages show of what customers said."""

from __future__ import annotations

from typing import Any

from apps.accounts.faces import shown
from apps.exceptions.choices import Channel, ContactReason
from apps.exceptions.models import Contact
from apps.shipments.models import Shipment

RECORD = "exceptions.add_contact"
"""Who may record, correct and withdraw contacts."""


def contacts_of(shipment: Shipment, *, most: int, revealed: bool = False) -> list[dict[str, Any]]:
    """Return the newest contacts about a shipment that count, words masked unless ``revealed``."""
    rows = Contact.objects.filter(shipment=shipment, withdrawn_at=None).order_by("-at")
    return [
        {
            "row": row,
            "reason": ContactReason.parse(row.reason),
            "channel": Channel.parse(row.channel),
            "words": shown(row.words, "text", revealed=revealed),
        }
        for row in rows[:most]
    ]
