"""One condition, made ready to be asked. Pure; the operators of `fields.Op` as small tests.

A test answers True, False, or :data:`UNKNOWN` where the fact itself is not known: a weight nobody
gave is not under any limit. What made it hold is told afterwards, only where a rule fired.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from apps.customs.compliance.binding import day_at, zone_of_law
from apps.customs.compliance.content import Condition
from apps.customs.compliance.fields import FIELDS, Field, Kind, Op
from apps.customs.compliance.words import Terms, found_terms
from apps.customs.figures import HOME_CURRENCY, Figures
from apps.shipments.zones import CHINA


class Unknown(Enum):
    """The one answer of a test whose fact is not known."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN
Answer = bool | Unknown
Test = Callable[[Any], Answer]


@dataclass(frozen=True, slots=True)
class Held:
    """Why a condition held: its field, its operator, the fact, and the words found."""

    field: str
    op: str
    fact: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A condition ready to be asked; equal ``keys`` ask the same and are asked once."""

    key: tuple[str, str, tuple[str, ...], str]
    field: Field
    test: Test
    lists: tuple[Terms, ...] = ()

    def tell(self, facts: Any) -> Held:
        """Return what of the facts made it hold."""
        fact = self.field.read(facts)
        if self.lists:
            words = tuple(word for terms in self.lists for word in found_terms(fact, terms))
            return Held(self.field.name, self.key[1], "", words)
        return Held(self.field.name, self.key[1], _said(fact))


class UnreadableCondition(ValueError):
    """A condition no evaluator can ask; ``str`` says which and why."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the names in conditions stand for at a moment; amounts are the dated figures'."""

    sets: Mapping[str, frozenset[str]]
    lists: Mapping[str, Terms]
    figures: Figures
    at: dt.datetime


def prepare(condition: Condition, names: Names) -> Question:
    """Return the question of a condition. Raises UnreadableCondition."""
    field = FIELDS.get(condition.field)
    if field is None:
        raise UnreadableCondition(f"no such field: {condition.field}")
    key = (condition.field, condition.op, condition.values, condition.currency)
    try:
        op = Op(condition.op)
        lists: tuple[Terms, ...] = ()
        if op is Op.ON_LIST:
            lists = tuple(names.lists[value.removeprefix("$")] for value in condition.values)
        return Question(key, field, _BUILDERS[op](field, op, condition, names), lists)
    except (KeyError, ValueError, ArithmeticError) as error:
        raise UnreadableCondition(f"{condition.field} {condition.op}: {error}") from error


def _said(fact: Any) -> str:
    if isinstance(fact, frozenset):
        return ", ".join(sorted(fact))
    return "" if fact is None else str(fact)


def _members(field: Field, condition: Condition, names: Names) -> frozenset[str]:
    members: set[str] = set()
    for value in condition.values:
        if value.startswith("@"):
            members |= names.sets[value[1:]]
        else:
            members.add(value.casefold() if field.kind is Kind.CODE else value)
    return frozenset(members)


def _in(field: Field, op: Op, condition: Condition, names: Names) -> Test:
    members, read, wanted = _members(field, condition, names), field.read, op is Op.IN
    if field.kind is Kind.MANY:
        return lambda facts: bool(read(facts) & members) is wanted
    if field.kind is Kind.CODE:
        return lambda facts: (read(facts).casefold() in members) is wanted
    return lambda facts: (read(facts) in members) is wanted


def _starts(field: Field, op: Op, condition: Condition, names: Names) -> Test:
    del names
    heads, read, wanted = _heads(condition), field.read, op is Op.STARTS_WITH

    def test(facts: Any) -> bool:
        code = read(facts)
        return bool(code) and code.startswith(heads) is wanted

    return test


def _heads(condition: Condition) -> tuple[str, ...]:
    heads = tuple(value.replace(".", "") for value in condition.values)
    if not heads or not all(head.isdigit() for head in heads):
        raise ValueError("an HS code has digits only")
    return heads


def _on_list(field: Field, op: Op, condition: Condition, names: Names) -> Test:
    del op
    lists, read = [names.lists[v.removeprefix("$")] for v in condition.values], field.read

    def test(facts: Any) -> bool:
        texts = read(facts)
        return any(found_terms(texts, terms) for terms in lists)

    return test


def _amount(value: str, condition: Condition, field: Field, names: Names) -> Decimal | None:
    if value.startswith("#"):
        area, _dot, kind = value[1:].partition(".")
        threshold = names.figures.threshold(area, kind, day_at(zone_of_law(area), names.at))
        return _to_cny(threshold.amount, threshold.currency, names) if threshold else None
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("an amount is a number")
    return _to_cny(number, condition.currency, names) if field.kind is Kind.MONEY else number


def _to_cny(amount: Decimal, currency: str, names: Names) -> Decimal | None:
    return names.figures.convert(amount, currency, HOME_CURRENCY, day_at(CHINA, names.at))


_COMPARE: dict[Op, Callable[[Any, Any], bool]] = {
    Op.OVER: lambda fact, limit: fact > limit,
    Op.AT_LEAST: lambda fact, limit: fact >= limit,
    Op.UNDER: lambda fact, limit: fact < limit,
    Op.AT_MOST: lambda fact, limit: fact <= limit,
}


def _compared(field: Field, op: Op, condition: Condition, names: Names) -> Test:
    (value,) = condition.values
    limit, holds, read = _amount(value, condition, field, names), _COMPARE[op], field.read

    def test(facts: Any) -> Answer:
        fact = read(facts)
        return UNKNOWN if fact is None or limit is None else holds(fact, limit)

    return test


def _between(field: Field, op: Op, condition: Condition, names: Names) -> Test:
    del op
    low, high = (_amount(value, condition, field, names) for value in condition.values)
    read = field.read

    def test(facts: Any) -> Answer:
        fact = read(facts)
        if fact is None or low is None or high is None:
            return UNKNOWN
        return bool(low <= fact <= high)

    return test


def _presence(field: Field, op: Op, condition: Condition, names: Names) -> Test:
    del condition, names
    read, wanted = field.read, op is Op.GIVEN
    if field.kind in {Kind.NUMBER, Kind.MONEY}:
        return lambda facts: (read(facts) is not None) is wanted
    return lambda facts: bool(read(facts)) is wanted


def _truth(field: Field, op: Op, condition: Condition, names: Names) -> Test:
    del condition, names
    read, wanted = field.read, op is Op.TRUE
    return lambda facts: read(facts) is wanted


_BUILDERS: dict[Op, Callable[[Field, Op, Condition, Names], Test]] = {
    Op.IN: _in,
    Op.NOT_IN: _in,
    Op.STARTS_WITH: _starts,
    Op.NOT_STARTS_WITH: _starts,
    Op.ON_LIST: _on_list,
    Op.OVER: _compared,
    Op.AT_LEAST: _compared,
    Op.UNDER: _compared,
    Op.AT_MOST: _compared,
    Op.BETWEEN: _between,
    Op.EMPTY: _presence,
    Op.GIVEN: _presence,
    Op.TRUE: _truth,
    Op.FALSE: _truth,
}
