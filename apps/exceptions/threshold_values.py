"""A set's values from what a form was told, and back. Pure.

A set holds only what differs from the detector's own numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from apps.exceptions.threshold_fields import NUMBERS, Number
from apps.exceptions.tracks.thresholds import Thresholds


def number_at(values: Mapping[str, Any], path: str) -> float | None:
    """Return the number at a path of a set's values, None where the set does not say."""
    found: Any = values
    for step in path.split("__"):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list | tuple):
            found = found[int(step)]
        if found is None:
            return None
    return float(found)


def own_values() -> dict[str, Any]:
    """Return the detector's own numbers as a set's values would hold them."""
    own = Thresholds()
    return {field.name: getattr(own, field.name) for field in fields(own)}


def own_number(number: Number) -> float:
    """Return the detector's own value in the number's unit."""
    found = number_at(own_values(), number.path)
    if found is None:
        raise KeyError(number.path)
    return shown(number, found)


def shown(number: Number, value: float) -> float:
    """Return a detector's value in the number's unit, as a person would write it."""
    found = round(value / number.factor, 3)
    return int(found) if found == int(found) else found


def values_from(asked: Mapping[str, float], base: Mapping[str, Any]) -> dict[str, Any]:
    """Return a set's values from a form's answers (path → number in its unit).

    ``base`` is kept where the form does not ask; what equals the detector's own is left out.
    """
    out: dict[str, Any] = {key: _copied(value) for key, value in base.items()}
    for number in NUMBERS:
        if number.path not in asked:
            continue
        said = asked[number.path]
        kept = number_at(out, number.path)
        if said == shown(number, kept) if kept is not None else said == own_number(number):
            continue
        value: float = said * number.factor
        _put(out, number.path.split("__"), int(value) if number.whole else round(value, 6))
    return _without_own(out)


def _put(out: dict[str, Any], steps: list[str], value: float) -> None:
    if len(steps) == 1:
        out[steps[0]] = value
        return
    own = own_values()[steps[0]][steps[1]]
    table = out.setdefault(steps[0], {})
    if len(steps) == 2:
        table[steps[1]] = value
        return
    pair = list(table.get(steps[1], own))
    pair[int(steps[2])] = value
    table[steps[1]] = pair


def _without_own(values: dict[str, Any]) -> dict[str, Any]:
    own = own_values()
    out: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict):
            table = {name: one for name, one in value.items() if _differs(one, own[key][name])}
            if table:
                out[key] = table
        elif _differs(value, own.get(key)):
            out[key] = value
    return out


def _differs(one: Any, own: Any) -> bool:
    return list(one) != list(own) if isinstance(one, list | tuple) else one != own


def _copied(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
