"""What a fault of the matrix is, and what came of causing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from config.faults.ground import Ground
from config.faults.injuries import Injury

SAID_WITHIN = 60.0
HEALS_WITHIN, HEALS_LATER = 75.0, 0.0


@dataclass(frozen=True)
class Fault:
    """A fault: what is done, and the runbook page to which its alarm leads.

    ``heals_in`` is how long its "over" is waited for before the next fault (s); what takes longer
    is heard while the next ones run.
    """

    key: str
    says: str
    slug: str
    hurt: Callable[[Ground], Injury]
    limit: float = SAID_WITHIN
    heals_in: float = HEALS_WITHIN


@dataclass(frozen=True)
class Trial:
    """Bad input that is no outage: ``run`` measures one value, at most ``limit``."""

    key: str
    says: str
    limit: float
    run: Callable[[Ground], Row]


@dataclass
class Row:
    """What came of a fault or trial.

    ``value`` is the seconds until WeCom said so (a trial's own figure), None where it never did;
    ``recovered`` the seconds from healing until "recovered". ``others`` is what else it heard.
    """

    key: str
    limit: float
    value: float | None
    words: str = ""
    recovered: float | None = None
    recovered_words: str = ""
    needs_recovery: bool = True
    others: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether it was said in time, recovered, and nothing else is held against it."""
        in_time = self.value is not None and self.value <= self.limit
        healed = self.recovered is not None or not self.needs_recovery
        return in_time and healed and not self.misses

    def summary(self) -> dict[str, Any]:
        """Return the row for the JSON line."""
        return {
            "value": None if self.value is None else round(self.value, 1),
            "floor": self.limit,
            "pass": self.passed,
            "words": self.words,
            "recovered": None if self.recovered is None else round(self.recovered, 1),
            "recovered_words": self.recovered_words,
            "others": self.others,
            "misses": self.misses,
        }
