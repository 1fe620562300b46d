"""What applied pushes say about their subscriptions: last heard, finished, moved, given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from apps.baidiyun.choices import Source, SubscriptionState, Topic
from apps.baidiyun.models import OPEN_STATES, InboxRow, Subscription
from apps.baidiyun.products.push_rules import (
    AbortReason,
    PushJudgement,
    PushOutcome,
    judge_push,
    may_resubscribe,
)
from apps.baidiyun.salts import current_kid
from apps.baidiyun.selectors import subscribed_this_month
from apps.baidiyun.topics import snapshot_of
from apps.core import clock
from apps.core.bulk import pack, unnest
from apps.core.ids import new_token

STATES = {
    PushOutcome.FOLLOWED: SubscriptionState.ACTIVE.value,
    PushOutcome.MOVED: SubscriptionState.ACTIVE.value,
    PushOutcome.FINISHED: SubscriptionState.SHUTDOWN.value,
    PushOutcome.ABORTED: SubscriptionState.ABORTED.value,
}
SAID = (("token", "text"), ("state", "text"), ("message", "text"))
UPDATE = f"""
WITH held AS (
    SELECT id, token, state, carrier FROM baidiyun_subscription
    WHERE token = ANY(%s) ORDER BY id FOR NO KEY UPDATE
)
UPDATE baidiyun_subscription AS s
SET last_push_at = %s, poll_wanted_at = NULL,
    subscribed_at = coalesce(s.subscribed_at, %s),
    state = CASE WHEN s.state IN ('pending', 'active') THEN v.state ELSE s.state END,
    closed_at = CASE WHEN s.state IN ('pending', 'active') AND v.state <> 'active'
                     THEN %s ELSE s.closed_at END,
    message = CASE WHEN v.state = 'aborted' THEN v.message ELSE s.message END
FROM held JOIN {unnest(SAID, "v")} ON v.token = held.token
WHERE s.id = held.id
"""  # noqa: S608
RETURN_HELD = " RETURNING held.token, held.state, held.carrier"


@dataclass(frozen=True, slots=True)
class _News:
    """What the pushes of one token in a batch come to."""

    state: str
    message: str = ""
    carrier: str = ""
    judgement: PushJudgement | None = None


def note_pushes(rows: Iterable[InboxRow]) -> None:
    """Update the subscriptions of applied pushes, in id order. Call inside the drain.

    A closed subscription is never opened again by a late push. A corrected carrier moves an open
    one: the platform goes on with the right one by itself. One that was given up is queued again
    by the platform's rules (see :func:`_follow_again`).
    """
    news: dict[str, _News] = {}
    for row in rows:
        if row.source == Source.PUSH.value:
            said = _read_news(row)
            known = news.get(row.token)
            news[row.token] = said if known is None else _join(known, said)
    if not news:
        return
    concerned = [token for token, carrier in _write(news) if _concerns(news[token], carrier)]
    if not concerned:
        return
    for subscription in Subscription.objects.filter(token__in=concerned).order_by("id"):
        said = news[subscription.token]
        _move(subscription, said.carrier)
        if said.judgement and said.judgement.outcome is PushOutcome.ABORTED:
            _follow_again(subscription, said.judgement)


def _concerns(said: _News, carrier: str) -> bool:
    """Whether pushes do more to a subscription of this carrier than being heard."""
    is_moved = said.carrier not in {"", carrier}
    return is_moved or said.state == SubscriptionState.ABORTED.value


def _read_news(row: InboxRow) -> _News:
    if row.topic != Topic.TRACKING.value:
        return _News(SubscriptionState.ACTIVE.value)
    snapshot = snapshot_of(row)
    judgement = judge_push(snapshot)
    aborted = judgement.outcome is PushOutcome.ABORTED
    return _News(
        STATES[judgement.outcome],
        snapshot.message[:300] if aborted else "",
        judgement.carrier[:40],
        judgement,
    )


def _join(known: _News, said: _News) -> _News:
    """An end outweighs news that came beside it; the newest correction counts."""
    carrier = said.carrier or known.carrier
    last = said if said.state != SubscriptionState.ACTIVE.value else known
    return _News(last.state, last.message, carrier, last.judgement)


def _write(news: dict[str, _News]) -> list[tuple[str, str]]:
    """Write what was heard; return token and carrier of what was open, if anything may concern it.

    Nothing is waited for otherwise: nearly all pushes only say that a parcel is followed.
    """
    now = clock.now()
    said = [(token, one.state, one.message) for token, one in sorted(news.items())]
    with connection.cursor() as cursor:
        values: list[Any] = [sorted(news), now, now, now, *pack(SAID, said)]
        if not any(_concerns(one, "") for one in news.values()):
            cursor.execute(UPDATE, values)
            return []
        cursor.execute(UPDATE + RETURN_HELD, values)
        return [(token, carrier) for token, state, carrier in cursor if state in OPEN_STATES]


def _move(subscription: Subscription, carrier: str) -> None:
    """Put a subscription under the corrected carrier, unless another one is there already."""
    if not carrier or carrier == subscription.carrier:
        return
    taken = Subscription.objects.filter(
        topic=subscription.topic,
        subject=subscription.subject,
        carrier=carrier,
        number=subscription.number,
        state__in=OPEN_STATES,
    )
    if not taken.exists():
        Subscription.objects.filter(pk=subscription.pk).update(carrier=carrier)
        subscription.carrier = carrier


def _follow_again(given_up: Subscription, judgement: PushJudgement) -> None:
    """Queue another subscription of a number the platform gave up, where its rules allow one.

    Not before 30 minutes and not more than four a month. After 60 days without a change nothing
    is expected any more: such a parcel is left to polls and people.
    """
    wait = judgement.resubscribe_after
    if wait is None or judgement.reason is AbortReason.UNCHANGED:
        return
    now = clock.now()
    used = subscribed_this_month(
        mode=given_up.mode, carrier=given_up.carrier, number=given_up.number
    )
    if not may_resubscribe(aborted_at=now, now=now + wait, subscribed_this_month=used):
        return
    follower = Subscription(
        topic=given_up.topic,
        subject=given_up.subject,
        carrier=given_up.carrier,
        number=given_up.number,
        mode=given_up.mode,
        merchant_id=given_up.merchant_id,
        token=new_token(),
        kid=current_kid(settings.BAIDIYUN_SALT_KEYS),
        phone_tail=given_up.phone_tail,
        origin=given_up.origin,
        destination=given_up.destination,
        created_at=now,
        next_at=now + wait,
        retry_at=clock.real_now(),
    )
    Subscription.objects.bulk_create([follower], ignore_conflicts=True)
