"""Which carrier a parcel goes by: the first rule that matches, else the merchant's default.

Pure. A rule speaks of merchant, destination (country, prefix of the 12-digit division code),
weight and kinds of goods; it may also need the carrier to be reachable, or below a price (CNY) or
a time (hours). What nobody has asked yet does not match: an order is taken in without a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

RULE, ASKED, DEFAULT, ABROAD, STAFF = "rule", "asked", "default", "abroad", "staff"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. None, "" and empty mean any; weights are whole grams, both ends included."""

    id: int
    carrier: str
    merchant_id: int | None = None
    country: str = ""
    area_prefix: str = ""
    min_grams: int | None = None
    max_grams: int | None = None
    goods_classes: frozenset[str] = frozenset()
    needs_reachability: bool = False
    max_price: Decimal | None = None
    max_hours: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a parcel; the tables of carriers hold only what was asked already."""

    merchant_id: int
    country: str
    address_code: str
    weight_grams: int
    goods_classes: frozenset[str] = frozenset()
    reachable: Mapping[str, bool] = field(default_factory=dict)
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    hours: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """A carrier and why: ``rule:<id>:<note>``, or one of the other reasons."""

    carrier: str
    reason: str


def choose_carrier(rules: Iterable[Rule], facts: Facts, *, default: str) -> Choice:
    """Return the carrier of the first rule that matches, in the order given."""
    for rule in rules:
        if matches(rule, facts):
            return Choice(rule.carrier, f"{RULE}:{rule.id}:{rule.note}"[:200])
    return Choice(default, DEFAULT)


def matches(rule: Rule, facts: Facts) -> bool:
    """Whether a rule speaks about a parcel and everything it needs is known to hold."""
    return _place_matches(rule, facts) and _load_matches(rule, facts) and _offer_holds(rule, facts)


def _place_matches(rule: Rule, facts: Facts) -> bool:
    if rule.merchant_id not in {None, facts.merchant_id}:
        return False
    if rule.country not in {"", facts.country}:
        return False
    return facts.address_code.startswith(rule.area_prefix)


def _load_matches(rule: Rule, facts: Facts) -> bool:
    if rule.min_grams is not None and facts.weight_grams < rule.min_grams:
        return False
    if rule.max_grams is not None and facts.weight_grams > rule.max_grams:
        return False
    return not rule.goods_classes or bool(rule.goods_classes & facts.goods_classes)


def _offer_holds(rule: Rule, facts: Facts) -> bool:
    if rule.needs_reachability and not facts.reachable.get(rule.carrier, False):
        return False
    if rule.max_price is not None:
        price = facts.prices.get(rule.carrier)
        if price is None or price > rule.max_price:
            return False
    if rule.max_hours is not None:
        hours = facts.hours.get(rule.carrier)
        return hours is not None and hours <= rule.max_hours
    return True
