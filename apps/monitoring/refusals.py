"""When refused callbacks are an alarm: a jump, not a number.

One wrong salt refuses everything at once, so a handful in ten minutes is enough where none are
usual. An alarm ends well below where it begins, so that it does not flutter; what is usual is
remembered from its beginning, or a long outage would come to look usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

WINDOW_MINUTES = 10
LEAST = 5
OPENS_AT_TIMES = 4.0
CLOSES_BELOW_TIMES = 2.0
NAMED = 3


def opens(*, recent: int, usual: float) -> bool:
    """Whether so many refusals in ten minutes are a jump over the usual number."""
    return recent >= max(LEAST, OPENS_AT_TIMES * usual)


def closes(*, recent: int, usual: float) -> bool:
    """Whether an open alarm ends; ``usual`` is that of its beginning."""
    return recent < max(LEAST / 2, CLOSES_BELOW_TIMES * usual)


def usual_rate(*, earlier: int, minutes: float) -> float:
    """Return refusals per ten minutes over the time before the window."""
    return earlier * WINDOW_MINUTES / max(minutes, WINDOW_MINUTES)


def describe(reasons: Mapping[str, int], keys: Iterable[str]) -> str:
    """Say which reasons there were, the most frequent first, and under which salt keys."""
    ranked = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:NAMED]
    said = ", ".join(f"{reason} {count}" for reason, count in ranked)
    kids = ", ".join(sorted(set(keys) - {""})[:NAMED])
    return f"{said}; {kids}" if kids else said
