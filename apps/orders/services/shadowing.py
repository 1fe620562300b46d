"""Shadow calls: what the platform would charge for a parcel that stays manual. Never a booking."""

from __future__ import annotations

from decimal import Decimal

import structlog

from apps.baidiyun.limits.errors import HeldBack
from apps.core.errors import PortalError
from apps.orders.carrier_rules import rule_of_reason
from apps.orders.choices import BookingState, HoldReason, OrderMode, ShadowProduct
from apps.orders.models import Booking, CarrierRule, ShadowCall
from apps.orders.quoting import AskPrice, Comparison, PriceAnswer, PriceQuestion, compare_price
from apps.orders.route_selectors import current_shares, wants_shadow
from apps.orders.routing import share_for
from apps.orders.sources import price_source

log = structlog.get_logger(__name__)
LOOK_BEYOND = 20
"""How many times the limit are looked at: most may lie in places without shadow calls."""


def run_shadow_calls(*, ask: AskPrice | None = None, limit: int = 10) -> int:
    """Ask for the price of up to ``limit`` manual parcels of places with shadow on; returns how
    many were asked. Each is asked once; a failing call is written down, not repeated.

    Call it outside a transaction. Without a source of prices nothing happens.
    """
    ask = ask or price_source()
    shares = current_shares()
    if ask is None or not wants_shadow(shares):
        return 0
    asked = 0
    for booking in _candidates(limit * LOOK_BEYOND):
        if asked >= limit:
            break
        order = booking.parcel.order
        share = share_for(shares, merchant_id=order.merchant_id, carrier=booking.carrier)
        if not share.shadow:
            continue
        try:
            _ask_one(booking, ask)
        except HeldBack:
            break
        asked += 1
    return asked


def question_about(booking: Booking) -> PriceQuestion:
    """Return what is asked about a booking: places and weight, no person."""
    parcel, order = booking.parcel, booking.parcel.order
    return PriceQuestion(
        carrier=booking.carrier,
        sender_address=order.merchant.sender_address,
        recipient_address=order.address,
        weight_grams=parcel.weight_grams,
        merchant_id=order.merchant_id,
        mode=order.mode,
        subject=booking.pk,
    )


def _candidates(limit: int) -> list[Booking]:
    rows = Booking.objects.filter(
        state=BookingState.HELD.value,
        hold_reasons__contains=[HoldReason.MANUAL_ROUTE.value],
        parcel__order__mode=OrderMode.LIVE.value,
        parcel__order__merchant__is_test=False,
        shadow_calls__isnull=True,
    )
    return list(rows.select_related("parcel__order__merchant").order_by("-pk")[:limit])


def _ask_one(booking: Booking, ask: AskPrice) -> None:
    error = ""
    answer = PriceAnswer(ok=False)
    try:
        answer = ask(question_about(booking))
    except HeldBack:
        raise
    except PortalError as failure:
        error = f"{failure.code}: {failure}"[:300]
        log.warning("shadow call failed", booking=booking.third_order_id, code=failure.code)
    found: Comparison = compare_price(
        carrier=booking.carrier,
        weight_grams=booking.parcel.weight_grams,
        most=_limit_of(booking),
        answer=answer,
    )
    ShadowCall.objects.get_or_create(
        booking=booking,
        product=ShadowProduct.PRICE.value,
        defaults={
            "ours": found.ours,
            "theirs": found.theirs,
            "agrees": found.agrees,
            "error": error,
        },
    )


def _limit_of(booking: Booking) -> Decimal | None:
    """Return the price limit of the rule that chose the carrier, if one did and has one."""
    rule_id = rule_of_reason(booking.carrier_reason)
    if rule_id is None:
        return None
    return CarrierRule.objects.filter(pk=rule_id).values_list("max_price", flat=True).first()
