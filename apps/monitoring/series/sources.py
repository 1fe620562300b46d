"""Where figures that simply stand somewhere are read: processes, queues, the gateway, the disk.

Each returns label → value, None where nothing is known, at the cost of an index look-up or less.
"""

from __future__ import annotations

import datetime as dt
import shutil

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import Q

from apps.baidiyun.choices import InboxState
from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.selectors import ladder_row
from apps.baidiyun.models import InboxRow, UnknownCode
from apps.baidiyun.selectors import new_findings
from apps.core import clock
from apps.core.heartbeat import heartbeats
from apps.core.paging import capped_count
from apps.exceptions.choices import FlagState
from apps.exceptions.models import Flag
from apps.monitoring.figures import count_rows
from apps.monitoring.selectors import oldest_undrained_seconds, open_breakers
from apps.notifications import reasons
from apps.notifications.choices import NoticeState
from apps.notifications.models import Notice, Robot
from apps.orders.models import ON_WORKLIST, Booking
from apps.webhooks.selectors import outbox_state

ENOUGH = 100
NOT_WRITABLE = """
INSERT INTO core_metricbucket (name, grain, start, label, bucket, count)
VALUES ('watch.probe', 'minute', '2000-01-01Z', '', 0, 0)
"""


def process_silence() -> dict[str, float | None]:
    """Seconds since each kind of process that must run was seen. One that was never seen counts
    from the oldest beginning of the others; nothing is known while none ever beat."""
    now = clock.real_now()
    hearts = heartbeats(at=now)
    begun = min((heart.started_at for heart in hearts if heart.started_at), default=None)
    return {
        heart.process: _since(heart.seen_at or begun, now) for heart in hearts if heart.is_expected
    }


def process_count() -> dict[str, float | None]:
    """How many of each kind are alive."""
    return {heart.process: float(heart.alive) for heart in heartbeats()}


def queue_age() -> dict[str, float | None]:
    """Seconds the oldest of each queue waits; 0 where nothing does."""
    outbox = outbox_state().oldest
    flags = Flag.objects.filter(state=FlagState.OPEN.value).order_by("id")
    raised = flags.values_list("raised_at", flat=True).first()
    notices = Notice.objects.filter(state=NoticeState.WAITING.value).order_by("id")
    queued = notices.values_list("queued_at", flat=True).first() if _may_send() else None
    return {
        "inbox": oldest_undrained_seconds(),
        "outbox": outbox.total_seconds() if outbox else 0.0,
        "reviews": _since(raised, clock.now()) or 0.0,
        "notices": _since(queued, clock.real_now()) or 0.0,
    }


def queue_size() -> dict[str, float | None]:
    """How many wait for a person, by queue; counted up to 10,000."""
    parked = InboxRow.objects.filter(state=InboxState.PARKED.value)
    return {
        "parked": float(count_rows(parked).value),
        "unbooked": float(count_rows(Booking.objects.filter(ON_WORKLIST)).value),
        "unknown_codes": float(UnknownCode.objects.count()),
        "deviations": float(capped_count(new_findings(), ENOUGH)),
    }


def ladder_step() -> dict[str, float | None]:
    """The rank of the ladder's step: 0 is full service."""
    row = ladder_row()
    return {"": float(LadderStep(row.step).rank if row else LadderStep.FULL.rank)}


def open_breaker() -> dict[str, float | None]:
    """1 for every interface whose calls are held back."""
    return {view.product: 1.0 for view in open_breakers()}


def dead_robots() -> dict[str, float | None]:
    """1 for every robot that was switched off because it is dead."""
    names = Robot.objects.filter(is_active=False, why_off__in=reasons.DEAD)
    return dict.fromkeys(names.values_list("name", flat=True)[:ENOUGH], 1.0)


def metrics_refused() -> dict[str, float | None]:
    """1 while a row of the metric tables cannot be written, tried and taken back."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(NOT_WRITABLE)
            transaction.set_rollback(True)
    except Error:
        return {"": 1.0}
    return {"": 0.0}


def disk_free() -> dict[str, float | None]:
    """The share of the disk that is free where the portal runs."""
    found = shutil.disk_usage(settings.BASE_DIR)
    return {"": found.free / found.total if found.total else None}


def _may_send() -> bool:
    """Whether there is a robot at all: without one every notice waits for ever."""
    return Robot.objects.filter(Q(is_active=True) | ~Q(why_off="")).exists()


def _since(moment: dt.datetime | None, now: dt.datetime) -> float | None:
    return None if moment is None else max((now - moment).total_seconds(), 0.0)
