"""Calls that were not made: nothing was sent, later is another matter."""

from __future__ import annotations

from apps.baidiyun.errors import BaidiyunError, CallFailed


class HeldBack(CallFailed):
    """The gateway let a call not out. ``retry_after``: seconds until asking again makes sense."""

    code = "held_back"

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message, sent=False)
        self.retry_after = retry_after


class Throttled(HeldBack):
    """The bucket is empty or closed, or the day's budget is used up for this priority."""

    code = "throttled"


class BreakerOpen(HeldBack):
    """The product has failed too often; its breaker is open."""

    code = "breaker_open"


class SteppedBack(HeldBack):
    """The ladder stands too low for this call."""

    code = "stepped_back"


class NoteRequired(BaidiyunError):
    """Pinning the ladder needs a reason in words."""

    code = "note_required"
    permanent = True
