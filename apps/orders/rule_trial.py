"""Why a rule of carrier choice does or does not speak about a parcel. Pure.

Each condition is tried by itself with `matches`, so that an explanation cannot differ from the
decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from apps.orders.carrier_rules import HOURS, PRICE, REACH, Facts, Rule, matches

CONDITIONS: dict[str, tuple[str, ...]] = {
    "merchant": ("merchant_id",),
    "country": ("country",),
    "area": ("area_prefix",),
    "weight": ("min_grams", "max_grams"),
    "goods": ("goods_classes",),
    REACH: ("needs_reachability",),
    PRICE: ("max_price",),
    HOURS: ("max_hours",),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule tried on a parcel: what does not hold, what nobody knows yet, whether it decides."""

    rule: Rule
    misses: tuple[str, ...]
    unknown: tuple[str, ...]
    decides: bool = False


def try_rules(rules: Iterable[Rule], facts: Facts) -> list[Trial]:
    """Return every rule in order; the first that matches decides."""
    found: list[Trial] = []
    decided = False
    for rule in rules:
        misses = misses_of(rule, facts)
        unknown = tuple(name for name in misses if _is_unknown(name, rule, facts))
        decides = not misses and not decided
        decided = decided or decides
        known = tuple(name for name in misses if name not in unknown)
        found.append(Trial(rule, known, unknown, decides))
    return found


def misses_of(rule: Rule, facts: Facts) -> tuple[str, ...]:
    """Return the conditions of a rule that do not hold, none where it matches."""
    blank = Rule(id=rule.id, carrier=rule.carrier)
    return tuple(
        name
        for name, fields in CONDITIONS.items()
        if not matches(replace(blank, **{field: getattr(rule, field) for field in fields}), facts)
    )


def _is_unknown(name: str, rule: Rule, facts: Facts) -> bool:
    asked = {REACH: facts.reachable, PRICE: facts.prices, HOURS: facts.hours}
    return name in asked and rule.carrier not in asked[name]
