"""Customs as a parcel meets it: waiting, inspected, asked for documents, held, released.

Pure: a list of what happens, with times. Export and import have their own durations; a hold
is mostly a day or two and at the worst two weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from apps.sandbox.hours import DAY, HOUR, between

LONGEST_HOLD = 14 * DAY
WAITING, RUNNING, CLEARED, TROUBLE = "10", "11", "12", "13"


@dataclass(frozen=True, slots=True)
class Regime:
    """How one side of a border works: rates of inspections and holds, and hours.

    ``wait``, ``process`` and ``release`` are ranges of hours; ``hold_median`` is the median of
    a hold's length in hours, drawn log-normally with ``hold_spread``.
    """

    prefix: str
    inspected: float
    held: float
    wait: tuple[float, float]
    process: tuple[float, float]
    release: tuple[float, float]
    hold_median: float
    hold_spread: float


EXPORT = Regime("export", 0.03, 0.05, (0.5, 2), (1, 6), (1, 6), 30, 0.6)
IMPORT = Regime("import", 0.08, 0.09, (1, 4), (1, 8), (2, 20), 54, 0.85)


@dataclass(frozen=True, slots=True)
class CustomsStep:
    """One message: which words (a key of the voyage's texts), when, and the state code."""

    word: str
    at: int
    code: str


def pass_customs(
    *, regime: Regime, at: int, pace: float, rng: Random, luck: Random, held: bool = False
) -> list[CustomsStep]:
    """What customs does from an arrival on; the last step is the release.

    ``luck`` decides inspection and hold, ``held`` forces a hold. Times are epoch seconds and
    rise.
    """
    inspected, unlucky = luck.random() < regime.inspected, luck.random() < regime.held
    steps: list[CustomsStep] = []

    def tell(word: str, code: str) -> None:
        steps.append(CustomsStep(f"{regime.prefix}_{word}", at, code))

    at += between(rng, *regime.wait)
    tell("wait", WAITING)
    at += int(between(rng, *regime.process) * pace)
    if regime is IMPORT:
        tell("run", RUNNING)
    if inspected:
        at += between(rng, 2, 10)
        tell("inspect", TROUBLE if regime is EXPORT else RUNNING)
        at += between(rng, 6, 36)
    if held or unlucky:
        at = _hold(regime, at, luck, steps)
    at += int(between(rng, *regime.release) * pace)
    tell("done", CLEARED)
    return steps


def _hold(regime: Regime, at: int, luck: Random, steps: list[CustomsStep]) -> int:
    """Documents asked for, reminded of, handed in; returns when they are accepted."""
    at += between(luck, 2, 8)
    steps.append(CustomsStep(f"{regime.prefix}_held", at, TROUBLE))
    hours = regime.hold_median * luck.lognormvariate(0, regime.hold_spread)
    length = min(LONGEST_HOLD, max(8 * HOUR, int(hours * HOUR)))
    if length > 4 * DAY:
        steps.append(CustomsStep(f"{regime.prefix}_remind", at + length // 2, TROUBLE))
    steps.append(CustomsStep(f"{regime.prefix}_docs", at + length - HOUR, TROUBLE))
    return at + length
