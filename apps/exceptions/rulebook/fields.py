"""The fields a condition may ask for, as a table: what each is and where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.core.geo.divisions import MUNICIPALITIES
from apps.exceptions.rulebook.facts import Facts
from apps.shipments.carriers import is_express

REMOTE = frozenset({"15", "46", "54", "62", "63", "64", "65"})
"""Provinces carriers call remote: Inner Mongolia, Hainan, Tibet, Gansu, Qinghai, Ningxia,
Xinjiang. Their surcharge lists differ in detail; a rule's limits per lane go further."""
DOMESTIC = "CN"
BOOKED = "booked"


class FieldKind(StrEnum):
    """What the values of a field are, and with that which comparisons make sense."""

    WORD = "word"
    AREA = "area"
    WORDS = "words"
    NUMBER = "number"
    YES = "yes"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class RuleField:
    """One field. ``read`` returns its value, None for "not known"; of an age, the beginning."""

    name: str
    kind: FieldKind
    read: Callable[[Facts], Any]


def same_city(one: str, other: str) -> bool | None:
    """Tell whether two division codes lie in one city (four digits); None if one is not known.

    Municipalities have two codes for the city level, so their province decides. A code that
    names a province only says nothing about the city.
    """
    if len(one) < 4 or len(other) < 4 or one[2:4] == "00" or other[2:4] == "00":
        return None
    if one[:2] in MUNICIPALITIES:
        return one[:2] == other[:2]
    return one[:4] == other[:4]


def _known(text: str) -> str | None:
    return text or None


def _elsewhere(facts: Facts) -> bool | None:
    if facts.country != DOMESTIC or not facts.delivered_at:
        return None
    same = same_city(facts.signed_area, facts.address_area)
    return None if same is None else not same


def _scanned_at_address(facts: Facts) -> bool | None:
    return same_city(facts.scan_area, facts.address_area)


def _before_payment(facts: Facts) -> bool | None:
    if facts.first_scan_at is None or facts.paid_at is None:
        return None
    return facts.first_scan_at < facts.paid_at


def _remote(facts: Facts) -> bool:
    return facts.country == DOMESTIC and facts.lane_to in REMOTE


def _carrier_knows(facts: Facts) -> bool:
    return facts.booking_state == BOOKED or facts.last_event_at is not None


def _begin(name: str) -> Callable[[Facts], dt.datetime | None]:
    return lambda facts: getattr(facts, name)


_TABLE: tuple[tuple[str, FieldKind, Callable[[Facts], Any]], ...] = (
    ("status", FieldKind.WORD, lambda f: f.status),
    ("substatus", FieldKind.WORD, lambda f: _known(f.substatus)),
    ("carrier", FieldKind.WORD, lambda f: _known(f.carrier)),
    ("service", FieldKind.WORD, lambda f: _known(f.service)),
    ("merchant", FieldKind.WORD, lambda f: _known(f.merchant)),
    ("mode", FieldKind.WORD, lambda f: _known(f.mode)),
    ("country", FieldKind.WORD, lambda f: _known(f.country)),
    ("lane_from", FieldKind.WORD, lambda f: _known(f.lane_from)),
    ("lane_to", FieldKind.WORD, lambda f: _known(f.lane_to)),
    ("currency", FieldKind.WORD, lambda f: _known(f.currency)),
    ("booking_state", FieldKind.WORD, lambda f: _known(f.booking_state)),
    ("booking_problem", FieldKind.WORD, lambda f: _known(f.booking_problem)),
    ("goods", FieldKind.WORDS, lambda f: f.goods or None),
    ("scan_area", FieldKind.AREA, lambda f: _known(f.scan_area)),
    ("address_area", FieldKind.AREA, lambda f: _known(f.address_area)),
    ("value", FieldKind.NUMBER, lambda f: f.value),
    ("signed_score", FieldKind.NUMBER, lambda f: f.signed_score),
    ("is_domestic", FieldKind.YES, lambda f: f.country == DOMESTIC),
    ("is_remote", FieldKind.YES, _remote),
    ("is_express", FieldKind.YES, lambda f: is_express(f.carrier) if f.carrier else None),
    ("has_number", FieldKind.YES, lambda f: bool(f.number)),
    ("has_scan", FieldKind.YES, lambda f: f.last_event_at is not None),
    ("carrier_knows", FieldKind.YES, _carrier_knows),
    ("picked_up", FieldKind.YES, lambda f: f.picked_up_at is not None),
    ("delivered", FieldKind.YES, lambda f: f.delivered_at is not None),
    ("scanned_at_address", FieldKind.YES, _scanned_at_address),
    ("signed_elsewhere", FieldKind.YES, _elsewhere),
    ("scan_before_payment", FieldKind.YES, _before_payment),
    ("status_age", FieldKind.AGE, _begin("status_at")),
    ("silence", FieldKind.AGE, lambda f: f.last_scan_at),
    ("age", FieldKind.AGE, _begin("created_at")),
    ("since_pickup", FieldKind.AGE, _begin("picked_up_at")),
    ("since_delivery", FieldKind.AGE, _begin("delivered_at")),
    ("since_promise", FieldKind.AGE, _begin("promise_to")),
)
FIELDS: dict[str, RuleField] = {name: RuleField(name, kind, read) for name, kind, read in _TABLE}
