"""What somebody wants to see of the worklist: read from a request or a kept view. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from apps.exceptions.choices import LIVE_CASE_STATES, Severity, WaitingFor

YES = frozenset({"1", "true", "yes", "on"})
WITH, WITHOUT, ONLY = "", "no", "yes"
"""Cases that wait: among the others, left out, alone."""
LONGEST = 64
KNOWN = {
    "waiting": frozenset({WITHOUT, ONLY}),
    "severity": frozenset(Severity.values()),
    "state": frozenset(LIVE_CASE_STATES),
    "waiting_for": frozenset(WaitingFor.values()),
}


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """Which live cases; all that is set must hold.

    ``mine``: owned by the viewer; ``my_groups``: of a group the viewer belongs to; ``unowned``:
    nobody's yet. ``rule`` and ``group`` are codes, ``merchant`` and ``incident`` ids. ``overdue``:
    not acknowledged or not resolved in time, and not waiting. ``text`` is a carrier number, an
    order number, or an id of a case or shipment, exactly.
    """

    mine: bool = False
    my_groups: bool = False
    unowned: bool = False
    overdue: bool = False
    escalated: bool = False
    complained: bool = False
    state: str = ""
    waiting: str = WITH
    waiting_for: str = ""
    severity: str = ""
    rule: str = ""
    group: str = ""
    carrier: str = ""
    hub: str = ""
    text: str = ""
    merchant: int | None = None
    incident: int | None = None
    owner: int | None = None

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> CaseFilters:
        """Return the filters in a request's parameters or a kept view.

        What is unknown or of a wrong kind is left out: an old link still opens a list.
        """
        found: dict[str, Any] = {}
        for field in fields(cls):
            value = _read(field.name, field.type, values.get(field.name))
            if value is not None:
                found[field.name] = value
        return cls(**found)

    def kept(self) -> dict[str, Any]:
        """Return what is set, as a kept view holds it."""
        unset = asdict(CaseFilters())
        return {name: value for name, value in asdict(self).items() if value != unset[name]}


EVERYTHING = CaseFilters()
COUNTED = frozenset({"rule", "group", "severity", "state", "waiting", "merchant"})
"""Filters whose counts the tallies know."""


def _read(name: str, kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if kind == "bool":
        return value if isinstance(value, bool) else str(value).lower() in YES
    if kind == "int | None":
        said = str(value)
        is_id = said.isascii() and said.isdigit() and len(said) <= 18
        return int(said) if is_id and not isinstance(value, bool) else None
    said = str(value).strip()[:LONGEST]
    if "\x00" in said or (name in KNOWN and said not in KNOWN[name]):
        return None
    return said
