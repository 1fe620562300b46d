"""A record as a form: every field with its value, its findings beside it, and what was typed.

What a person did not change is not a change: values are compared as the page showed them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from apps.accounts.faces import shown
from apps.customs.admin.record_fields import (
    LINE,
    OF_THE_SHOP,
    ONLY_IF_THERE,
    SECTIONS,
    WITH_NUMBERS,
    Field,
)
from apps.customs.choices import IdentifierKind
from apps.customs.field_labels import short_label
from apps.customs.findings import Finding
from apps.customs.personal import mask_identifier
from apps.customs.record import Identifier, Line, Party, Record, to_json

LINES_PER_PAGE = 20
INPUT = "f:"
MOMENT = "%Y-%m-%dT%H:%M"
"""As an input of day and time has it."""
Told = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """What a sheet is made from. ``findings`` are `wording.finding_told`, ``fixed`` the fields this
    person may not write once they hold something; ``typed`` and ``problems`` a refused form's."""

    record: Record
    findings: Sequence[Told]
    revealed: bool
    may_write: bool
    fixed: frozenset[str] = frozenset()
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def found(self) -> dict[str, list[Told]]:
        """What was found, by the path it is about."""
        found: defaultdict[str, list[Told]] = defaultdict(list)
        for one in self.findings:
            found[one["path"]].append(one)
        return found


def path_of(finding: Finding) -> str:
    """Return the path of a finding in the record: ``lines.2.hs_code``, ``recipient.phone``."""
    if finding.line is None:
        return finding.field
    return f"lines.{finding.line}.{finding.field.removeprefix('lines.').removeprefix('lines')}"


def anchor_of(path: str) -> str:
    """Return the id a field has on the page."""
    return "f-" + path.strip(".").replace(".", "-")


def line_page_of(record: Record, position: int) -> int:
    """Return on which page of lines a position stands, from 1."""
    at = next((n for n, line in enumerate(record.lines) if line.position == position), 0)
    return at // LINES_PER_PAGE + 1


def value_at(part: Any, path: str) -> Any:
    """Return what stands at a path of a record or a line, None where the way ends."""
    for name in path.split("."):
        part = getattr(part, name, None)
    return part


def text_of(value: Any) -> str:
    """Return a value as an input shows it."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime(MOMENT)
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def sections_of(sheet: Sheet) -> list[Told]:
    """Return the parts beside the lines; one that is empty and not missed is left out."""
    parts = []
    for name, title, fields in SECTIONS:
        is_missed = any(path == name or path.startswith(f"{name}.") for path in sheet.found)
        if name in ONLY_IF_THERE and not is_missed and _is_empty(sheet.record, name):
            continue
        fixed = name in OF_THE_SHOP
        part = {
            "name": name,
            "title": title,
            "cells": [_cell(sheet, one, one.path, sheet.record, fixed=fixed) for one in fields],
            "of_the_shop": fixed,
            "findings": sheet.found.get(name, []),
        }
        if name in WITH_NUMBERS | OF_THE_SHOP:
            part["numbers"] = _numbers(sheet, name)
        parts.append(part | _counted(part["cells"], part.get("numbers")))
    return parts


def lines_of(sheet: Sheet, page: int) -> Told:
    """Return one page of the lines, each with its fields and findings."""
    pages = max(1, -(-len(sheet.record.lines) // LINES_PER_PAGE))
    page = min(max(page, 1), pages)
    start = (page - 1) * LINES_PER_PAGE
    rows = sheet.record.lines[start : start + LINES_PER_PAGE]
    bad = _bad_pages(sheet)
    return {
        "rows": [_line(sheet, row) for row in rows],
        "page": page,
        "pages": [{"number": n, "on": n == page, "bad": n in bad} for n in range(1, pages + 1)],
        "count": len(sheet.record.lines),
        "findings": sheet.found.get("lines", []),
    }


def _line(sheet: Sheet, line: Line) -> Told:
    prefix = f"lines.{line.position}"
    cells = [_cell(sheet, one, f"{prefix}.{one.path}", line) for one in LINE]
    own = {cell["path"] for cell in cells}
    paths = [path for path in sheet.found if path.startswith(f"{prefix}.") and path not in own]
    other = [one for path in paths for one in sheet.found[path]]
    return {"row": line, "cells": cells, "findings": other, **_counted(cells, None)}


def _cell(sheet: Sheet, one: Field, path: str, part: Any, *, fixed: bool = False) -> Told:
    value = text_of(value_at(part, one.path))
    masked = bool(one.mask) and bool(value) and not sheet.revealed
    findings = sheet.found.get(path, [])
    fixed = fixed or one.fixed or masked or not sheet.may_write or _is_closed(sheet, one, part)
    choices = one.choices() if one.choices and not fixed else None
    face = shown(value, one.mask, revealed=sheet.revealed) if one.mask else _face(one, value)
    return {
        "path": path,
        "leaf": one.path,
        "id": anchor_of(path),
        "label": short_label(path if part is sheet.record else f"lines.{one.path}"),
        "kind": one.kind,
        "unit": one.unit,
        "value": sheet.typed.get(path, value),
        "was": value,
        "shown": face,
        "choices": choices,
        "fixed": fixed,
        "masked": masked,
        "findings": findings,
        "tone": findings[0]["colour"] if findings else "",
        "problem": sheet.problems.get(path, ""),
        "aside": one.rare and not value and not findings and path not in sheet.typed,
    }


def _face(one: Field, value: str) -> str:
    if not value or one.choices is None:
        return value
    return next((label for code, label in one.choices() if code == value), value)


def _numbers(sheet: Sheet, name: str) -> Told:
    party: Party | None = getattr(sheet.record, name)
    path = f"{name}.identifiers"
    findings = sheet.found.get(path, [])
    missed = [kind for one in findings for kind in one["kinds"]]
    fixed = name in OF_THE_SHOP or not sheet.may_write
    return {
        "path": path,
        "id": anchor_of(path),
        "findings": findings,
        "tone": findings[0]["colour"] if findings else "",
        "problem": sheet.problems.get(path, ""),
        "rows": [_number(sheet, name, one) for one in (party.identifiers if party else ())],
        "fixed": fixed,
        "typed": sheet.typed.get(f"{path}.value", ""),
        "kind": sheet.typed.get(f"{path}.kind") or next(iter(missed), ""),
        "kinds": [] if fixed else [(kind.value, kind.label) for kind in IdentifierKind],
    }


def _number(sheet: Sheet, name: str, one: Identifier) -> Told:
    kind = IdentifierKind.parse(one.kind)
    is_personal = name in WITH_NUMBERS
    value = one.value if sheet.revealed or not is_personal else mask_identifier(one.value)
    return {"label": kind.label if kind else one.kind, "value": value, "country": one.country}


def _counted(cells: Sequence[Told], numbers: Told | None) -> Told:
    found = [one for cell in cells for one in cell["findings"]]
    found += numbers["findings"] if numbers else []
    return {
        "missing": sum(one["blocks"] for one in found),
        "found": len(found),
        "asides": sum(cell["aside"] for cell in cells),
    }


def _is_empty(record: Record, name: str) -> bool:
    part = getattr(record, name)
    return part is None or (name == "seller" and record.exporter is not None)


def _bad_pages(sheet: Sheet) -> set[int]:
    """Return the pages of lines on which something was found."""
    paths = (path.split(".") for path in sheet.found if path.startswith("lines."))
    bad = {names[1] for names in paths}
    return {
        at // LINES_PER_PAGE + 1
        for at, line in enumerate(sheet.record.lines)
        if str(line.position) in bad
    }


# What a person changed


def typed_in(posted: Mapping[str, str]) -> dict[str, str]:
    """Return what a form brings, by path."""
    return {
        name.removeprefix(INPUT): value.strip()
        for name, value in posted.items()
        if name.startswith(INPUT)
    }


def changes_of(sheet: Sheet, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what differs from the record, typed as a record has it; None empties a field.

    Fields the page shows masked or fixed are not there to be changed, whatever is posted.
    """
    changes: dict[str, Any] = {}
    for path, one, part in _writable(sheet):
        if path not in typed or typed[path] == text_of(value_at(part, one.path)):
            continue
        changes[path] = _typed(one, typed[path])
    for name in sorted(WITH_NUMBERS):
        if added := _added(sheet.record, name, typed):
            changes[f"{name}.identifiers"] = added
    return changes


def _writable(sheet: Sheet) -> Iterable[tuple[str, Field, Any]]:
    for name, _title, fields in SECTIONS:
        if name in OF_THE_SHOP:
            continue
        for one in fields:
            if not _is_closed(sheet, one, sheet.record):
                yield one.path, one, sheet.record
    for line in sheet.record.lines:
        for one in LINE:
            if not _is_closed(sheet, one, line):
                yield f"lines.{line.position}.{one.path}", one, line


def _is_closed(sheet: Sheet, one: Field, part: Any) -> bool:
    value = value_at(part, one.path)
    if one.fixed or (one.path in sheet.fixed and value):
        return True
    return bool(one.mask) and not sheet.revealed and bool(value)


def _typed(one: Field, text: str) -> Any:
    if not text:
        return None
    if one.kind == "whole" and text.isascii() and text.isdecimal():
        return int(text)
    return _aware(text) if one.kind == "moment" else text


def _aware(text: str) -> str:
    """Return a moment of the viewer's zone as a record has it; what is none stays as it is."""
    try:
        moment = dt.datetime.strptime(text, MOMENT)  # noqa: DTZ007 - made aware below
    except ValueError:
        return text
    return timezone.make_aware(moment).isoformat()


def _added(record: Record, name: str, typed: Mapping[str, str]) -> list[Told]:
    path = f"{name}.identifiers"
    value, kind = typed.get(f"{path}.value", ""), typed.get(f"{path}.kind", "")
    if not value or not kind:
        return []
    party: Party | None = getattr(record, name)
    kept = [to_json(one) for one in (party.identifiers if party else ()) if one.kind != kind]
    return [*kept, {"kind": kind, "value": value, "country": record.destination}]
