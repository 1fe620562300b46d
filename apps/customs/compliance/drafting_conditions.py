"""What is wrong with one condition: its field, its operator, its values. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from apps.customs.areas import areas_of
from apps.customs.compliance.content import Condition
from apps.customs.compliance.drafting_problem import Problem
from apps.customs.compliance.drafting_words import problem
from apps.customs.compliance.fields import FIELDS, OPERATORS, Field, Kind, Op

MOST_VALUES = 300
LONGEST_VALUE = 120
MOST = Decimal(10) ** 12
"""No parcel is worth or weighs as much."""
PLAIN = frozenset({Op.EMPTY, Op.GIVEN, Op.TRUE, Op.FALSE})
COMPARED = frozenset({Op.OVER, Op.AT_LEAST, Op.UNDER, Op.AT_MOST})
_COUNTS = {
    0: ("不带值", "no value"),
    1: ("1 个值", "one value"),
    2: ("2 个值", "two values"),
    -1: ("至少 1 个值", "at least one value"),
}
_HS = re.compile(r"[0-9]{2}(?:\.?[0-9]){0,11}")


@dataclass(frozen=True, slots=True)
class Known:
    """What names may stand for: codes of countries, named sets, lists, thresholds, choices.

    ``options`` maps the enumeration of a field (`Field.options`) to its values; ``thresholds`` are
    ``EU.low_value``; ``needs`` are what rules may ask for (anything where empty).
    """

    countries: frozenset[str]
    sets: frozenset[str]
    lists: frozenset[str]
    thresholds: frozenset[str]
    currencies: frozenset[str]
    options: Mapping[str, frozenset[str]]
    needs: frozenset[str] = frozenset()

    def has_threshold(self, name: str) -> bool:
        """Whether a threshold is known for an area, or for a wider one it lies in."""
        area, _dot, kind = name.partition(".")
        return any(f"{wider}.{kind}" in self.thresholds for wider in areas_of(area))


def condition_problems(condition: Condition, known: Known, path: str) -> Iterator[Problem]:
    """Yield what is wrong with a condition; ``path`` is where it stands, with a dot."""
    field = FIELDS.get(condition.field)
    if field is None:
        yield problem("unknown_field", path=f"{path}field", what=condition.field[:60])
        return
    if condition.op not in OPERATORS[field.kind]:
        what = condition.op[:60]
        yield problem("unknown_op", path=f"{path}op", field=field.name, what=what)
        return
    op = Op(condition.op)
    if wrong := _count_problem(field, op, condition, path):
        yield wrong
        return
    if op is Op.ON_LIST:
        yield from _lists(condition, known, path)
    elif field.kind in {Kind.NUMBER, Kind.MONEY} and op not in PLAIN:
        yield from _amounts(field, op, condition, known, path)
    elif op not in PLAIN:
        for number, value in enumerate(condition.values):
            yield from _name(field, value, known, f"{path}values.{number}")


def _count_problem(field: Field, op: Op, condition: Condition, path: str) -> Problem | None:
    count = len(condition.values)
    wanted = 0 if op in PLAIN else 1 if op in COMPARED else 2 if op is Op.BETWEEN else -1
    right = 1 <= count <= MOST_VALUES if wanted < 0 else count == wanted
    if right:
        return None
    what, what_en = _COUNTS[wanted]
    return problem(
        "values_count",
        path=f"{path}values",
        field=field.name,
        op=op.value,
        what=what,
        what_en=what_en,
    )


def _lists(condition: Condition, known: Known, path: str) -> Iterator[Problem]:
    for number, value in enumerate(condition.values):
        if not value.startswith("$") or value[1:] not in known.lists:
            yield problem("unknown_list", path=f"{path}values.{number}", what=value[:60])


def _name(field: Field, value: str, known: Known, path: str) -> Iterator[Problem]:
    if field.kind is Kind.COUNTRY and value.startswith("@"):
        if value[1:] not in known.sets:
            yield problem("unknown_set", path=path, what=value[:60])
    elif field.kind is Kind.COUNTRY:
        if value not in known.countries:
            yield problem("unknown_country", path=path, what=value[:60])
    elif not _takes(field, value, known):
        yield problem("bad_value", path=path, field=field.name, what=value[:60])


def _takes(field: Field, value: str, known: Known) -> bool:
    if not value.strip() or len(value) > LONGEST_VALUE:
        return field.kind is Kind.CHOICE and value == ""
    if field.kind is Kind.HS:
        return bool(_HS.fullmatch(value))
    options = known.options.get(field.options)
    return options is None or value in options


def _amounts(
    field: Field, op: Op, condition: Condition, known: Known, path: str
) -> Iterator[Problem]:
    numbers: list[Decimal] = []
    for number, value in enumerate(condition.values):
        place = f"{path}values.{number}"
        if value.startswith("#") and field.kind is Kind.MONEY:
            if not known.has_threshold(value[1:]):
                yield problem("unknown_threshold", path=place, what=value[:60])
        elif (amount := _decimal(value)) is None:
            yield problem("bad_value", path=place, field=field.name, what=value[:60])
        else:
            numbers.append(amount)
    if field.kind is Kind.MONEY and numbers and condition.currency not in known.currencies:
        yield problem("bad_currency", path=f"{path}currency", what=condition.currency[:10])
    if op is Op.BETWEEN and len(numbers) == 2 and numbers[0] > numbers[1]:
        yield problem("between_reversed", path=f"{path}values")


def _decimal(value: str) -> Decimal | None:
    try:
        amount = Decimal(value) if len(value) <= 20 else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and 0 <= amount <= MOST else None
