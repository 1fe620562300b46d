"""What the conditions of a group leave open, field by field, compared without any parcel. Pure.

Amounts that are names (``#EU.low_value``) and keyword lists are opaque: only the same condition
implies or contradicts them, because what they stand for changes by date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from apps.customs.compliance.content import Condition
from apps.customs.compliance.fields import FIELDS, OPERATORS, Kind, Op

Sets = Mapping[str, frozenset[str]]
Bound = tuple[Decimal, bool]
"""A limit and whether it is itself within."""
NAMED = frozenset({Kind.COUNTRY, Kind.CHOICE, Kind.CODE})
OPPOSITE = {
    Op.IN: Op.NOT_IN,
    Op.STARTS_WITH: Op.NOT_STARTS_WITH,
    Op.OVER: Op.AT_MOST,
    Op.AT_LEAST: Op.UNDER,
    Op.EMPTY: Op.GIVEN,
    Op.TRUE: Op.FALSE,
}
OPPOSITE |= {value: key for key, value in OPPOSITE.items()}


@dataclass(frozen=True, slots=True)
class Reach:
    """The values of one field a group leaves open; None is no limit.

    ``allowed`` and ``denied`` are values, "" the missing one; ``heads`` beginnings of which one
    must fit for each condition; ``given`` whether there is a value; ``truth`` yes or no.
    """

    allowed: frozenset[str] | None = None
    denied: frozenset[str] = frozenset()
    heads: tuple[tuple[str, ...], ...] = ()
    no_heads: tuple[str, ...] = ()
    low: Bound | None = None
    high: Bound | None = None
    given: frozenset[bool] = frozenset({True, False})
    truth: frozenset[bool] = frozenset({True, False})

    @property
    def is_empty(self) -> bool:
        """Whether no value at all is left."""
        if not self.given or not self.truth:
            return True
        if self.allowed is not None and not self.allowed - self.denied:
            return True
        if self.low and self.high:
            (low, with_low), (high, with_high) = self.low, self.high
            if low > high or (low == high and not (with_low and with_high)):
                return True
        return self.heads != () and not self.open_heads

    @property
    def open_heads(self) -> tuple[str, ...]:
        """The longest beginnings every condition allows and none denies as a whole."""
        found: tuple[str, ...] = self.heads[0] if self.heads else ()
        for heads in self.heads[1:]:
            found = tuple(
                max(one, other, key=len)
                for one in found
                for other in heads
                if one.startswith(other) or other.startswith(one)
            )
        return tuple(one for one in found if not one.startswith(self.no_heads or ("\0",)))


@dataclass(frozen=True, slots=True)
class Group:
    """The conditions of a group and what they leave open, by field and currency."""

    conditions: tuple[Condition, ...]
    reaches: Mapping[tuple[str, str], Reach]

    @property
    def is_never(self) -> bool:
        """Whether nothing can ever satisfy all of them."""
        return any(reach.is_empty for reach in self.reaches.values())


def groups_of(conditions: Sequence[Condition], sets: Sets) -> tuple[Group, ...]:
    """Return the groups of a rule, sets of countries spread; what is unreadable is not compared."""
    plain = [_plain(one, sets) for one in conditions]
    numbers = dict.fromkeys(one.group for one in conditions)
    return tuple(
        group_of([same for one, same in zip(conditions, plain, strict=True) if one.group == number])
        for number in numbers
    )


def group_of(conditions: Iterable[Condition]) -> Group:
    """Return the group of plain conditions: of literal values, in order."""
    kept = tuple(conditions)
    reaches: dict[tuple[str, str], Reach] = {}
    for one in kept:
        if _is_readable(one):
            field = FIELDS[one.field]
            key = (one.field, one.currency if field.kind is Kind.MONEY else "")
            reaches[key] = _narrowed(reaches.get(key, Reach()), one, field.kind)
    return Group(kept, reaches)


def implies(group: Group, condition: Condition) -> bool:
    """Whether whatever satisfies a group satisfies a plain condition too."""
    if condition in group.conditions:
        return True
    if not _is_readable(condition) or FIELDS[condition.field].kind is Kind.MANY:
        return False
    if condition.op == Op.BETWEEN:
        low, high = condition.values
        ends = ((Op.AT_LEAST, low), (Op.AT_MOST, high))
        return all(implies(group, replace(condition, op=op, values=(v,))) for op, v in ends)
    opposite = replace(condition, op=OPPOSITE[Op(condition.op)].value)
    return _is_known(group, condition) and group_of((*group.conditions, opposite)).is_never


def _is_known(group: Group, condition: Condition) -> bool:
    """Whether a group leaves no parcel without the value: no opposite is true of a missing one."""
    kind = FIELDS[condition.field].kind
    if kind not in {Kind.HS, Kind.NUMBER, Kind.MONEY} or Op(condition.op) in {Op.EMPTY, Op.GIVEN}:
        return True
    reach = group.reaches.get((condition.field, condition.currency if kind is Kind.MONEY else ""))
    return reach is not None and reach.given == {True}


def _plain(condition: Condition, sets: Sets) -> Condition:
    """Return a condition without its group, sets of countries spread, its values in order."""
    field = FIELDS.get(condition.field)
    if field is not None and field.kind in {Kind.NUMBER, Kind.MONEY}:
        return replace(condition, group=1)
    values: set[str] = set()
    for value in condition.values:
        values |= sets.get(value[1:], frozenset()) if value.startswith("@") else {value}
    return replace(condition, group=1, values=tuple(sorted(values)))


def _is_readable(condition: Condition) -> bool:
    field = FIELDS.get(condition.field)
    if field is None or condition.op not in OPERATORS[field.kind] or _is_named(condition):
        return False
    if field.kind not in {Kind.NUMBER, Kind.MONEY}:
        return True
    wanted = {Op.BETWEEN: 2, Op.EMPTY: 0, Op.GIVEN: 0}.get(Op(condition.op), 1)
    return len(condition.values) == wanted and all(map(_is_number, condition.values))


def _is_number(value: str) -> bool:
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _is_named(condition: Condition) -> bool:
    return any(value.startswith(("#", "$")) for value in condition.values)


def _narrowed(reach: Reach, condition: Condition, kind: Kind) -> Reach:
    op = Op(condition.op)
    if op in {Op.TRUE, Op.FALSE}:
        return replace(reach, truth=reach.truth & {op is Op.TRUE})
    if op in {Op.EMPTY, Op.GIVEN} and kind not in NAMED:
        return replace(reach, given=reach.given & {op is Op.GIVEN})
    if kind in NAMED:
        return _values(reach, op, _members(condition, kind))
    if kind is Kind.HS:
        return _heads(reach, op, tuple(value.replace(".", "") for value in condition.values))
    if kind in {Kind.NUMBER, Kind.MONEY}:
        return _bounds(reach, op, [Decimal(value) for value in condition.values])
    return reach


def _members(condition: Condition, kind: Kind) -> frozenset[str]:
    folded = kind is Kind.CODE
    return frozenset(value.casefold() if folded else value for value in condition.values)


def _values(reach: Reach, op: Op, members: frozenset[str]) -> Reach:
    if op in {Op.EMPTY, Op.GIVEN}:
        op, members = (Op.IN if op is Op.EMPTY else Op.NOT_IN), frozenset({""})
    if op is Op.NOT_IN:
        return replace(reach, denied=reach.denied | members)
    return replace(reach, allowed=members if reach.allowed is None else reach.allowed & members)


def _heads(reach: Reach, op: Op, heads: tuple[str, ...]) -> Reach:
    given = reach.given & {True}
    if op is Op.STARTS_WITH:
        return replace(reach, heads=(*reach.heads, heads), given=given)
    return replace(reach, no_heads=(*reach.no_heads, *heads), given=given)


def _bounds(reach: Reach, op: Op, limits: list[Decimal]) -> Reach:
    low, high = reach.low, reach.high
    if op in {Op.OVER, Op.AT_LEAST, Op.BETWEEN}:
        mine = (limits[0], op is not Op.OVER)
        low = mine if low is None else max(low, mine, key=lambda one: (one[0], not one[1]))
    if op in {Op.UNDER, Op.AT_MOST, Op.BETWEEN}:
        mine = (limits[-1], op is not Op.UNDER)
        high = mine if high is None else min(high, mine, key=lambda one: (one[0], one[1]))
    return replace(reach, low=low, high=high, given=reach.given & {True})
