"""Which carrier a parcel goes by: the first rule that matches, else the merchant's default.

Pure. A rule speaks of merchant, destination (country, prefix of the 12-digit division code),
weight and kinds of goods; it may also need the carrier to be reachable, or below a price (CNY) or
a time (hours). What nobody has asked yet does not match: an order is taken in without a call. The
booking step asks, chooses again, and puts in front of the reason what it could not learn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice

RULE, ASKED, DEFAULT, ABROAD, STAFF = "rule", "asked", "default", "abroad", "staff"
LACKING = "lacking"
CHEAPEST = "cheapest"
REACH, PRICE, HOURS = "reach", "price", "hours"
REASON_LENGTH = 200
MOST_LACKING = 4


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
    """What is known about a parcel; the tables of carriers hold only what was asked already.

    A price of None: the carrier has no such line.
    """

    merchant_id: int
    country: str
    address_code: str
    weight_grams: int
    goods_classes: frozenset[str] = frozenset()
    reachable: Mapping[str, bool] = field(default_factory=dict)
    prices: Mapping[str, Decimal | None] = field(default_factory=dict)
    hours: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """A carrier and why: ``rule:<id>:<note>``, or one of the other reasons.

    In front of it may stand ``lacking:<id>.<fact>,…|``: rules that were passed over because a
    fact (reach, price, hours) could not be had.
    """

    carrier: str
    reason: str


def choose_carrier(rules: Iterable[Rule], facts: Facts, *, default: str) -> Choice:
    """Return the carrier of the first rule that matches, in the order given."""
    for rule in rules:
        if matches(rule, facts):
            return Choice(rule.carrier, f"{RULE}:{rule.id}:{rule.note}"[:REASON_LENGTH])
    return Choice(default, DEFAULT)


def matches(rule: Rule, facts: Facts) -> bool:
    """Whether a rule speaks about a parcel and everything it needs is known to hold."""
    return _speaks_of(rule, facts) and _offer_holds(rule, facts)


def candidates(rules: Iterable[Rule], facts: Facts) -> list[Rule]:
    """Return the rules that may decide, in order, up to the first that needs nothing asked."""
    found = []
    for rule in rules:
        if _speaks_of(rule, facts):
            found.append(rule)
            if not needs(rule):
                break
    return found


def needs(rule: Rule) -> list[str]:
    """Return the facts a rule depends on: reach, price, hours."""
    return [
        name
        for name, needed in (
            (REACH, rule.needs_reachability),
            (PRICE, rule.max_price is not None),
            (HOURS, rule.max_hours is not None),
        )
        if needed
    ]


def lacking(rule: Rule, facts: Facts) -> list[str]:
    """Return the facts a rule still depends on; none once a known one rules it out."""
    known = {
        REACH: rule.carrier in facts.reachable,
        PRICE: rule.carrier in facts.prices,
        HOURS: rule.carrier in facts.hours,
    }
    missing = [name for name in needs(rule) if not known[name]]
    rest = replace(
        rule,
        needs_reachability=rule.needs_reachability and known[REACH],
        max_price=rule.max_price if known[PRICE] else None,
        max_hours=rule.max_hours if known[HOURS] else None,
    )
    return missing if matches(rest, facts) else []


def choose_with_facts(rules: Iterable[Rule], facts: Facts, *, default: str) -> Choice:
    """As `choose_carrier`, with the rules passed over for want of a fact in the reason."""
    missing: list[str] = []
    for rule in candidates(rules, facts):
        if matches(rule, facts):
            found = Choice(rule.carrier, f"{RULE}:{rule.id}:{rule.note}")
            break
        missing += [f"{rule.id}.{name}" for name in lacking(rule, facts)]
    else:
        found = Choice(default, DEFAULT)
    return Choice(found.carrier, with_lacking(found.reason, missing))


def with_lacking(reason: str, missing: Iterable[str]) -> str:
    """Return a reason with what was lacking in front of it, at most four of them."""
    named = ",".join(islice(missing, MOST_LACKING))
    return (f"{LACKING}:{named}|{reason}" if named else reason)[:REASON_LENGTH]


def split_reason(reason: str) -> tuple[list[tuple[str, str]], str]:
    """Return what was lacking as (rule's id, fact), and the reason proper."""
    if not reason.startswith(f"{LACKING}:"):
        return [], reason
    named, _bar, proper = reason.removeprefix(f"{LACKING}:").partition("|")
    pairs = [item.partition(".")[::2] for item in named.split(",")]
    return [(rule, fact) for rule, fact in pairs], proper


def rule_of_reason(reason: str) -> int | None:
    """Return the id of the rule that chose the carrier, None if none did."""
    kind, _colon, rest = split_reason(reason)[1].partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == RULE and number.isascii() and number.isdecimal() else None


def _speaks_of(rule: Rule, facts: Facts) -> bool:
    return _place_matches(rule, facts) and _load_matches(rule, facts)


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
