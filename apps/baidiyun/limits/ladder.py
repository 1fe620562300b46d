"""The ladder's rule as a function: from how things stand to the step we should stand on.

Down one step a look, at most one in ``DOWN_SECONDS``; up one step when the figures have stayed
well below the threshold that brought us here for ``UP_SECONDS``. A step up that had to be taken
back soon doubles the next wait (at most ``LONGEST_UP_SECONDS``), so that it does not flap.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.baidiyun.limits.choices import LadderStep, Priority

MIN_CALLS = 20
WINDOW_SECONDS = 120
DOWN_SECONDS = 10.0
UP_SECONDS = 60.0
LONGEST_UP_SECONDS = 900.0
RELAPSE_SECONDS = 180.0
EASE = 0.6
"""To climb, error rate and latency must be below this share of the threshold."""
BUDGET_EASE = 0.05
"""To climb, this much more of the budget must be left than the threshold says."""
ERROR_STEPS = (0.05, 0.15, 0.25, 0.50)
LATENCY_STEPS = (3.0, 6.0)
BUDGET_STEPS = (0.25, 0.10, 0.03)


@dataclass(frozen=True, slots=True)
class Readings:
    """The last two minutes: calls, share without a usable answer, p95 in seconds, and the share
    of the day's query budget that is left (1 where no budget is set)."""

    calls: int = 0
    error_rate: float = 0.0
    p95: float = 0.0
    budget_left: float = 1.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Where we stand, for how many seconds, whether somebody pinned us there, and how many
    steps up had to be taken back lately (``strikes``); ``climbed``: the last move went up."""

    step: LadderStep
    seconds: float
    pinned: bool = False
    strikes: int = 0
    climbed: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Where to go, why (a machine-readable word), and the strikes to remember."""

    step: LadderStep
    reason: str
    strikes: int


def next_move(standing: Standing, readings: Readings) -> Move | None:
    """Return the step to take now, or None to stay."""
    if standing.pinned:
        return None
    wanted, reason = _worst(readings, ease=False)
    if wanted > standing.step.rank:
        if standing.seconds < DOWN_SECONDS:
            return None
        relapse = standing.climbed and standing.seconds < RELAPSE_SECONDS
        strikes = standing.strikes + 1 if relapse else standing.strikes
        return Move(LadderStep.at(standing.step.rank + 1), reason, strikes)
    return _climb(standing, readings)


def up_seconds(strikes: int) -> float:
    """Return how long to stand still before the next step up."""
    return float(min(UP_SECONDS * 2 ** min(strikes, 10), LONGEST_UP_SECONDS))


def allows(step: LadderStep, *, query: bool, priority: Priority) -> bool:
    """Whether a call may go out from a step; everything but queries goes until intake only."""
    if step is LadderStep.INTAKE_ONLY:
        return False
    if not query or step.rank < LadderStep.ONLY_RISKY.rank:
        return True
    return step is LadderStep.ONLY_RISKY and priority in {Priority.WAITING, Priority.RISKY}


def _climb(standing: Standing, readings: Readings) -> Move | None:
    if standing.step is LadderStep.FULL or standing.seconds < up_seconds(standing.strikes):
        return None
    wanted, _ = _worst(readings, ease=True)
    if wanted >= standing.step.rank:
        return None
    step = LadderStep.at(standing.step.rank - 1)
    return Move(step, "calm", 0 if step is LadderStep.FULL else standing.strikes)


def _worst(readings: Readings, *, ease: bool) -> tuple[int, str]:
    """Return the rank the figures ask for and which figure asks; eased thresholds are stricter."""
    share = EASE if ease else 1.0
    margin = BUDGET_EASE if ease else 0.0
    enough = readings.calls >= MIN_CALLS
    ranks = {
        "errors": _reached(readings.error_rate, ERROR_STEPS, share) if enough else 0,
        "latency": _reached(readings.p95, LATENCY_STEPS, share) if enough else 0,
        "budget": sum(readings.budget_left < limit + margin for limit in BUDGET_STEPS),
    }
    reason = max(ranks, key=lambda name: ranks[name])
    return ranks[reason], reason


def _reached(value: float, steps: tuple[float, ...], share: float) -> int:
    return sum(value >= limit * share for limit in steps)
