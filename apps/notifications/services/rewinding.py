"""A clock that was ahead and is put right: nobody waits for that time to come again."""

from __future__ import annotations

import datetime as dt

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, Value

from apps.core import clock
from apps.notifications import reasons
from apps.notifications.models import Delivery, Notice
from apps.notifications.models.delivery import WAITING
from apps.notifications.policy import DELAYS, RESTS
from apps.notifications.services.claiming import TABLES
from apps.notifications.services.settling import FULL_REST

SLACK = dt.timedelta(minutes=2)
"""Clocks of hosts may differ by so much."""
LONGEST_REST = max(FULL_REST, *RESTS)
LONGEST_RETRY = max(DELAYS)
LONGEST_QUIET = dt.timedelta(days=1)


def forgive_rewound_clock() -> int:
    """Make due what waits for a moment that no rule of ours can have named; returns how many rows.

    Rests, retries and quiet hours end within a known time, and nothing was written in the future;
    whatever says otherwise was stamped before the clock was put back. A second channel keeps the
    minutes it was given.
    """
    now = clock.real_now()
    changed = 0
    for table in TABLES.values():
        resting = table._default_manager.filter(rests_until__gt=now + LONGEST_REST + SLACK)
        changed += resting.update(rests_until=None)
    waiting = Delivery.objects.filter(state=WAITING)
    late = Q(next_at__gt=now + LONGEST_RETRY + SLACK) & ~Q(why=reasons.QUIET_HOURS)
    late |= Q(next_at__gt=now + LONGEST_QUIET + SLACK)
    changed += waiting.filter(created_at__gt=now + SLACK).update(created_at=now, next_at=now)
    changed += waiting.filter(late).update(next_at=now)
    minutes = Value(now) + (F("second_at") - F("queued_at"))
    ahead = Notice.objects.filter(second_at__isnull=False, queued_at__gt=now + SLACK)
    return changed + ahead.update(
        second_at=ExpressionWrapper(minutes, output_field=DateTimeField()), queued_at=now
    )
