"""What applied pushes say about their subscriptions: last heard, finished, aborted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from apps.baidiyun.choices import Source, SubscriptionState, Topic
from apps.baidiyun.models import InboxRow
from apps.baidiyun.topics import snapshot_of
from apps.core import clock

LOCK = """
SELECT id FROM baidiyun_subscription WHERE token = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
UPDATE = """
UPDATE baidiyun_subscription AS s
SET last_push_at = %s, poll_wanted_at = NULL,
    subscribed_at = coalesce(s.subscribed_at, %s),
    state = CASE WHEN s.state IN ('pending', 'active') THEN v.state ELSE s.state END,
    closed_at = CASE WHEN s.state IN ('pending', 'active') AND v.state <> 'active'
                     THEN %s ELSE s.closed_at END,
    message = CASE WHEN v.state = 'aborted' THEN v.message ELSE s.message END
FROM unnest(%s::text[], %s::text[], %s::text[]) AS v(token, state, message)
WHERE s.token = v.token
"""


def note_pushes(rows: Iterable[InboxRow]) -> None:
    """Update the subscriptions of applied pushes, in id order. Call inside the drain.

    A closed subscription is never opened again by a late push. An abort that names a corrected
    carrier leaves it open: the platform goes on with the right one by itself.
    """
    news: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row.source == Source.PUSH.value:
            state, message = _read_news(row)
            if row.token not in news or state != SubscriptionState.ACTIVE.value:
                news[row.token] = (state, message)
    if not news:
        return
    tokens = sorted(news)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [tokens])
        states = [news[token][0] for token in tokens]
        messages = [news[token][1] for token in tokens]
        cursor.execute(UPDATE, [now, now, now, tokens, states, messages])


def _read_news(row: InboxRow) -> tuple[str, str]:
    if row.topic != Topic.TRACKING.value:
        return SubscriptionState.ACTIVE.value, ""
    snapshot = snapshot_of(row)
    if snapshot.push_status == "shutdown":
        return SubscriptionState.SHUTDOWN.value, ""
    if snapshot.push_status == "abort" and not snapshot.corrected_carrier:
        return SubscriptionState.ABORTED.value, snapshot.message[:300]
    return SubscriptionState.ACTIVE.value, ""
