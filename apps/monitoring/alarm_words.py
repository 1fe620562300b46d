"""What an alarm saw, in the viewer's language; the row keeps the codes."""

from __future__ import annotations

from apps.baidiyun.choices import Refusal
from apps.monitoring.models import Alarm


def words_of(alarm: Alarm) -> str:
    """Return the message with the labels of refusal reasons in place of their codes."""
    counted, _, keys = alarm.message.partition("; ")
    said = ", ".join(_labelled(part) for part in counted.split(", "))
    return f"{said} · {keys}" if keys else said


def _labelled(part: str) -> str:
    code, _, number = part.rpartition(" ")
    reason = Refusal.parse(code)
    return f"{reason.label} {number}" if reason else part
