"""What rules were asked about, as it is kept with a check. Pure.

Nothing of a person is in it: rules ask for countries, kinds, weights and amounts. A number of
which rules only ask whether it is there is kept as ``true``.
"""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from apps.customs.compliance.facts import Facts, LineFacts
from apps.customs.compliance.words import Texts

ONLY_WHETHER = frozenset(
    {"ioss", "responsible", "fda_product_code", "fda_facility", "prior_notice"}
)


_HEADER = tuple(item.name for item in dataclasses.fields(Facts) if item.name != "lines")
_LINE = tuple(item.name for item in dataclasses.fields(LineFacts))


def snapshot_of(facts: Facts) -> dict[str, Any]:
    """Return facts as JSON types, empty values left out; amounts are CNY in a string."""
    shown = _values(facts, _HEADER)
    shown["lines"] = [_values(line, _LINE) for line in facts.lines]
    return shown


def _values(facts: Facts | LineFacts, names: tuple[str, ...]) -> dict[str, Any]:
    given = ((name, getattr(facts, name)) for name in names)
    return {name: _plain(name, value) for name, value in given if _is_said(value)}


def _is_said(value: Any) -> bool:
    return value is False or value == 0 or bool(value)


def _plain(name: str, value: Any) -> Any:
    if name in ONLY_WHETHER:
        return True
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Texts):
        return list(value.wholes)
    return str(value) if isinstance(value, Decimal) else value
