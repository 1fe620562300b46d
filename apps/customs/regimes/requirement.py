"""One thing a regime asks for, and how a record is asked whether it is there. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any

from apps.customs.choices import Direction, Regime, Supplier
from apps.customs.record import Line, Record

LINES = "lines."


class Level(StrEnum):
    """How badly it is needed.

    ``must``: before the parcel is booked. ``filing``: before the declaration is handed in, for
    what nobody can know at order time (the waybill number). ``should``: asked, never waited for.
    """

    MUST = "must"
    FILING = "filing"
    SHOULD = "should"


@dataclass(frozen=True, slots=True)
class Border:
    """One border of a parcel: to whom it is declared and by which regime.

    ``form`` is the paper that goes with it (a `DocumentKind`: cn22, cn23 or invoice).
    ``low_value`` says whether the goods are within the country's limit; None: nobody can tell.
    """

    direction: Direction
    country: str
    regime: Regime
    form: str = ""
    low_value: bool | None = None

    @property
    def key(self) -> str:
        """Its name in a finding: "import:US"."""
        return f"{self.direction.value}:{self.country}"


OfRecord = Callable[[Record, Border], bool]
OfLine = Callable[[Record, Border, Line], bool]


@dataclass(frozen=True)
class Requirement:
    """A field a regime asks for.

    ``field`` is a path in the record; "lines.…" asks every line. "exporter.…" and "importer.…"
    mean the seller and the recipient where a record names nobody else. ``kinds`` are the
    identifiers of which one is enough, ``any_of`` other paths that serve as well. ``basis`` is
    where it is written; "[K]" there: from memory, not checked against the law's text.
    """

    field: str
    supplier: Supplier
    level: Level = Level.MUST
    kinds: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    when: OfRecord | None = None
    when_line: OfLine | None = None
    basis: str = ""

    @property
    def is_of_lines(self) -> bool:
        """Whether every line is asked."""
        return self.field.startswith(LINES)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: two regimes' same demand is one."""
        return self.field, ",".join(self.kinds)

    def asked_field(self, record: Record) -> str:
        """Return the path as this record has it: the seller exports unless somebody else does."""
        return _resolve(self.field, record)

    def is_met(self, record: Record, line: Line | None = None) -> bool:
        """Whether the record (or one of its lines) has it."""
        if line is not None:
            return any(is_there(getter(line)) for getter in self._line_getters)
        if self.kinds:
            party = getattr(record, _resolve(self.field, record).split(".", 1)[0])
            return party is not None and is_there(party.identifier(*self.kinds))
        return any(
            is_there(value_at(record, _resolve(path, record)))
            for path in (self.field, *self.any_of)
        )

    @cached_property
    def _line_getters(self) -> list[Callable[[Line], Any]]:
        paths = [path.removeprefix(LINES) for path in (self.field, *self.any_of)]
        return [_line_getter(path) for path in paths]


def is_there(value: Any) -> bool:
    """Whether a value says something: text with a visible sign, an amount that is one."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Decimal):
        return value.is_finite()
    return value is not None and value != ()


def value_at(record: Record, path: str) -> Any:
    """Return what stands at a path, None where a part of the way is missing."""
    value: Any = record
    for name in path.split("."):
        value = getattr(value, name) if value is not None else None
    return value


def _line_getter(path: str) -> Callable[[Line], Any]:
    first, _, rest = path.partition(".")
    if not rest:
        return attrgetter(first)
    get_first, get_rest = attrgetter(first), attrgetter(rest)

    def get(line: Line) -> Any:
        outer = get_first(line)
        return get_rest(outer) if outer is not None else None

    return get


def _resolve(path: str, record: Record) -> str:
    root, _, rest = path.partition(".")
    if root == "exporter" and record.exporter is None:
        return f"seller.{rest}"
    if root == "importer" and record.importer is None:
        return f"recipient.{rest}"
    return path
