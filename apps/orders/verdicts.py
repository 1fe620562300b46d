"""What an answer to a booking means for us: book it, send again, or give it to a person.

Technical errors are sent again after 5 s, doubling up to 10 minutes (real time), at most twelve
times. The platform answers a repeated thirdOrderId with the same booking for 48 hours (contract
§5.1), so a lost answer is cured by sending again; afterwards only a person may decide.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from apps.orders.choices import BookingProblem

MAX_SENDS = 12
IDEMPOTENT_FOR = dt.timedelta(hours=48)
FIRST_DELAY = dt.timedelta(seconds=5)
LONGEST_DELAY = dt.timedelta(minutes=10)

_PROBLEMS = {
    "bad_address": BookingProblem.BAD_ADDRESS,
    "no_balance": BookingProblem.NO_BALANCE,
    "refused": BookingProblem.REFUSED,
    "duplicate": BookingProblem.UNKNOWN,
    "unavailable": BookingProblem.UNAVAILABLE,
}


class Verdict(StrEnum):
    """What becomes of a booking after an answer."""

    BOOKED = "booked"
    AGAIN = "again"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, with the problem a person will see and the delay before another sending."""

    verdict: Verdict
    problem: BookingProblem = BookingProblem.NONE
    delay: dt.timedelta = dt.timedelta(0)


def decide(
    *,
    outcome: str,
    problem: str,
    permanent: bool,
    sends: int,
    maybe_sent: bool,
    age: dt.timedelta,
    repeatable: bool = True,
) -> Decision:
    """Judge an answer.

    ``outcome``: done, refused, unknown or not_sent; ``problem``: the gateway's word for a refusal;
    ``sends``: how often it was sent, this time included; ``maybe_sent``: an earlier answer was
    lost; ``age``: business time since the first sending. ``repeatable``: the platform answers a
    repetition with the same booking; a ride is none of these, a second one would be on its way.
    """
    if outcome == "done":
        return Decision(Verdict.BOOKED)
    kind = _PROBLEMS.get(problem, BookingProblem.REFUSED)
    if outcome == "refused" and permanent:
        return Decision(Verdict.FAILED, kind)
    in_doubt = maybe_sent or outcome == "unknown"
    may_repeat = not in_doubt or (repeatable and age < IDEMPOTENT_FOR)
    if sends < MAX_SENDS and may_repeat:
        return Decision(Verdict.AGAIN, delay=delay_after(sends))
    if in_doubt:
        return Decision(Verdict.UNKNOWN, BookingProblem.UNKNOWN)
    return Decision(Verdict.FAILED, BookingProblem.UNAVAILABLE)


def delay_after(sends: int) -> dt.timedelta:
    """How long to wait after the n-th sending failed (real time)."""
    return min(FIRST_DELAY * 2 ** min(max(sends - 1, 0), 10), LONGEST_DELAY)
