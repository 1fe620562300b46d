"""Somebody has seen a notice and cares: it goes no further."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.notifications import reasons
from apps.notifications.acknowledging import Acknowledgement, hook_for
from apps.notifications.choices import DeliveryState
from apps.notifications.errors import NoName, NothingToAcknowledge
from apps.notifications.message import tame
from apps.notifications.models import Delivery, Notice
from apps.notifications.models.delivery import WAITING
from apps.notifications.models.notice import MOST_NAME
from apps.notifications.policy import may_acknowledge

LINK = "link"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What came of it: the notice, a sentence of who owns the thing, whether it was news."""

    notice: Notice
    sentence: str = ""
    is_new: bool = True


def acknowledge_notice(
    *, notice_uid: str, name: str = "", user: User | None = None
) -> Acknowledged:
    """Acknowledge a notice for a logged-in person or whoever holds its link and gives a name.

    The owner of the kind hears of it in the same transaction (`acknowledging.register`). Twice is
    harmless: the first stays. Raises Notice.DoesNotExist, NoName, NothingToAcknowledge, and what
    the owner raises (PortalError), changing nothing then.
    """
    known = user.get_username() if user is not None else tame(name)[:MOST_NAME]
    if not known:
        raise NoName(_("Say who you are."))
    with transaction.atomic():
        notice = Notice.objects.select_for_update(of=("self",)).get(uid=notice_uid)
        if not may_acknowledge(kind=notice.kind, severity=notice.severity):
            raise NothingToAcknowledge(_("There is nothing to acknowledge about this notice."))
        if notice.acknowledged_at is not None:
            return Acknowledged(notice, is_new=False)
        actor = Actor.user(user) if user is not None else Actor(LINK, notice.uid, known)
        _mark(notice, known)
        record_action(
            action="notifications.notice.acknowledged",
            actor=actor,
            subject=notice,
            merchant_id=notice.merchant_id,
            after={"kind": notice.kind, "subject": notice.subject, "by": known},
        )
        hook = hook_for(notice.kind)
        found = Acknowledgement(notice=notice, actor=actor, name=known, user=user)
        sentence = hook(found) if hook is not None else ""
        if notice.subject:
            _settle_subject(notice.subject, known)
    return Acknowledged(notice, sentence)


def settle_subject(*, subject: str, by: str) -> int:
    """Mark everything told about a subject as acknowledged by ``by``; returns how many notices.

    For who acknowledges by another way than the link: nothing of it goes to a second channel any
    more. In the caller's transaction, silent where there is nothing.
    """
    return _settle_subject(subject, tame(by)[:MOST_NAME])


def stop_escalating(*, subject: str) -> int:
    """Let nothing about a subject go to a second channel any more: it is over. Returns how many
    notices; nobody has acknowledged them."""
    return Notice.objects.filter(subject=subject, second_at__isnull=False).update(second_at=None)


def _mark(notice: Notice, name: str) -> None:
    notice.acknowledged_at, notice.acknowledged_by = clock.real_now(), name
    notice.second_at = None
    notice.save(update_fields=["acknowledged_at", "acknowledged_by", "second_at"])
    _drop([notice.pk])


def _settle_subject(subject: str, name: str) -> int:
    rows = Notice.objects.filter(subject=subject, acknowledged_at__isnull=True)
    open_ones = list(rows.exclude(subject="").order_by("pk").select_for_update(of=("self",)))
    mine = [row for row in open_ones if may_acknowledge(kind=row.kind, severity=row.severity)]
    for notice in mine:
        _mark(notice, name)
    return len(mine)


def _drop(notice_ids: list[int]) -> None:
    """Drop what still waits to be said about it: who it is for knows."""
    Delivery.objects.filter(notice__in=notice_ids, state=WAITING).update(
        state=DeliveryState.DROPPED.value, why=reasons.ACKNOWLEDGED
    )
