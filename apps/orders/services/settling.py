"""Quotes before a booking, settlements after it, and the claims between the two."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from apps.baidiyun.products.pickup import Fee, PickupPush
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.core.text import clean_line
from apps.orders.choices import ClaimState, SettlementKind
from apps.orders.errors import NotAllowedNow
from apps.orders.models import Booking, Claim, Quote, Settlement
from apps.orders.quoting import AskPrice, PriceAnswer
from apps.orders.services.shadowing import question_about
from apps.orders.settling import CENT, Difference, find_differences
from apps.orders.sources import price_source

log = structlog.get_logger(__name__)
KINDS = {"155": SettlementKind.WEIGHT_CHANGED, "15": SettlementKind.SETTLED}
MOST = Decimal(10) ** 9


def quote_booking(booking: Booking, *, ask: AskPrice | None = None) -> Quote | None:
    """Ask what a booking will cost and keep it; None where nobody could say.

    A booking is quoted once, before it is first sent, and never waits for a price: a failing
    question is only logged. Call it outside a transaction, with the order and merchant loaded.
    """
    ask = ask or price_source()
    if ask is None or booking.sends > 1 or booking.maybe_sent:
        return None
    try:
        answer = ask(question_about(booking))
    except PortalError as error:
        log.warning("no quote", booking=booking.third_order_id, code=error.code)
        return None
    return record_quote(booking, answer)


def record_quote(booking: Booking, answer: PriceAnswer) -> Quote | None:
    """Keep the price of a booking; the first one counts. None for an answer without a price."""
    if not answer.ok or answer.price is None or not 0 <= answer.price < MOST:
        return None
    row, _made = Quote.objects.get_or_create(
        booking=booking,
        defaults={
            "carrier": booking.carrier,
            "service_type": answer.service_type[:40],
            "weight_grams": booking.parcel.weight_grams,
            "price": answer.price.quantize(CENT, ROUND_HALF_UP),
        },
    )
    return row


def record_settlement(
    *, booking: Booking, update: PickupPush, inbox_id: int | None = None
) -> list[Claim]:
    """Keep what a callback of state 155 or 15 said and compare it with quote and stated weight.

    Runs in the caller's transaction with the booking locked. The same callback again changes
    nothing; a new figure brings the open claim up to date. Returns the claims that stand.
    """
    kind = KINDS.get(update.state)
    weight, freight = _grams(update), _money(update.freight)
    if kind is None or (weight is None and freight is None):
        return []
    row, made = Settlement.objects.get_or_create(
        booking=booking,
        kind=kind.value,
        weight_grams=weight,
        freight=freight,
        defaults={"fees": _fees(update.fees), "inbox_id": inbox_id},
    )
    if not made:
        return list(booking.claims.filter(state=ClaimState.OPEN.value))
    quote = Quote.objects.filter(booking=booking).first()
    differences = find_differences(
        stated_grams=quote.weight_grams if quote else booking.parcel.weight_grams,
        quoted=quote.price if quote else None,
        billed_grams=weight,
        freight=freight,
    )
    return [_claim(booking, found, row, quote) for found in differences]


def close_claim(*, claim_id: int, state: ClaimState, actor: Actor, note: str) -> Claim:
    """End an open claim: granted, refused or withdrawn. Raises NotAllowedNow."""
    why = clean_line(note).value[:300]
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=claim_id)
        if claim.state != ClaimState.OPEN.value or state is ClaimState.OPEN:
            raise NotAllowedNow(_("This claim is not open."))
        if not why:
            raise NotAllowedNow(_("Say why in a note."), code="note_required")
        claim.state, claim.closed_at, claim.note = state.value, clock.now(), why
        claim.save(update_fields=["state", "closed_at", "note"])
        record_action(
            action="orders.claim.closed",
            actor=actor,
            subject=claim,
            merchant_id=claim.booking.parcel.order.merchant_id,
            before={"state": ClaimState.OPEN.value},
            after={"state": state.value},
            note=why,
        )
    return claim


def _claim(booking: Booking, found: Difference, row: Settlement, quote: Quote | None) -> Claim:
    claim, _made = Claim.objects.update_or_create(
        booking=booking,
        kind=found.kind.value,
        state=ClaimState.OPEN.value,
        defaults={
            "expected": found.expected,
            "charged": found.charged,
            "evidence": _evidence(booking, row, quote),
        },
    )
    return claim


def _evidence(booking: Booking, row: Settlement, quote: Quote | None) -> dict[str, Any]:
    """Return what a claim is shown with: our statement, the quote, what the carrier said."""
    return {
        "booking": booking.third_order_id,
        "platform_order_id": booking.platform_order_id,
        "carrier": booking.carrier,
        "number": booking.parcel.shipment.number,
        "stated_grams": booking.parcel.weight_grams,
        "quote": {"price": quote.price, "weight_grams": quote.weight_grams, "at": quote.at}
        if quote
        else None,
        "settlement": {
            "id": row.pk,
            "kind": row.kind,
            "weight_grams": row.weight_grams,
            "freight": row.freight,
            "fees": row.fees,
            "callback": row.inbox_id,
            "at": row.at,
        },
    }


def _grams(update: PickupPush) -> int | None:
    weight = update.actual_weight_kg or update.weight_kg
    return int(weight * 1000) if weight is not None and 0 < weight < 10**6 else None


def _money(value: Decimal | None) -> Decimal | None:
    if value is None or not 0 <= value < MOST:
        return None
    return value.quantize(CENT, ROUND_HALF_UP)


def _fees(fees: Sequence[Fee]) -> list[dict[str, str]]:
    return [
        {
            "kind": clean_line(fee.kind).value[:40],
            "description": clean_line(fee.description).value[:80],
            "amount": "" if fee.amount is None else str(fee.amount),
        }
        for fee in fees[:20]
    ]
