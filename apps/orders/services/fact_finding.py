"""Choosing the carrier once more before a booking is first sent, with what carriers say.

Only where a rule that may decide depends on reachability, price or time. What was learnt is kept
with the attempt and not asked again; what could not be learnt makes its rule not match.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import structlog
from django.db import transaction

from apps.baidiyun import services as gateway
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.products.estimate import CARRIERS as TIMED_CARRIERS
from apps.baidiyun.products.pickup_prices import MOST_CARRIERS
from apps.baidiyun.products.reachable import CARRIERS as REACH_CARRIERS
from apps.core import clock
from apps.orders.carrier_rules import (
    DEFAULT,
    HOURS,
    PRICE,
    REACH,
    Facts,
    Rule,
    candidates,
    choose_with_facts,
    needs,
    rule_of_reason,
    split_reason,
)
from apps.orders.choices import BookingState
from apps.orders.models import Booking
from apps.orders.places import HOME
from apps.orders.services.choosing import load_table, or_abroad
from apps.orders.services.common import lock_booking

log = structlog.get_logger(__name__)
FACTS_SECONDS = 6.0
"""No question begins later than this (real time): the lease of the sender is 30 s."""
NEVER = 10**6


@dataclass(slots=True)
class Findings:
    """What carriers said so far, as kept with the booking."""

    reach: dict[str, bool] = field(default_factory=dict)
    price: dict[str, str] = field(default_factory=dict)
    hours: dict[str, int] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {REACH: self.reach, PRICE: self.price, HOURS: self.hours}


def choose_before_sending(booking: Booking) -> bool:
    """Ask what the rules of a claimed booking depend on and give it the carrier they then choose.

    Call it outside a transaction, acting for the merchant, with order and merchant loaded. Does
    nothing for a booking that was sent before, or whose carrier a person or the shop chose.
    False: somebody else took the booking meanwhile, it must not be sent. No failing question is
    raised: the rule then does not match, and the reason says so.
    """
    if not _may_choose(booking):
        return True
    order = booking.parcel.order
    rules = load_table(merchant=order.merchant, mode="").rules
    facts = _facts(booking, Findings())
    wanted = [rule for rule in candidates(rules, facts) if needs(rule)]
    if not wanted:
        return True
    findings = _kept(booking)
    if order.country == HOME:
        _find_out(booking, wanted, findings)
    facts = _facts(booking, findings)
    choice = choose_with_facts(rules, facts, default=order.merchant.default_carrier)
    found = or_abroad(choice, order.country)
    return write_down(booking, found.carrier, found.reason, findings)


def _may_choose(booking: Booking) -> bool:
    if booking.sends != 1 or booking.maybe_sent or booking.cancel_wanted:
        return False
    reason = booking.carrier_reason
    return rule_of_reason(reason) is not None or split_reason(reason)[1] == DEFAULT


def _facts(booking: Booking, findings: Findings) -> Facts:
    order = booking.parcel.order
    return Facts(
        merchant_id=order.merchant_id,
        country=order.country,
        address_code=order.address_code,
        weight_grams=booking.parcel.weight_grams,
        goods_classes=frozenset(order.lines.values_list("goods_class", flat=True)),
        reachable=findings.reach,
        prices={carrier: _money(price) for carrier, price in findings.price.items()},
        hours=findings.hours,
    )


def _kept(booking: Booking) -> Findings:
    kept = booking.carrier_facts
    return Findings(dict(kept.get(REACH, {})), dict(kept.get(PRICE, {})), dict(kept.get(HOURS, {})))


def _find_out(booking: Booking, rules: list[Rule], findings: Findings) -> None:
    """Ask what is not known yet, until time is up."""
    until = time.monotonic() + FACTS_SECONDS
    questions = {
        REACH: [rule.carrier for rule in rules if rule.needs_reachability],
        HOURS: [rule.carrier for rule in rules if rule.max_hours is not None],
    }
    priced = [rule.carrier for rule in rules if rule.max_price is not None]
    try:
        _ask_prices(booking, [name for name in priced if name not in findings.price], findings)
        for carrier in dict.fromkeys(questions[REACH]):
            if carrier not in findings.reach and time.monotonic() < until:
                _ask_reach(booking, carrier, findings)
        for carrier in dict.fromkeys(questions[HOURS]):
            if carrier not in findings.hours and time.monotonic() < until:
                _ask_hours(booking, carrier, findings)
    except NotConfigured as error:
        log.warning("no facts", booking=booking.third_order_id, code=error.code)


def _ask_prices(booking: Booking, carriers: list[str], findings: Findings) -> None:
    order = booking.parcel.order
    names = list(dict.fromkeys(carriers))[:MOST_CARRIERS]
    if not names:
        return
    reply = gateway.price_pickups(
        mode=order.mode,
        carriers=[(name, "") for name in names],
        sender_address=order.merchant.sender_address,
        recipient_address=order.address,
        weight_grams=booking.parcel.weight_grams,
    )
    for offer in reply.data or ():
        if offer.carrier in names:
            findings.price[offer.carrier] = "" if offer.price is None else str(offer.price)


def _ask_reach(booking: Booking, carrier: str, findings: Findings) -> None:
    if carrier not in REACH_CARRIERS:
        return
    order = booking.parcel.order
    reply = gateway.check_reach(
        mode=order.mode,
        carrier=carrier,
        sender_address=order.merchant.sender_address,
        recipient_address=order.address,
    )
    if reply.data is not None and reply.data.reachable is not None:
        findings.reach[carrier] = reply.data.reachable


def _ask_hours(booking: Booking, carrier: str, findings: Findings) -> None:
    if carrier not in TIMED_CARRIERS:
        return
    order, merchant = booking.parcel.order, booking.parcel.order.merchant
    now = clock.now()
    reply = gateway.estimate_arrival(
        mode=order.mode,
        carrier=carrier,
        from_=merchant.sender_province + merchant.sender_city + merchant.sender_district,
        to=order.province + order.city + order.district,
        ordered_at=now,
        subject=booking.parcel.shipment_id,
    )
    if reply.data is None:
        return
    hours = reply.data.total_hours
    if hours is None or not 0 <= hours < NEVER:
        hours = Decimal((reply.data.arrives_at - now).total_seconds()) / 3_600
    findings.hours[carrier] = max(0, min(NEVER, math.ceil(hours)))


def write_down(booking: Booking, carrier: str, reason: str, findings: Findings) -> bool:
    """Keep choice and facts and renew the claim, if it is still ours."""
    with transaction.atomic():
        _order, row = lock_booking(booking.pk)
        if row.state != BookingState.SENDING.value or row.claimed_at != booking.claimed_at:
            return False
        row.carrier, row.carrier_reason = carrier, reason
        row.carrier_facts, row.claimed_at = findings.stored(), clock.real_now()
        row.save(update_fields=["carrier", "carrier_reason", "carrier_facts", "claimed_at"])
    booking.carrier, booking.carrier_reason = row.carrier, row.carrier_reason
    booking.carrier_facts, booking.claimed_at = row.carrier_facts, row.claimed_at
    return True


def _money(price: str) -> Decimal | None:
    try:
        return Decimal(price) if price else None
    except InvalidOperation:
        return None
