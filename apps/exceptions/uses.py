"""What a fix may be used for, given the flags that cover it. Pure.

The safer view wins: excluded, then corrected by a person, then held, then accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from apps.exceptions.choices import FlagState
from apps.shipments.choices import PositionUse

EXCLUDED, CORRECTED = PositionUse.EXCLUDED.value, PositionUse.CORRECTED.value
HELD, ACCEPTED = PositionUse.HELD.value, PositionUse.ACCEPTED.value

AFTER = {
    FlagState.CONFIRMED.value: EXCLUDED,
    FlagState.DISMISSED.value: ACCEPTED,
    FlagState.REPAIRED.value: CORRECTED,
    FlagState.ESCALATED.value: HELD,
}
"""What each decision makes of the fixes it is about."""

HOLDING = {
    FlagState.CONFIRMED.value: EXCLUDED,
    FlagState.EXPIRED.value: EXCLUDED,
    FlagState.REPAIRED.value: CORRECTED,
    FlagState.OPEN.value: HELD,
    FlagState.ESCALATED.value: HELD,
}
"""States in which a flag keeps its fixes from being used as they came."""
_SAFEST = (EXCLUDED, CORRECTED, HELD)


class Covering(NamedTuple):
    """A flag's stretch (ids of positions, both included) and its state."""

    first_row: int
    last_row: int
    state: str


def use_under(position_id: int, flags: Iterable[Covering]) -> str | None:
    """Return the safest use the flags covering a fix allow, None where none covers it."""
    found = {HOLDING.get(f.state) for f in flags if f.first_row <= position_id <= f.last_row}
    return next((use for use in _SAFEST if use in found), None)


def use_after(position_id: int, use: str, state: str, others: Iterable[Covering]) -> str:
    """Return what a fix is used for once the flag over it is decided.

    What a person says outright (excluded, corrected) holds. A dismissal or an escalation frees
    nothing that another flag holds, excludes or has put right.
    """
    wanted = EXCLUDED if state == FlagState.EXPIRED.value else AFTER[state]
    if wanted in (EXCLUDED, CORRECTED):
        return wanted
    under = use_under(position_id, others)
    if under == CORRECTED and use != CORRECTED:
        return wanted
    return wanted if under is None else (under if wanted == ACCEPTED else _safer(under, wanted))


def _safer(one: str, other: str) -> str:
    return min(one, other, key=_SAFEST.index)
