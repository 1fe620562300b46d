"""What WeCom's answers mean, as a table.

From the vendor's list of global codes (developer.work.weixin.qq.com, path 90313) and the page of
the group robot (path 99110). Decide by the code, never by the words: the vendor changes those.
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.notifications import reasons
from apps.notifications.outcome import Verdict

ERRCODES: Mapping[int, tuple[Verdict, str]] = {
    0: (Verdict.TAKEN, ""),
    -1: (Verdict.LATER, reasons.WECOM_BUSY),
    6000: (Verdict.LATER, reasons.WECOM_BUSY),
    40007: (Verdict.BAD_MESSAGE, reasons.NOT_UNDERSTOOD),
    40008: (Verdict.BAD_MESSAGE, reasons.NOT_UNDERSTOOD),
    40009: (Verdict.BAD_MESSAGE, reasons.NOT_UNDERSTOOD),
    40058: (Verdict.BAD_MESSAGE, reasons.NOT_UNDERSTOOD),
    44004: (Verdict.BAD_MESSAGE, reasons.NOT_UNDERSTOOD),
    45002: (Verdict.BAD_MESSAGE, reasons.TOO_LONG),
    45009: (Verdict.TOO_OFTEN, reasons.TOO_OFTEN),
    45033: (Verdict.TOO_OFTEN, reasons.TOO_MANY_CALLS),
    47001: (Verdict.BAD_MESSAGE, reasons.NOT_UNDERSTOOD),
    93000: (Verdict.DEAD, reasons.NO_ROBOT),
    93004: (Verdict.DEAD, reasons.ROBOT_OFF),
    93008: (Verdict.DEAD, reasons.NOT_IN_GROUP),
    301019: (Verdict.BAD_MESSAGE, reasons.NOT_UNDERSTOOD),
}


def meaning(errcode: int) -> tuple[Verdict, str]:
    """Return what a code means; one nobody knows may pass."""
    return ERRCODES.get(errcode, (Verdict.LATER, reasons.UNKNOWN_CODE))
