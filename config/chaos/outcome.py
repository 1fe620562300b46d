"""What a scenario is, and what came of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


def _say_nothing(line: str) -> None:
    """For a run nobody watches."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run was asked for: where chance begins and how long a stopped process stands.

    ``say`` is told how far it has come.
    """

    seed: int = 1
    stop_seconds: float = 30.0
    say: Callable[[str], None] = _say_nothing


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often the fault was inflicted, what else was counted, and what the checker missed."""

    value: int
    counts: dict[str, int] = field(default_factory=dict)
    misses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A promise: its name, what is done, and how often at the least (``floor``)."""

    name: str
    says: str
    floor: int
    run: Callable[[Plan], Outcome]

    def holds(self, outcome: Outcome) -> bool:
        """Whether the fault was inflicted often enough and nothing was missed."""
        return outcome.value >= self.floor and not outcome.misses
