"""What a row of the bench is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value; ``worst`` is that of the worst round, ``note`` says how."""

    value: float
    worst: float
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A promise: its name, what it says, the limit, and the way to measure it.

    ``limit`` is the most the value may be; with ``at_least`` the least.
    """

    name: str
    says: str
    unit: str
    limit: float
    measure: Callable[[], Figure]
    at_least: bool = False

    def holds(self, figure: Figure) -> bool:
        """Tell whether the value keeps the promise."""
        return figure.value >= self.limit if self.at_least else figure.value <= self.limit
