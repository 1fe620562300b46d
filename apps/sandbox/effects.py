"""Planted effects: true causes in the world that somebody may find in the portal's figures.

``school_run`` (a switch among the faults, so on the desk, the command line and the control
endpoint; its rate is the share that fails): in Nanshan, Shenzhen (440305), deliveries to the
door between 15 and 17 h on school days fail, because the streets are full of parents. It
holds for parcels booked while it is on.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.sandbox.hours import hour_of
from apps.sandbox.rng import chance
from apps.sandbox.seasons import is_school_day

SCHOOL_RUN_DISTRICT = "440305"
SCHOOL_RUN_HOURS = (15.0, 17.0)


@dataclass(frozen=True, slots=True)
class Effects:
    """Strength of each planted effect, 0 (off) to 1."""

    school_run: float = 0.0

    def fails_at_door(self, *, seed: int, number: str, at: int, area: str) -> bool:
        """Whether an attempt at a door fails at this time and place (adcode of any length)."""
        if self.school_run <= 0 or area[:6] != SCHOOL_RUN_DISTRICT:
            return False
        opens, closes = SCHOOL_RUN_HOURS
        if not opens <= hour_of(at) < closes or not is_school_day(at):
            return False
        return chance(seed, self.school_run, number, "school-run", at)


NO_EFFECTS = Effects()
