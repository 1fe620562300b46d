"""Conditions: read from rows, refused with the field that is wrong, compiled to be asked often.

A condition is {"field": …, "op": …, "value": …}. What is not known meets no condition but
``unknown``. Ages are asked with ``at_least`` and ``at_most`` hours; they do not answer yes or no
but give the stretch of time in which they hold, so that the clock knows when to look again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.exceptions.rulebook.facts import Facts
from apps.exceptions.rulebook.fields import FIELDS, FieldKind, RuleField

MOST_CONDITIONS = 20
MOST_VALUES = 200
MOST_HOURS = 24 * 365

Check = Callable[[Any, Any], bool]

CHECKS: dict[FieldKind, dict[str, Check]] = {
    FieldKind.WORD: {
        "is": lambda held, wanted: held in wanted,
        "is_not": lambda held, wanted: held not in wanted,
    },
    FieldKind.AREA: {
        "begins": lambda held, wanted: held.startswith(wanted),
        "begins_not": lambda held, wanted: not held.startswith(wanted),
    },
    FieldKind.WORDS: {
        "has": lambda held, wanted: not held.isdisjoint(wanted),
        "has_not": lambda held, wanted: held.isdisjoint(wanted),
    },
    FieldKind.NUMBER: {
        "at_least": lambda held, wanted: held >= wanted,
        "below": lambda held, wanted: held < wanted,
    },
    FieldKind.YES: {"is": lambda held, wanted: held is wanted},
    FieldKind.AGE: {"at_least": lambda _held, _wanted: True, "at_most": lambda _h, _w: True},
}
"""Comparisons by kind of field; the value is a list of texts, a number or yes/no."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a rule cannot be evaluated: ``where`` is the field of the form, ``code`` the reason.

    ``index`` is the condition's place in the list, -1 where it is none's.
    """

    where: str
    code: str
    index: int = -1


class RuleRefused(ValueError):
    """A rule that cannot be evaluated; ``problems`` says what is wrong, at least one thing."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{one.where}: {one.code}" for one in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison, ready to be asked."""

    field: RuleField
    op: str
    value: Any

    @property
    def is_age(self) -> bool:
        """Whether it bounds a stretch of time instead of answering yes or no."""
        return self.field.kind is FieldKind.AGE

    def holds(self, facts: Facts) -> bool:
        """Tell whether the facts meet it; what is not known meets only ``unknown``."""
        return self.compares(self.field.read(facts))

    def compares(self, held: Any) -> bool:
        """Tell whether a value of the field meets it."""
        if self.op == UNKNOWN:
            return (held is None) is self.value
        return held is not None and CHECKS[self.field.kind][self.op](held, self.value)


def compile_conditions(rows: Any) -> tuple[Condition, ...]:
    """Return conditions from what a row holds.

    Raises `RuleRefused` with every condition that is wrong.
    """
    if not isinstance(rows, list):
        raise RuleRefused([Problem("conditions", "not_a_list")])
    if len(rows) > MOST_CONDITIONS:
        raise RuleRefused([Problem("conditions", "too_many")])
    found = [_compile(row, index) for index, row in enumerate(rows)]
    if problems := [one for one in found if isinstance(one, Problem)]:
        raise RuleRefused(problems)
    return tuple(one for one in found if isinstance(one, Condition))


def _compile(row: Any, index: int) -> Condition | Problem:
    if not isinstance(row, Mapping):
        return Problem("conditions", "not_a_condition", index)
    field = FIELDS.get(str(row.get("field", "")))
    if field is None:
        return Problem("field", "unknown_field", index)
    op, value = str(row.get("op", "")), row.get("value")
    if op == UNKNOWN and field.kind is not FieldKind.YES:
        return Condition(field, op, value is not False)
    if op not in CHECKS[field.kind]:
        return Problem("op", "unknown_comparison", index)
    read = _VALUES[field.kind](value)
    return Problem("value", "wrong_value", index) if read is None else Condition(field, op, read)


def _words(value: Any) -> frozenset[str] | None:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not 1 <= len(values) <= MOST_VALUES:
        return None
    if not all(isinstance(one, str) and one for one in values):
        return None
    return frozenset(values)


def _areas(value: Any) -> tuple[str, ...] | None:
    words = _words(value)
    if words is None or not all(one.isdigit() and 2 <= len(one) <= 12 for one in words):
        return None
    return tuple(sorted(words))


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < 1e12 else None


def _hours(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and abs(number) <= MOST_HOURS else None


def _yes(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


_VALUES: dict[FieldKind, Callable[[Any], Any]] = {
    FieldKind.WORD: _words,
    FieldKind.AREA: _areas,
    FieldKind.WORDS: _words,
    FieldKind.NUMBER: _number,
    FieldKind.YES: _yes,
    FieldKind.AGE: _hours,
}
