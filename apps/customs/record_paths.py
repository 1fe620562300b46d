"""Paths into a record: what stands where, what differs between two, setting one value. Pure.

A path is dotted: ``recipient.address.city``, ``lines.2.hs_code`` (2 is the line's position, from
1), ``payment.amount``. Lists beside the lines (identifiers, certificates) are one value each.
Values are JSON's, as `record.to_json` writes them.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from apps.customs.record import Record, from_json, to_json

LINES = "lines"
NEEDED = ("position", "title", "quantity", "unit_price")
Json = dict[str, Any]


class NoSuchPath(ValueError):
    """No record has this path; ``str`` is the path."""


def kind_of(path: str) -> Any:
    """Return the type of what stands at a path (a dataclass for a part). Raises NoSuchPath."""
    kind: Any = Record
    names = path.split(".")
    while names:
        name = names.pop(0)
        hints = _hints(typing.cast("Any", kind)) if dataclasses.is_dataclass(kind) else {}
        if name not in hints:
            raise NoSuchPath(path)
        kind = _inner(hints[name])
        if name == LINES:
            kind = typing.get_args(kind)[0]
            if not names or not _is_position(names.pop(0)):
                raise NoSuchPath(path)
    return kind


def flatten(record: Record) -> dict[str, Any]:
    """Return every value that is not at its default, by path."""
    return dict(_leaves(to_json(record), ""))


def differences(before: Record, after: Record) -> dict[str, tuple[Any, Any]]:
    """Return what differs, by path: (before, after), None for what stands at its default."""
    old, new = flatten(before), flatten(after)
    paths = [*old, *(path for path in new if path not in old)]
    return {
        path: (old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)
    }


def with_values(record: Record, values: Mapping[str, Any]) -> Record:
    """Return the record with values set at paths; None puts a path back to its default.

    ``lines.N`` itself set to None takes the line out. A line that is not there is made when its
    title, quantity and price are given; else it is left out. Raises NoSuchPath, and what
    `record.from_json` raises.
    """
    data: Json = to_json(record)
    lines = {line["position"]: line for line in data.get(LINES, [])}
    for path, value in values.items():
        names = path.split(".")
        if names[0] != LINES:
            _set(data, names, value)
        elif len(names) == 2 and value is None:
            lines.pop(int(names[1]), None)
        elif len(names) > 2 and _is_position(names[1]):
            position = int(names[1])
            line = lines.setdefault(position, {"position": position})
            _set(line, names[2:], value)
        else:
            raise NoSuchPath(path)
    whole = [line for line in lines.values() if all(name in line for name in NEEDED)]
    for line in whole:
        line.setdefault("total", format(Decimal(line["unit_price"]) * line["quantity"], "f"))
    data[LINES] = sorted(whole, key=lambda line: int(line["position"]))
    return from_json(data)


def _set(data: Json, names: list[str], value: Any) -> None:
    for name in names[:-1]:
        inner = data.get(name)
        if not isinstance(inner, dict):
            if value is None:
                return
            inner = data[name] = {}
        data = inner
    if value is None:
        data.pop(names[-1], None)
    else:
        data[names[-1]] = value


def _leaves(data: Json, prefix: str) -> typing.Iterator[tuple[str, Any]]:
    for name, value in data.items():
        path = f"{prefix}{name}"
        if path == LINES:
            for line in value:
                yield from _leaves(line, f"{LINES}.{line['position']}.")
        elif isinstance(value, dict):
            yield from _leaves(value, f"{path}.")
        else:
            yield path, value


def _inner(hint: Any) -> Any:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return next(arm for arm in typing.get_args(hint) if arm is not type(None))
    return hint


def _is_position(name: str) -> bool:
    return name.isascii() and name.isdecimal() and 1 <= int(name) <= 9_999 and len(name) < 5


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
