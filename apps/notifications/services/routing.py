"""Choosing who hears of a notice: first, and where nobody acknowledges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction

from apps.core import clock
from apps.notifications import reasons
from apps.notifications.channels import Line, hearers_of, plain_line_of
from apps.notifications.choices import (
    ChannelKind,
    ChannelMode,
    DeliveryStep,
    NoticeMode,
    NoticeState,
)
from apps.notifications.models import Delivery, MailTarget, Notice, Robot
from apps.notifications.policy import RANKS, TOO_OLD

AT_ONCE = 500
ESCALATED_AT_ONCE = 100
SANDBOX = ChannelMode.SANDBOX.value
CHANGED = ("routed_at", "state", "why", "second_at")


@transaction.atomic
def route_notices(*, limit: int = AT_ONCE) -> int:
    """Write down who hears of each new notice; returns how many found somebody.

    A notice whose channels want graver things only is marked unheard. While there is no channel
    at all notices wait for one, a day at most.
    """
    now, lines = clock.real_now(), active_lines()
    fresh = Notice.objects.filter(routed_at__isnull=True).select_for_update(
        of=("self",), skip_locked=True, no_key=True
    )
    if not lines:
        fresh = fresh.exclude(state=NoticeState.WAITING.value, queued_at__gt=now - TOO_OLD)
    notices = list(fresh.order_by("id")[:limit])
    drafts = [_route(notice, lines, now) for notice in notices]
    _write(draft for some in drafts for draft in some)
    Notice.objects.bulk_update(notices, CHANGED)
    return sum(1 for some in drafts if some)


@transaction.atomic
def escalate_notices(*, limit: int = ESCALATED_AT_ONCE) -> int:
    """Have the second channel hear what nobody acknowledged in time; returns how many notices."""
    due = Notice.objects.filter(second_at__lte=clock.real_now(), routed_at__isnull=False)
    locked = due.select_for_update(of=("self",), skip_locked=True, no_key=True)
    notices = list(locked.order_by("second_at")[:limit])
    if not notices:
        return 0
    lines = active_lines()
    drafts = [
        draft
        for notice in notices
        for draft in _drafts(notice, _chosen(notice, lines, second=True), DeliveryStep.SECOND)
    ]
    _write(drafts)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(second_at=None)
    return len({draft.notice_id for draft in drafts})


def active_lines() -> list[Line]:
    """Return the channels that are switched on, their keys left sealed."""
    rows = [*Robot.objects.filter(is_active=True), *MailTarget.objects.filter(is_active=True)]
    return [plain_line_of(row) for row in rows]


def _route(notice: Notice, lines: Sequence[Line], now: dt.datetime) -> list[Delivery]:
    notice.routed_at = now
    if notice.state == NoticeState.WAITING.value and notice.queued_at <= now - TOO_OLD:
        notice.state, notice.second_at = NoticeState.GIVEN_UP.value, None
        notice.why = reasons.NOBODY_FOR_A_DAY
        return []
    chosen = _chosen(notice, lines)
    if not chosen and notice.state == NoticeState.WAITING.value:
        notice.state, notice.second_at = NoticeState.UNHEARD.value, None
        notice.why = reasons.NOBODY_WANTS_IT
    return _drafts(notice, chosen, DeliveryStep.FIRST)


def _chosen(notice: Notice, lines: Sequence[Line], *, second: bool = False) -> list[Line]:
    """Return who hears: of live notices the live channels, and the sandbox's robots of all."""
    rehearsal = notice.mode == NoticeMode.SANDBOX.value
    groups = [[line for line in lines if line.mode == SANDBOX]]
    if not rehearsal:
        groups.append([line for line in lines if line.mode != SANDBOX])
    return [
        line
        for group in groups
        for line in hearers_of(
            group, audience=notice.audience, severity=notice.severity, second=second
        )
    ]


def _drafts(notice: Notice, lines: Iterable[Line], step: DeliveryStep) -> list[Delivery]:
    return [
        Delivery(
            notice=notice,
            robot_id=line.pk if line.kind == ChannelKind.WECOM.value else None,
            mail_target_id=line.pk if line.kind == ChannelKind.MAIL.value else None,
            step=step.value,
            rank=RANKS[notice.severity],
        )
        for line in lines
    ]


def _write(drafts: Iterable[Delivery]) -> None:
    """Write what is not there: a channel hears of a notice once."""
    Delivery.objects.bulk_create(drafts, ignore_conflicts=True, batch_size=1_000)
