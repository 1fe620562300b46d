"""Retention: notices go when they are old, their deliveries with them."""

from __future__ import annotations

import datetime as dt

from apps.core import clock
from apps.notifications.choices import NoticeState
from apps.notifications.models import Notice

KEEP_NOTICES = dt.timedelta(days=180)


def purge_notices(*, limit: int = 10_000) -> int:
    """Delete notices older than 180 days that nobody waits for; returns how many."""
    old = Notice.objects.filter(queued_at__lt=clock.real_now() - KEEP_NOTICES)
    settled = old.exclude(state=NoticeState.WAITING.value).order_by("id")
    ids = list(settled.values_list("pk", flat=True)[:limit])
    return Notice.objects.filter(pk__in=ids).delete()[1].get("notifications.Notice", 0)
