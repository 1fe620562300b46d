"""Rates of what customers say, with the interval they may truly lie in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.96
"""Of a normal distribution, for 95 %."""
PROMOTER, DETRACTOR = 9, 6
"""From 9 up a customer recommends the shop, up to 6 they warn of it (Reichheld 2003)."""
FEW = 30
"""Below so many answers a figure stands with its interval or not at all."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share in percent with its 95 % interval."""

    percent: float
    low: float
    high: float


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
        return complaint_rate(self.complaints, self.delivered)

    @property
    def nps(self) -> Rate | None:
        """Promoters less detractors in percent, None without an answer."""
        return net_promoters(self.promoters, self.detractors, self.answers)

    @property
    def is_few(self) -> bool:
        """Whether there are too few answers to say a score alone."""
        return 0 < self.answers < FEW


def complaint_rate(complaints: int, delivered: int) -> Rate | None:
    """Return complaints for a hundred parcels with Wilson's interval; None without a parcel.

    More complaints than parcels are a share of no whole: the interval is then the figure itself.
    """
    if delivered <= 0:
        return None
    share = complaints / delivered
    if share > 1:
        return Rate(share * 100, share * 100, share * 100)
    middle = (share + Z * Z / (2 * delivered)) / (1 + Z * Z / delivered)
    spread = sqrt(share * (1 - share) / delivered + Z * Z / (4 * delivered**2))
    half = Z * spread / (1 + Z * Z / delivered)
    return Rate(share * 100, max(0.0, middle - half) * 100, min(1.0, middle + half) * 100)


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
