"""Choosing the carrier and the route of a new order's parcels, from rows; no remote call."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from apps.accounts.models import Merchant
from apps.orders.carrier_rules import (
    ABROAD,
    ASKED,
    DEFAULT,
    Choice,
    Facts,
    Rule,
    choose_carrier,
)
from apps.orders.choices import OrderMode
from apps.orders.drafts import ParcelDraft
from apps.orders.intake import CleanOrder
from apps.orders.models import CarrierRule, Order
from apps.orders.places import HOME
from apps.orders.route_selectors import current_shares
from apps.orders.routing import Share, decide_route
from apps.shipments.carriers import find_carrier
from apps.shipments.choices import ShipmentMode

DEFAULT_FOREIGN_CARRIER = "emsguoji"
DEFAULT_RIDE_CARRIER = "dadatongcheng"
"""Stands until the prices of all who ride there are known, just before a ride is ordered."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rules and shares an order is decided by, read once an order."""

    rules: tuple[Rule, ...]
    shares: tuple[Share, ...]


def load_table(*, merchant: Merchant, mode: str) -> Table:
    """Return the active rules of a merchant, first one first, and the shares where it is real."""
    rows = CarrierRule.objects.filter(
        Q(merchant=merchant) | Q(merchant__isnull=True), active=True
    ).order_by("priority", "id")
    shares = current_shares() if mode == OrderMode.LIVE.value else []
    return Table(tuple(rule_of(row) for row in rows), tuple(shares))


def rule_of(row: CarrierRule) -> Rule:
    """Return a row as the domain reads it."""
    return Rule(
        id=row.pk,
        carrier=row.carrier,
        merchant_id=row.merchant_id,
        country=row.country,
        area_prefix=row.area_prefix,
        min_grams=row.min_grams,
        max_grams=row.max_grams,
        goods_classes=frozenset(row.goods_classes),
        needs_reachability=row.needs_reachability,
        max_price=row.max_price,
        max_hours=row.max_hours,
        note=row.note,
    )


def carrier_for(box: ParcelDraft, clean: CleanOrder, merchant: Merchant, table: Table) -> Choice:
    """Return the carrier asked for, else by rule, else the merchant's; abroad one that goes there.

    A number that was brought keeps its carrier.
    """
    asked = box.carrier or clean.texts["carrier"]
    if clean.is_ride:
        return Choice(asked, ASKED) if asked else Choice(DEFAULT_RIDE_CARRIER, DEFAULT)
    place = clean.recipient.place
    facts = Facts(
        merchant_id=merchant.pk,
        country=place.country,
        address_code=place.code,
        weight_grams=box.weight_grams or 1,
        goods_classes=frozenset(line.goods_class for line in clean.lines),
    )
    found = (
        Choice(asked, ASKED)
        if asked
        else choose_carrier(table.rules, facts, default=merchant.default_carrier)
    )
    return found if box.number else or_abroad(found, place.country)


def or_abroad(found: Choice, country: str) -> Choice:
    """Return the choice, or the carrier that goes abroad where the chosen one does not."""
    known = find_carrier(found.carrier)
    if country == HOME or (known is not None and known.international):
        return found
    return Choice(DEFAULT_FOREIGN_CARRIER, ABROAD)


def route_for(order: Order, merchant: Merchant, *, carrier: str, table: Table) -> ShipmentMode:
    """Return the route of a parcel without a number of its own."""
    return decide_route(
        test_merchant=merchant.is_test,
        sandbox_key=order.mode == OrderMode.SANDBOX.value,
        merchant_id=merchant.pk,
        carrier=carrier,
        order_uid=order.uid,
        shares=table.shares,
    ).route
