"""Polling the parcels whose push had to be refused."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import structlog

from apps.baidiyun.choices import QueryResult, Topic
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.errors import BaidiyunError
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.models import OPEN_STATES, Subscription
from apps.baidiyun.outcomes import QueryOutcome
from apps.baidiyun.selectors import wanted_polls
from apps.baidiyun.services.queries import QUERY_SPACING, query_tracking
from apps.core import clock

log = structlog.get_logger(__name__)


def poll_wanted(*, limit: int = 20) -> dict[str, int]:
    """Ask for the parcels of refused tracking pushes; returns result → how many.

    An answer takes a parcel off the list, and so does a refusal that can never pass. What could
    not be asked now (30 minutes, an outage) is wanted again half an hour later, what the gateway
    held back as soon as it says.
    """
    results: Counter[str] = Counter()
    for subscription in list(wanted_polls(topic=Topic.TRACKING.value, limit=limit)):
        with acting_for(subscription.merchant_id):
            outcome = _ask(subscription)
        results[str(outcome.result)] += 1
        if outcome.result not in {QueryResult.STORED, QueryResult.UNCHANGED}:
            _put_off(subscription, outcome)
    return dict(results)


def want_poll(*, subject: int) -> bool:
    """Queue a tracked parcel for a poll, because of news that cannot be believed by itself.

    False where nothing is followed for it, or a poll is queued already.
    """
    rows = Subscription.objects.filter(
        topic=Topic.TRACKING.value,
        subject=subject,
        state__in=OPEN_STATES,
        poll_wanted_at__isnull=True,
    )
    return bool(rows.update(poll_wanted_at=clock.now()))


def _ask(subscription: Subscription) -> QueryOutcome:
    try:
        return query_tracking(
            subject=subscription.subject,
            carrier=subscription.carrier,
            number=subscription.number,
            mode=subscription.mode,
            phone=subscription.phone_tail,
            from_=subscription.origin,
            to=subscription.destination,
            priority=Priority.RISKY,
        )
    except BaidiyunError as error:
        log.warning("baidiyun.wanted_poll_failed", subject=subscription.subject, code=error.code)
        return QueryOutcome(
            QueryResult.REFUSED, code=error.code, message=str(error), permanent=error.permanent
        )


def _put_off(subscription: Subscription, outcome: QueryOutcome) -> None:
    wait = QUERY_SPACING
    if outcome.retry_after is not None:
        wait = dt.timedelta(seconds=outcome.retry_after)
    later = None if outcome.permanent else clock.now() + wait
    Subscription.objects.filter(id=subscription.id, poll_wanted_at__isnull=False).update(
        poll_wanted_at=later
    )
