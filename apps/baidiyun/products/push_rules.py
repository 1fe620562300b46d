"""What a tracking push means for its subscription (contract §2.2 and the rules of §2.1).

* ``polling`` and ``updateall`` bring the whole list again; ``updateall`` only says that the
  platform repeats itself. ``shutdown``: signed, nothing more comes.
* ``abort`` with ``comNew``: the carrier was wrong and the platform has already subscribed again
  with the right one; later pushes carry ``autoCheck`` 1, ``comOld`` and ``comNew``.
* ``abort`` without: given up. It may be subscribed again 30 minutes later at the earliest, and
  at most four times a month for a carrier and number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from apps.baidiyun.products.snapshot import Snapshot

RESUBSCRIBE_AFTER = dt.timedelta(minutes=30)
SUBSCRIPTIONS_A_MONTH = 4


class PushOutcome(StrEnum):
    """What becomes of the subscription."""

    FOLLOWED = "followed"
    FINISHED = "finished"
    MOVED = "moved"
    ABORTED = "aborted"


class AbortReason(StrEnum):
    """Why the platform gave up."""

    NONE = ""
    NO_RECORD = "no_record"
    UNCHANGED = "unchanged"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PushJudgement:
    """``carrier`` is the one that holds from now on ("" for the subscription's own).

    ``resubscribe_after`` is how long to wait before subscribing again, None if there is nothing
    to subscribe; the month's limit is the caller's to count.
    """

    outcome: PushOutcome
    carrier: str = ""
    original_carrier: str = ""
    reason: AbortReason = AbortReason.NONE
    resubscribe_after: dt.timedelta | None = None


def judge_push(snapshot: Snapshot) -> PushJudgement:
    """Return what a push means for its subscription; an unknown status is simply followed."""
    carrier = snapshot.corrected_carrier
    original = snapshot.original_carrier
    if snapshot.push_status == "shutdown":
        return PushJudgement(PushOutcome.FINISHED, carrier, original)
    if snapshot.push_status != "abort":
        outcome = PushOutcome.MOVED if carrier else PushOutcome.FOLLOWED
        return PushJudgement(outcome, carrier, original)
    if carrier and not snapshot.auto_check:
        return PushJudgement(PushOutcome.MOVED, carrier, original or snapshot.carrier)
    return PushJudgement(
        PushOutcome.ABORTED,
        carrier,
        original,
        _reason(snapshot.message),
        RESUBSCRIBE_AFTER,
    )


def may_resubscribe(
    *, aborted_at: dt.datetime, now: dt.datetime, subscribed_this_month: int
) -> bool:
    """Whether the platform would accept another subscription of the number now."""
    return subscribed_this_month < SUBSCRIPTIONS_A_MONTH and now - aborted_at >= RESUBSCRIBE_AFTER


def _reason(message: str) -> AbortReason:
    if "无记录" in message:
        return AbortReason.NO_RECORD
    if "无变化" in message:
        return AbortReason.UNCHANGED
    return AbortReason.OTHER
