"""What the page of one claim shows: quote beside settlements, the difference, the evidence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.urls import reverse

from apps.core.models import ActionLog
from apps.orders.admin.page import named
from apps.orders.admin.wording import action_name
from apps.orders.choices import ClaimKind, ClaimState, SettlementKind, WorkOrderState
from apps.orders.models import Booking, Claim, Quote, Settlement


def claim_page(request: HttpRequest, claim: Claim) -> dict[str, Any]:
    """Return the template's context."""
    booking = claim.booking
    parcel = booking.parcel
    settlements = booking.settlements.order_by("id")
    counted = claim.evidence.get("settlement") or {}
    return {
        "claim": claim,
        "kind": ClaimKind.parse(claim.kind),
        "state": ClaimState.parse(claim.state),
        "work_order": WorkOrderState.parse(claim.work_order_state),
        "order": parcel.order,
        "order_url": reverse("admin:orders_order_change", args=[parcel.order_id]),
        "shipment": parcel.shipment,
        "shipment_url": reverse("admin:shipments_shipment_change", args=[parcel.shipment_id]),
        "booking": booking,
        "carrier": named(booking.carrier),
        "quote": quote_of(booking),
        "stated": parcel.weight_grams,
        "expected": amount_text(claim, claim.expected),
        "charged": amount_text(claim, claim.charged),
        "difference": amount_text(claim, claim.charged - claim.expected),
        "settlements": [
            settlement_row(request, row, counted=row.pk == counted.get("id")) for row in settlements
        ],
        "history": history_of(claim),
    }


def amount_text(claim: Claim, value: Decimal) -> str:
    """Return an amount with its unit: grams for weight, CNY for freight."""
    if claim.kind == ClaimKind.WEIGHT.value:
        return f"{value:,.0f} g"
    return f"{value:,.2f} CNY"


def quote_of(booking: Booking) -> Quote | None:
    """Return what the booking was going to cost, None where nobody could say."""
    try:
        return booking.quote
    except ObjectDoesNotExist:
        return None


def settlement_row(request: HttpRequest, row: Settlement, *, counted: bool) -> dict[str, Any]:
    """Return one callback about money, with the way to the callback itself."""
    may_open = row.inbox_id is not None and request.user.has_perm("baidiyun.view_inboxrow")
    return {
        "row": row,
        "kind": SettlementKind.parse(row.kind),
        "counted": counted,
        "fees": [fee for fee in row.fees if isinstance(fee, dict)],
        "callback": reverse("admin:baidiyun_inboxrow_change", args=[row.inbox_id])
        if may_open
        else "",
    }


def history_of(claim: Claim) -> list[dict[str, Any]]:
    """Return what was done with the claim, newest first."""
    rows = ActionLog.objects.filter(
        subject_kind=claim._meta.label_lower, subject_id=str(claim.pk)
    ).order_by("-id")[:20]
    return [{"row": row, "name": action_name(row.action), "note": row.note} for row in rows]
