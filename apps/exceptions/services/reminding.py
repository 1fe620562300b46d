"""Red cases nobody has solved are told again every day, a manager hears after some days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.exceptions.choices import LIVE_CASE_STATES, CaseState, Severity
from apps.exceptions.models import Case, CaseReminder, RuleReminder
from apps.exceptions.ranking import POINT
from apps.notifications.choices import Audience, NoticeMode, NoticeSeverity
from apps.notifications.services import queue_notice
from apps.shipments.choices import ShipmentMode

WORKLIST = "/admin/exceptions/case/"
SANDBOX = ShipmentMode.SANDBOX.value
REMINDED_POINTS = 20
CLOCK = Actor.system("clock")
ACTIVE = (CaseState.OPEN.value, CaseState.ACKNOWLEDGED.value)


def remind_cases(*, limit: int = 500) -> dict[str, int]:
    """Tell red cases again and managers of old ones, as `RuleReminder` rows say.

    Returns how many ``reminded`` and ``managers``. Closes nothing. Each case is told once per
    stretch, whoever else looks at the same moment; people get one notice a rule.
    """
    told = {"reminded": 0, "managers": 0}
    for row in RuleReminder.objects.select_related("rule").order_by("rule_id"):
        told["reminded"] += _remind(row, limit)
        told["managers"] += _tell_managers(row, limit)
    return told


def _remind(row: RuleReminder, limit: int) -> int:
    if row.again_hours is None:
        return 0
    now = clock.now()
    before = now - dt.timedelta(hours=float(row.again_hours))
    last = Coalesce("reminder__reminded_at", "red_at", "opened_at")
    due = Case.objects.filter(rule=row.rule_id, state__in=ACTIVE, severity=Severity.RED.value)
    with transaction.atomic():
        cases = _locked(due.alias(last=last).filter(last__lte=before), limit)
        ids = _ensure(cases, now)
        CaseReminder.objects.filter(pk__in=ids).update(reminded_at=now, times=F("times") + 1)
        Case.objects.filter(pk__in=ids).update(rank=F("rank") + REMINDED_POINTS * POINT)
        _log(cases, "exceptions.case.reminded", now)
        _notify(cases, now, kind="cases.reminded", audience=Audience.OPERATIONS,
                words=("{n} 个红色工单仍未解决", "{n} red cases are still open"))  # fmt: skip
    return len(cases)


def _tell_managers(row: RuleReminder, limit: int) -> int:
    if row.manager_hours is None:
        return 0
    now = clock.now()
    before = now - dt.timedelta(hours=float(row.manager_hours))
    due = Case.objects.filter(
        Q(reminder__isnull=True) | Q(reminder__manager_at__isnull=True),
        rule=row.rule_id, state__in=LIVE_CASE_STATES, anchored_at__lte=before,
    )  # fmt: skip
    with transaction.atomic():
        cases = _locked(due, limit)
        ids = _ensure(cases, now)
        CaseReminder.objects.filter(pk__in=ids).update(manager_at=now)
        _log(cases, "exceptions.case.manager_told", now)
        _notify(cases, now, kind="cases.manager", audience=Audience.ON_CALL,
                words=("{n} 个工单拖延太久，请经理处理",
                       "{n} cases have waited too long, a manager is needed"))  # fmt: skip
    return len(cases)


def _locked(due: QuerySet[Case], limit: int) -> list[Case]:
    locked = due.select_for_update(of=("self",), skip_locked=True, no_key=True)
    return list(locked.select_related("shipment", "rule").order_by("id")[:limit])


def _ensure(cases: Sequence[Case], now: dt.datetime) -> list[int]:
    rows = [CaseReminder(case=case, made_at=now) for case in cases]
    CaseReminder.objects.bulk_create(rows, ignore_conflicts=True)
    return [case.pk for case in cases]


def _log(cases: Sequence[Case], action: str, now: dt.datetime) -> None:
    for case in cases:
        record_action(
            action=action, actor=CLOCK, subject=case, merchant_id=case.merchant_id,
            after={"at": now.isoformat()},
        )  # fmt: skip


def _notify(
    cases: Sequence[Case],
    now: dt.datetime,
    *,
    kind: str,
    audience: Audience,
    words: tuple[str, str],
) -> None:
    found = Counter((case.rule, case.shipment.mode == SANDBOX) for case in cases)
    for (rule, is_sandbox), count in found.items():
        mode = NoticeMode.SANDBOX if is_sandbox else NoticeMode.LIVE
        queue_notice(
            kind=kind,
            audience=audience,
            severity=NoticeSeverity.RED,
            dedupe_key=f"{kind}:{rule.code}:{mode.value}:{now:%Y%m%d%H}",
            title=f"{rule.name}：{words[0].format(n=count)}",
            title_en=f"{rule.name_en}: {words[1].format(n=count)}",
            path=f"{WORKLIST}?rule={rule.code}",
            mode=mode,
        )
