"""The outbox of staff: notices written in the transaction of what they tell of."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from apps.core import clock
from apps.notifications.choices import Audience, NoticeMode, NoticeSeverity, NoticeState
from apps.notifications.models import MOST_TITLE, Notice
from apps.notifications.policy import second_after


def queue_notice(
    *,
    kind: str,
    audience: Audience,
    severity: NoticeSeverity,
    dedupe_key: str,
    title: str,
    title_en: str,
    body: str = "",
    body_en: str = "",
    path: str = "",
    guide: str = "",
    subject: str = "",
    merchant_id: int | None = None,
    mode: NoticeMode = NoticeMode.LIVE,
    happened_at: dt.datetime | None = None,
    escalate_after: dt.timedelta | None = None,
) -> Notice | None:
    """Write one notice in the caller's transaction; None where its key was told already.

    Of two that tell the same at once one is written. ``mode`` sandbox makes a rehearsal: kept,
    shown, sent to the sandbox's own robot at most. Titles longer than 120 characters are cut.
    ``path`` is our page about it, ``guide`` our page that says what to do.
    ``escalate_after`` is when the second channel hears unless somebody acknowledges; None leaves
    it to the severity (`policy.SECOND_AFTER`). No channel is asked here.
    Raises RuntimeError outside a transaction: a notice must not outlive what it tells of.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("queue_notice needs the transaction of what it tells")
    rehearsal = mode is NoticeMode.SANDBOX
    after = escalate_after or second_after(kind=kind, severity=severity.value)
    now = clock.real_now()
    notice, is_new = Notice.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "kind": kind,
            "audience": audience.value,
            "severity": severity.value,
            "mode": mode.value,
            "merchant_id": merchant_id,
            "subject": subject,
            "title": title[:MOST_TITLE],
            "title_en": title_en[:MOST_TITLE],
            "body": body,
            "body_en": body_en,
            "path": path,
            "guide": guide,
            "state": (NoticeState.REHEARSAL if rehearsal else NoticeState.WAITING).value,
            "happened_at": happened_at or clock.now(),
            "queued_at": now,
            "second_at": now + after if after else None,
        },
    )
    return notice if is_new else None
