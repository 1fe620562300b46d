"""Which step to take next: those that helped before in cases of the same kind. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from apps.exceptions.case_moves import has_helped
from apps.exceptions.choices import StepKind

ENOUGH = 20
"""Steps of a kind with one carrier before its own record counts instead of all carriers'."""


class StepEnd(NamedTuple):
    """How often steps of one kind and state, said to help or not, stood in cases of one carrier
    that ended for one reason."""

    kind: str
    state: str
    said: bool | None
    reason: str
    carrier: str
    steps: int


@dataclass(frozen=True, slots=True)
class StepOdds:
    """How well a step did: ``helped`` of ``tried``; ``by_carrier`` where the carrier's own record
    is long enough. ``score`` is Laplace's: a step never tried stands at one half."""

    kind: str
    helped: int
    tried: int
    by_carrier: bool

    @property
    def score(self) -> float:
        """The chance that it helps, (helped + 1) ÷ (tried + 2)."""
        return (self.helped + 1) / (self.tried + 2)


def rank_steps(ends: Iterable[StepEnd], *, carrier: str) -> list[StepOdds]:
    """Return all kinds of steps, the likeliest to help first; of equals the cheapest first."""
    everywhere: dict[str, list[int]] = {kind: [0, 0] for kind in StepKind.values()}
    here: dict[str, list[int]] = {kind: [0, 0] for kind in StepKind.values()}
    for end in ends:
        worked = has_helped(kind=end.kind, state=end.state, said=end.said, reason=end.reason)
        if worked is None:
            continue
        for found in (everywhere, here) if end.carrier == carrier and carrier else (everywhere,):
            found[end.kind][0] += end.steps * worked
            found[end.kind][1] += end.steps
    odds = []
    for kind in StepKind.values():
        enough = here[kind][1] >= ENOUGH
        helped, tried = here[kind] if enough else everywhere[kind]
        odds.append(StepOdds(kind, helped, tried, by_carrier=enough))
    return sorted(odds, key=lambda one: -one.score)
