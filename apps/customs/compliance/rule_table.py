"""Rules as a table a person can open: a row for each condition, and back without loss. Pure.

A rule's own columns stand in each of its rows and are read from its first; a rule without
conditions has one row with an empty ``field``. Values of a condition are parted by ``|``.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from apps.core.sheets import neutral, without_guard
from apps.customs.compliance.content import Condition, RuleContent

BOM = "\ufeff"
LONGEST_CELL = 20_000
OWN = tuple(one.name for one in dataclasses.fields(RuleContent) if one.name != "conditions")
COLUMNS = (*OWN, "group", "field", "op", "values", "currency")
_DAYS = frozenset({"source_checked_on", "effective_from", "effective_to", "review_by"})
_TRUTH = {"true": True, "false": False}
_PART = re.compile(r"((?:[^\\|]|\\.)*)(\||$)", re.DOTALL)
_NOTHING = "\\0"
"""A condition with one empty value; an empty cell is one without values."""


class BadTable(ValueError):
    """A table no rules can be read from; ``str`` says the row and why."""


def rule_lines(rules: Iterable[RuleContent]) -> Iterator[str]:
    """Yield the lines of a CSV of rules, its heading first; no cell is taken for a formula."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write(BOM)
    for cells in _rows(rules):
        writer.writerow([neutral(cell) for cell in cells])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def read_rules(lines: Iterable[str]) -> tuple[RuleContent, ...]:
    """Return the rules of a CSV of :func:`rule_lines`, in the order they begin. Raises BadTable."""
    reader = csv.reader(lines)
    own: dict[str, dict[str, Any]] = {}
    conditions: dict[str, list[Condition]] = {}
    try:
        heading = [name.strip(BOM).strip() for name in next(reader, [])]
        if unknown := [name for name in heading if name not in COLUMNS] or not heading:
            raise BadTable(f"1: unknown columns: {unknown}")
        for number, row in enumerate(reader, start=2):
            cells = dict(zip(heading, (without_guard(cell) for cell in row), strict=False))
            if not any(cells.values()):
                continue
            if any(len(cell) > LONGEST_CELL for cell in cells.values()):
                raise BadTable(f"{number}: a cell is too long")
            key = cells.get("key", "")
            if key not in own:
                own[key] = _own(cells, number)
            if cells.get("field"):
                conditions.setdefault(key, []).append(_condition(cells, number))
        return tuple(
            RuleContent(**given, conditions=tuple(conditions.get(key, ())))
            for key, given in own.items()
        )
    except (csv.Error, TypeError) as error:
        raise BadTable(f"{reader.line_num}: {error}") from error


def _rows(rules: Iterable[RuleContent]) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for rule in rules:
        own = [_cell(getattr(rule, name)) for name in OWN]
        for one in rule.conditions:
            values = "|".join(map(_escaped, one.values)) if one.values != ("",) else _NOTHING
            yield [*own, str(one.group), one.field, one.op, values, one.currency]
        if not rule.conditions:
            yield [*own, "", "", "", "", ""]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _own(cells: dict[str, str], number: int) -> dict[str, Any]:
    given: dict[str, Any] = {}
    try:
        for name in OWN:
            text = cells.get(name, "")
            if name in _DAYS:
                given[name] = dt.date.fromisoformat(text) if text else None
            elif name == "priority":
                given[name] = int(text or 100)
            elif name == "enabled":
                given[name] = _TRUTH[text.casefold() or "true"]
            else:
                given[name] = text
    except (ValueError, KeyError) as error:
        raise BadTable(f"{number}: {name}: {error}") from error
    return given


def _condition(cells: dict[str, str], number: int) -> Condition:
    try:
        group = int(cells.get("group") or 1)
    except ValueError as error:
        raise BadTable(f"{number}: group: {error}") from error
    values = _values(cells.get("values", ""))
    return Condition(cells["field"], cells.get("op", ""), values, group, cells.get("currency", ""))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("|", "\\|")


def _values(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    if text == _NOTHING:
        return ("",)
    parts: list[str] = []
    at = 0
    while found := _PART.match(text, at):
        parts.append(re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL))
        at = found.end()
        if not found[2]:
            break
    return tuple(parts)
