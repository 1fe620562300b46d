"""What comes of an attempt: told, tried again, given up, or a channel switched off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.core import clock
from apps.notifications.choices import DeliveryState, DeliveryStep, NoticeState
from apps.notifications.models import Channel, Delivery, Notice
from apps.notifications.models.delivery import TOLD_STATES, WAITING
from apps.notifications.outcome import Outcome, Verdict
from apps.notifications.policy import rest_after, retry_after
from apps.notifications.services.claiming import TABLES, Claim
from apps.notifications.services.switching import switch_off_dead

log = structlog.get_logger(__name__)

FULL_REST = dt.timedelta(seconds=60)
MOST_FORMS = 3
SENT, DIGESTED = DeliveryState.SENT.value, DeliveryState.DIGESTED.value


def settle(claim: Claim, outcome: Outcome, *, words: str) -> None:
    """Write down what came of an attempt, in one transaction.

    Deliveries that somebody else claimed since are left to them.
    """
    with transaction.atomic():
        if outcome.is_taken:
            _told(claim, words)
        elif outcome.verdict is Verdict.DEAD:
            switch_off_dead(claim.channel, errcode=outcome.errcode, why=outcome.why)
        else:
            _not_told(claim, outcome)


def _mine(claim: Claim) -> QuerySet[Delivery]:
    """Return the rows of a claim that are still its own: an attempt counts them."""
    attempts = {delivery.attempts for delivery in claim.deliveries}
    ids = [delivery.pk for delivery in claim.deliveries]
    return Delivery.objects.filter(
        pk__in=ids, state=WAITING, attempts__in=attempts, digest=claim.digest
    )


def _told(claim: Claim, words: str) -> None:
    now = clock.real_now()
    state = DIGESTED if claim.digest else SENT
    _mine(claim).update(state=state, sent_at=now, words=words, errcode=0, why="")
    notices = [delivery.notice_id for delivery in claim.deliveries]
    Notice.objects.filter(
        pk__in=notices,
        state__in=[NoticeState.WAITING.value, NoticeState.GIVEN_UP.value],
    ).update(state=NoticeState.SENT.value, sent_at=now, why="")
    _row(claim.channel).update(
        last_sent_at=now, last_errcode=0, last_error="", failures=0, rests_until=None
    )


def _not_told(claim: Claim, outcome: Outcome) -> None:
    now, channel = clock.real_now(), claim.channel
    log.warning(
        "notifications.not_told", channel=channel.name, errcode=outcome.errcode, why=outcome.why
    )
    failures = channel.failures
    rests_until = None
    if outcome.verdict is Verdict.TOO_OFTEN:
        rests_until = now + FULL_REST
    elif outcome.verdict is Verdict.LATER:
        failures += 1
        rests_until = now + rest_after(failures)
    _row(channel).update(
        failures=failures, rests_until=rests_until, last_errcode=outcome.errcode,
        last_error=outcome.why[:200], **({"digested_at": None} if claim.digest else {}),
    )  # fmt: skip
    channel.failures = failures
    mine = list(_mine(claim).select_for_update(of=("self",)))
    for delivery in mine:
        _put_off(delivery, outcome, now)
    fields = ["state", "attempts", "refused", "next_at", "errcode", "why", "digest"]
    Delivery.objects.bulk_update(mine, fields, batch_size=1_000)
    settle_notices([delivery.notice_id for delivery in mine])
    if outcome.verdict is not Verdict.TOO_OFTEN:
        _go_further([d.notice_id for d in mine if d.step == DeliveryStep.FIRST.value], now)


def _put_off(delivery: Delivery, outcome: Outcome, now: dt.datetime) -> None:
    """Decide when one delivery is tried again, or that it is not."""
    delivery.errcode, delivery.why, delivery.digest = outcome.errcode, outcome.why[:200], ""
    delivery.next_at = now
    if outcome.verdict is Verdict.TOO_OFTEN:
        delivery.attempts -= 1
        return
    if outcome.verdict is Verdict.BAD_MESSAGE:
        delivery.refused += 1
        given_up = delivery.refused >= MOST_FORMS
    else:
        wait = retry_after(delivery.attempts)
        given_up = wait is None
        delivery.next_at = now + (wait or dt.timedelta())
    if given_up:
        delivery.state = DeliveryState.GIVEN_UP.value


def settle_notices(notice_ids: Collection[int]) -> None:
    """Give up the notices that reached nobody and wait for nobody any more."""
    rows = Delivery.objects.filter(notice=OuterRef("pk"))
    notices = Notice.objects.filter(pk__in=notice_ids, state=NoticeState.WAITING.value)
    lost = notices.exclude(Exists(rows.filter(state__in=[WAITING, *TOLD_STATES])))
    last = rows.order_by("-id").values("why")[:1]
    for pk, why in lost.annotate(last_why=last).values_list("pk", "last_why"):
        Notice.objects.filter(pk=pk).update(state=NoticeState.GIVEN_UP.value, why=why or "")


def _go_further(notice_ids: Collection[int], now: dt.datetime) -> None:
    """Have the second channel hear at once what the first could not be told."""
    told = Delivery.objects.filter(notice=OuterRef("pk"), state__in=TOLD_STATES)
    waiting = Notice.objects.filter(pk__in=notice_ids, second_at__gt=now)
    waiting.exclude(Exists(told)).update(second_at=now)


def _row(channel: Channel) -> QuerySet[Channel]:
    return TABLES[channel.kind.value]._default_manager.filter(pk=channel.pk)
