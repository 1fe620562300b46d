"""Alarms for tests, opened without a look."""

from __future__ import annotations

from typing import Any

from apps.core import clock
from apps.monitoring.models import Alarm, AlertRule


def make_alarm(slug: str = "callbacks_refused", **given: Any) -> Alarm:
    """Open an alarm of a starter rule; told, unless the test says otherwise."""
    now = clock.real_now()
    rule = AlertRule.objects.get(slug=slug)
    values = {
        "since": now, "value": 9.0, "worst": 9.0, "limit": rule.limit, "severity": rule.severity,
        "told_at": now,
    }  # fmt: skip
    return Alarm.objects.create(rule=rule, **{**values, **given})
