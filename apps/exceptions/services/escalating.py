"""What time does to cases: nobody acknowledged them, or a wait is over."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.exceptions.choices import CaseMove, CaseState
from apps.exceptions.models import Case
from apps.exceptions.ranking import POINT
from apps.exceptions.services.case_changes import ACTION, change_case, clock_running
from apps.notifications.choices import Audience, NoticeMode, NoticeSeverity
from apps.notifications.services import queue_notice
from apps.shipments.choices import ShipmentMode

WORKLIST = "/admin/exceptions/case/"
SANDBOX = ShipmentMode.SANDBOX.value
ESCALATED_POINTS = 40
CLOCK = Actor.system("clock")


def escalate_cases(*, limit: int = 200) -> int:
    """Escalate open cases nobody acknowledged in time; returns how many.

    They come to the front of the worklist, and operations hears of each group's at most once an
    hour; cases of an incident are told with it. Each is escalated once, whoever else is looking
    for them at the same moment.
    """
    now = clock.now()
    with transaction.atomic():
        due = Case.objects.filter(
            state=CaseState.OPEN.value, escalated_at__isnull=True, escalates_at__lte=now
        )
        locked = due.select_for_update(of=("self",), skip_locked=True, no_key=True)
        cases = list(locked.select_related("shipment", "group").order_by("escalates_at")[:limit])
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(
            escalated_at=now, rank=F("rank") + ESCALATED_POINTS * POINT
        )
        for case in cases:
            record_action(
                action=f"{ACTION}{CaseMove.ESCALATE.value}",
                actor=CLOCK,
                subject=case,
                merchant_id=case.merchant_id,
                after={"escalated_at": now.isoformat()},
            )
        _tell(cases, now)
    return len(cases)


def wake_cases(*, limit: int = 200) -> int:
    """Take up again the cases whose wait is over; returns how many."""
    now = clock.now()
    with transaction.atomic():
        due = Case.objects.filter(state=CaseState.WAITING.value, wakes_at__lte=now)
        locked = due.select_for_update(of=("self",), skip_locked=True, no_key=True)
        cases = list(locked.order_by("wakes_at")[:limit])
        for case in cases:
            standing = clock_running(case, now=case.wakes_at or now)
            change_case(case=case, move=CaseMove.WAKE, actor=CLOCK, standing=standing)
    return len(cases)


def _tell(cases: Sequence[Case], now: dt.datetime) -> None:
    alone = [case for case in cases if case.incident_id is None]
    found = Counter((case.group, case.shipment.mode == SANDBOX) for case in alone)
    for (group, is_sandbox), count in found.items():
        mode = NoticeMode.SANDBOX if is_sandbox else NoticeMode.LIVE
        queue_notice(
            kind="cases.escalated",
            audience=Audience.OPERATIONS,
            severity=NoticeSeverity.RED,
            dedupe_key=f"cases.escalated:{group.code}:{mode.value}:{now:%Y%m%d%H}",
            title=f"{group.name}：{count} 个工单无人受理，已升级",
            title_en=f"{group.name_en}: {count} cases nobody acknowledged in time",
            path=f"{WORKLIST}?escalated=1&group={group.code}",
            mode=mode,
        )
