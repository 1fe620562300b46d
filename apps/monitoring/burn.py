"""How fast an error budget is used up. Pure.

Source: Google, The Site Reliability Workbook (2018), chapter 5 "Alerting on SLOs", section 6
"Multiwindow, Multi-Burn-Rate Alerts", table 5-8, for a budget of 30 days: a burn rate of 14.4 over
one hour (2 % of the budget gone) confirmed over 5 minutes, and of 6 over six hours (5 %) confirmed
over 30 minutes. The short window makes the alarm end soon after the errors do.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.monitoring.choices import RuleKind


@dataclass(frozen=True, slots=True)
class Windows:
    """A burn rate and the two windows over both of which it must be reached."""

    rate: float
    long: dt.timedelta
    short: dt.timedelta


FAST = Windows(14.4, dt.timedelta(hours=1), dt.timedelta(minutes=5))
SLOW = Windows(6.0, dt.timedelta(hours=6), dt.timedelta(minutes=30))
WINDOWS = {RuleKind.BURN_FAST: FAST, RuleKind.BURN_SLOW: SLOW}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many observations there were, and how many of them were bad."""

    total: int = 0
    bad: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.total + other.total, self.bad + other.bad)


def burn_rate(tally: Tally, share: float) -> float | None:
    """Return how many times faster than allowed the budget goes; None without observations.

    ``share`` is the part (0 to 1) that must be good; 1 means that exactly the budget is used.
    """
    if not tally.total:
        return None
    return tally.bad / tally.total / (1.0 - share)


def budget_left(tally: Tally, share: float) -> float | None:
    """Return the part of the budget that is left, below 0 where it is overspent; None without
    observations. The budget is ``1 - share`` of what the window held so far."""
    rate = burn_rate(tally, share)
    return None if rate is None else 1.0 - rate


def both(long: float | None, short: float | None) -> float | None:
    """Return the lower of two windows' rates: what both reach. None if either is unknown."""
    return None if long is None or short is None else min(long, short)
