"""How well the doubt about signatures finds those that were made up: score against the world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.core import bulk

PHANTOM = "phantom"
THRESHOLD = 60
"""From so many points on the starter rule opens a case."""
READ = """
SELECT w.signed_score, p.outcome FROM sandbox_parcel p
JOIN shipments_shipment s ON s.number = p.number AND s.carrier = p.carrier AND s.mode = 'sandbox'
JOIN exceptions_watch w ON w.shipment_id = s.id
WHERE w.signed_score IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Truth:
    """How many signatures were scored, made up, doubted, and doubted rightly."""

    scored: int
    phantoms: int
    doubted: int
    right: int

    @property
    def precision(self) -> float | None:
        """Which share of the doubted was made up, None where none was doubted."""
        return self.right / self.doubted if self.doubted else None

    @property
    def recall(self) -> float | None:
        """Which share of those made up was doubted, None where there was none."""
        return self.right / self.phantoms if self.phantoms else None


def compare(scores: Iterable[tuple[int, str]], *, threshold: int = THRESHOLD) -> Truth:
    """Return how scores stand against what really happened (the planned ending)."""
    scored = phantoms = doubted = right = 0
    for score, outcome in scores:
        scored += 1
        phantoms += outcome == PHANTOM
        doubted += score >= threshold
        right += score >= threshold and outcome == PHANTOM
    return Truth(scored, phantoms, doubted, right)


def read_truth(*, threshold: int = THRESHOLD) -> Truth:
    """Return the comparison over every sandbox parcel whose signature has a score."""
    return compare(bulk.fetch(READ, []), threshold=threshold)
