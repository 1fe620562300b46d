"""Switching channels off and on; a dead one takes nobody's message with it."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.notifications import reasons
from apps.notifications.choices import Audience, DeliveryState, NoticeSeverity
from apps.notifications.models import Channel, Delivery, Notice
from apps.notifications.services.claiming import TABLES, waiting_on
from apps.notifications.services.queueing import queue_notice

DEAD = "channel.dead"


def switch_channel(*, channel: Channel, active: bool, actor: Actor, why: str = "") -> Channel:
    """Switch a robot or mail target on or off, written down; twice is harmless.

    What waited for one that is switched off goes to the others.
    """
    with transaction.atomic():
        row = _locked(channel)
        if row.is_active != active:
            _switch(row, active=active, actor=actor, why=why)
    return row


def switch_off_dead(channel: Channel, *, errcode: int | None, why: str) -> bool:
    """Switch off a channel the other side says is dead, and tell the others once.

    In the caller's transaction; False where it was off already.
    """
    row = _locked(channel)
    if not row.is_active:
        return False
    row.last_errcode, row.last_error = errcode, why[:200]
    _switch(row, active=False, actor=Actor.system("notifications"), why=why)
    name = f"{row._meta.app_label}_{row._meta.model_name}"
    queue_notice(
        kind=DEAD,
        audience=Audience.ON_CALL,
        severity=NoticeSeverity.RED,
        dedupe_key=f"{DEAD}:{row.kind.value}:{row.pk}:{row.off_at:%Y%m%d%H%M%S}",
        title=f"通知渠道已失效：{row.name}",
        title_en=f"A channel is dead: {row.name}",
        body="企业微信不再接受它的消息，已停用。请换上新的密钥。",
        body_en="WeCom takes nothing from it any more; it is switched off. Give it a new key.",
        path=reverse(f"admin:{name}_change", args=[row.pk]),
        subject=f"{row.kind.value}-{row.pk}",
    )
    return True


def _locked(channel: Channel) -> Channel:
    rows = TABLES[channel.kind.value]._default_manager.select_for_update()
    return rows.get(pk=channel.pk)


def _switch(row: Channel, *, active: bool, actor: Actor, why: str) -> None:
    row.is_active = active
    row.why_off = "" if active else (why or "-")[:200]
    row.off_at = None if active else clock.real_now()
    row.failures, row.rests_until = 0, None
    row.save(
        update_fields=[
            "is_active", "why_off", "off_at", "failures", "rests_until", "last_errcode",
            "last_error",
        ]
    )  # fmt: skip
    record_action(
        action=f"notifications.{row._meta.model_name}.switched",
        actor=actor,
        subject=row,
        before={"is_active": not active},
        after={"is_active": active},
        note=why[:200],
    )
    if not active:
        _hand_over(row)


def _hand_over(row: Channel) -> None:
    """Have the notices that waited for this channel choose anew among the others."""
    waiting = waiting_on(row)
    notices = list(waiting.values_list("notice_id", flat=True))
    waiting.update(state=DeliveryState.GIVEN_UP.value, why=reasons.CHANNEL_OFF, digest="")
    told = Delivery.objects.filter(notice__in=notices, sent_at__isnull=False)
    Notice.objects.filter(pk__in=notices).exclude(pk__in=told.values("notice")).update(
        routed_at=None
    )
