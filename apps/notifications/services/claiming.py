"""Taking the next thing to say on one channel, within its budget over all processes.

The channel's row is locked while it is decided and never while it is sent. The lease of what is
claimed is the delivery's own ``next_at``: what a killed sender held is due again when it ends.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet

from apps.core import clock
from apps.core.ids import new_uid
from apps.notifications import reasons
from apps.notifications.budget import Queue, next_turn, within_window
from apps.notifications.choices import ChannelKind
from apps.notifications.models import Channel, Delivery, MailTarget, Robot
from apps.notifications.models.delivery import WAITING
from apps.notifications.quiet import quiet_until

LEASE = dt.timedelta(seconds=60)
MOST_IN_DIGEST = 5_000
TABLES: dict[str, type[Channel]] = {
    ChannelKind.WECOM.value: Robot,
    ChannelKind.MAIL.value: MailTarget,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be said now: one delivery, or all of a digest (``digest`` is its id)."""

    channel: Channel
    deliveries: list[Delivery]
    digest: str = ""


def due_channels() -> list[tuple[str, int]]:
    """Return (kind, id) of the channels that have something to say now, the worst first."""
    now = clock.real_now()
    found: list[tuple[int, str, int]] = []
    for kind, field in ((ChannelKind.WECOM, "robot"), (ChannelKind.MAIL, "mail_target")):
        rests = Q(**{f"{field}__rests_until__isnull": True}) | Q(
            **{f"{field}__rests_until__lte": now}
        )
        due = Delivery.objects.filter(
            rests, state=WAITING, next_at__lte=now, **{f"{field}__is_active": True}
        )
        ranked = due.values_list(field).annotate(worst=Min("rank")).order_by()
        found += [(worst, kind.value, pk) for pk, worst in ranked]
    return [(kind, pk) for _worst, kind, pk in sorted(found)]


@transaction.atomic
def claim_next(kind: str, channel_id: int) -> Claim | None:
    """Claim what a channel says next; None where nothing waits, it rests, its budget is used, or
    another process is deciding for it."""
    now = clock.real_now()
    rows = TABLES[kind]._default_manager.select_for_update(skip_locked=True)
    channel = rows.filter(
        Q(rests_until__isnull=True) | Q(rests_until__lte=now), pk=channel_id, is_active=True
    ).first()
    if channel is None:
        return None
    waiting = _waiting(channel, now)
    _hold_back(channel, waiting, now)
    recent = within_window(channel.recent, now=now)
    turn = next_turn(
        _queue(waiting, now), used=len(recent), digested_at=channel.digested_at, now=now
    )
    if not turn.single and not turn.digest:
        return None
    most = MOST_IN_DIGEST if turn.digest else 1
    rows_due = waiting.select_related("notice").order_by("rank", "id")
    deliveries = list(rows_due.select_for_update(of=("self",), skip_locked=True)[:most])
    if not deliveries:
        return None
    channel.recent = [*recent, now]
    channel.digested_at = now if turn.digest else channel.digested_at
    channel.save(update_fields=["recent", "digested_at"])
    return _lease(channel, deliveries, now, digest=new_uid("dig") if turn.digest else "")


def waiting_on(channel: Channel) -> QuerySet[Delivery]:
    """Return what waits for a channel, due or not."""
    field = "robot" if channel.kind is ChannelKind.WECOM else "mail_target"
    return Delivery.objects.filter(state=WAITING, **{field: channel.pk})


def _waiting(channel: Channel, now: dt.datetime) -> QuerySet[Delivery]:
    return waiting_on(channel).filter(next_at__lte=now)


def _hold_back(channel: Channel, waiting: QuerySet[Delivery], now: dt.datetime) -> None:
    """In quiet hours let what is not red wait until they end."""
    until = quiet_until(
        now,
        begins=channel.quiet_from,
        ends=channel.quiet_until,
        zone=channel.zone or settings.TIME_ZONE,
    )
    if until is not None:
        waiting.filter(rank__gt=0).update(next_at=until, why=reasons.QUIET_HOURS)


def _queue(waiting: QuerySet[Delivery], now: dt.datetime) -> Queue:
    counted = waiting.aggregate(
        red=Count("pk", filter=Q(rank=0)), total=Count("pk"), oldest=Min("created_at")
    )
    red, total = counted["red"], counted["total"]
    return Queue(red=red, other=total - red, oldest=counted["oldest"] or now)


def _lease(channel: Channel, deliveries: list[Delivery], now: dt.datetime, *, digest: str) -> Claim:
    for delivery in deliveries:
        delivery.attempts += 1
        delivery.next_at = now + LEASE
        delivery.digest = digest
    Delivery.objects.bulk_update(deliveries, ["attempts", "next_at", "digest"], batch_size=1_000)
    return Claim(channel, deliveries, digest)
