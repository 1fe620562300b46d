"""Reading the robot's answer. Pure."""

from __future__ import annotations

import json

from apps.notifications import reasons
from apps.notifications.outcome import Outcome, Verdict
from apps.notifications.wecom.errcodes import meaning

THROTTLED = 429


def parse_answer(status: int, text: str) -> Outcome:
    """Return what an answer means: HTTP is 200 whatever is wrong, ``errcode`` tells.

    Anything else (a proxy's page, a cut answer) may pass later and carries the HTTP status.
    """
    if status == THROTTLED:
        return Outcome(Verdict.TOO_OFTEN, status, reasons.TOO_OFTEN)
    if status != 200:
        return Outcome(Verdict.LATER, status, reasons.NO_ANSWER_UNDERSTOOD)
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return Outcome(Verdict.LATER, status, reasons.NO_ANSWER_UNDERSTOOD)
    errcode = answer.get("errcode") if isinstance(answer, dict) else None
    if isinstance(errcode, bool) or not isinstance(errcode, int) or abs(errcode) > 2**31 - 1:
        return Outcome(Verdict.LATER, status, reasons.NO_ANSWER_UNDERSTOOD)
    verdict, why = meaning(errcode)
    return Outcome(verdict, errcode, why)
