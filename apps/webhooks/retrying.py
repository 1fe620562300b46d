"""When a message is tried again, and what an answer means. Pure.

The schedule is the example of the Standard Webhooks specification: ten attempts over three days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

SECOND, MINUTE, HOUR = (dt.timedelta(seconds=n) for n in (1, 60, 3600))
DELAYS = (
    0 * SECOND, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR,
    20 * HOUR, 24 * HOUR,
)  # fmt: skip
"""Before the first attempt, the second, and so on; after the last one nothing more is tried."""
JITTER = 0.2
LONGEST_WAIT = 24 * HOUR
GONE = 410
THROTTLED = frozenset({429, 502, 503, 504})


class Verdict(StrEnum):
    """What an answer means."""

    TAKEN = "taken"
    AGAIN = "again"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt brought: the status (None without an answer) and what went wrong."""

    status: int | None
    error: str = ""
    retry_after: str = ""
    permanent: bool = False


def judge(attempt: Attempt) -> Verdict:
    """Only 2xx takes a message; a redirection is a failure; 410 says never again."""
    if attempt.status is not None and 200 <= attempt.status < 300:
        return Verdict.TAKEN
    return Verdict.GONE if attempt.status == GONE else Verdict.AGAIN


def wait_after(attempts: int, *, chance: float, asked: dt.timedelta | None) -> dt.timedelta | None:
    """Return how long to wait after that many attempts, None when there were enough.

    ``chance`` from 0 to 1 spreads the schedule by up to a fifth; what the other side ``asked``
    for (Retry-After) lengthens the wait up to a day and never shortens it.
    """
    if attempts >= len(DELAYS):
        return None
    planned = DELAYS[attempts] * (1 + JITTER * chance)
    return max(planned, min(asked, LONGEST_WAIT)) if asked is not None else planned


def asked_wait(attempt: Attempt) -> dt.timedelta | None:
    """Return the wait in Retry-After in seconds of a throttling answer; a date is not read."""
    word = attempt.retry_after.strip()
    if attempt.status not in THROTTLED or not (word.isascii() and word.isdigit()):
        return None
    return dt.timedelta(seconds=min(int(word[:9]), int(LONGEST_WAIT.total_seconds())))
