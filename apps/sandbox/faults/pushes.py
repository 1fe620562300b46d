"""What a fault does to one push, decided by seed and name alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from apps.sandbox.hours import HOUR
from apps.sandbox.rng import chance, stream

LATE_HOURS = (2.0, 12.0)
REORDER_S = 5 * HOUR
DUPLICATE_S = 10 * 60


@dataclass(frozen=True, slots=True)
class Fate:
    """One copy of a push: seconds added to its due time, and what is wrong with it."""

    delay: int = 0
    lost: bool = False
    forged: bool = False
    truncated: bool = False


def decide(*, seed: int, name: str, rates: Mapping[str, float]) -> list[Fate]:
    """The copies of a push that leave the platform, the genuine one first.

    ``name`` identifies the push (number and moment), so that the same world with the same
    rates has the same faults.
    """
    if not any(rates.values()):
        return [Fate()]
    delay = 0
    if chance(seed, rates.get("late", 0), "fault", "late", name):
        rng = stream(seed, "fault", "late-by", name)
        delay += int(rng.uniform(*LATE_HOURS) * HOUR)
    if chance(seed, rates.get("reorder", 0), "fault", "reorder", name):
        delay += REORDER_S
    lost = chance(seed, rates.get("lost", 0), "fault", "lost", name)
    cut = chance(seed, rates.get("truncated", 0), "fault", "truncated", name)
    fates = [Fate(delay, lost=lost, truncated=cut)]
    if chance(seed, rates.get("duplicate", 0), "fault", "duplicate", name):
        rng = stream(seed, "fault", "duplicate-by", name)
        fates.append(Fate(delay + rng.randrange(DUPLICATE_S)))
    if chance(seed, rates.get("forged", 0), "fault", "forged", name):
        fates.append(Fate(delay, forged=True))
    return fates
