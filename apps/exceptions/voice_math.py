"""Rates of what customers say, with the interval they may truly lie in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from apps.core.shares import FEW, Rate, Z, share_of

PROMOTER, DETRACTOR = 9, 6
"""From 9 up a customer recommends the shop, up to 6 they warn of it (Reichheld 2003)."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What was counted over a stretch of time: parcels delivered, contacts, and answers."""

    delivered: int = 0
    contacts: int = 0
    complaints: int = 0
    answers: int = 0
    promoters: int = 0
    detractors: int = 0

    def plus(self, other: Voice) -> Voice:
        """Return the sum."""
        return Voice(
            self.delivered + other.delivered,
            self.contacts + other.contacts,
            self.complaints + other.complaints,
            self.answers + other.answers,
            self.promoters + other.promoters,
            self.detractors + other.detractors,
        )

    @property
    def rate(self) -> Rate | None:
        """Complaints for a hundred parcels delivered, None without a parcel (Wilson 1927)."""
        return share_of(self.complaints, self.delivered)

    @property
    def nps(self) -> Rate | None:
        """Promoters less detractors in percent, None without an answer."""
        return net_promoters(self.promoters, self.detractors, self.answers)

    @property
    def is_few(self) -> bool:
        """Whether there are too few answers to say a score alone."""
        return 0 < self.answers < FEW


def net_promoters(promoters: int, detractors: int, answers: int) -> Rate | None:
    """Return the net promoter score, -100 to 100, with its interval; None without an answer.

    The interval is the adjusted Wald one (Rocks 2016): three more answers, one of each kind,
    are reckoned with, so that few answers that all agree do not look certain.
    """
    if answers <= 0:
        return None
    said = (promoters - detractors) / answers
    n, up, down = answers + 3, promoters + 1, detractors + 1
    mean = (up - down) / n
    half = Z * sqrt(((up + down) / n - mean * mean) / n)
    low, high = max(-1.0, mean - half), min(1.0, mean + half)
    return Rate(said * 100, min(said, low) * 100, max(said, high) * 100)
