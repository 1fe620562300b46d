"""Sending queued subscriptions: claim by update, call outside any transaction, settle."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import F

from apps.baidiyun import verdicts
from apps.baidiyun.choices import Product, SubscriptionState, Topic
from apps.baidiyun.client import call
from apps.baidiyun.credentials import acting_for, credentials_for
from apps.baidiyun.envelopes import Answer
from apps.baidiyun.errors import CallFailed, InvalidRequest, NotConfigured
from apps.baidiyun.limits.errors import HeldBack
from apps.baidiyun.models import Subscription
from apps.baidiyun.outcomes import SendResult
from apps.baidiyun.products.common import CHINA
from apps.baidiyun.products.tracking import build_subscribe
from apps.baidiyun.redact import anonymous
from apps.baidiyun.salts import current_kid, salt_for
from apps.core import clock

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=5)
FIRST_DELAY_SECONDS = 30
LONGEST_DELAY_SECONDS = 1_800
MONTHLY_LIMIT = 4
PATIENCE = 3
MONTH_LIMIT_CODE = "month_limit"
CLAIM = """
UPDATE baidiyun_subscription SET attempts = attempts + 1, retry_at = %(lease)s
WHERE id IN (
    SELECT id FROM baidiyun_subscription
    WHERE state = 'pending' AND topic = 'tracking'
      AND next_at <= %(business)s AND retry_at <= %(real)s
    ORDER BY next_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def send_due_subscriptions(*, limit: int = 50) -> SendResult:
    """Send what is due and return what became of it.

    Technical errors are tried again with growing real-time delay; "subscribed before" counts
    as subscribed; what can never work fails with the platform's message. At most four a month
    go out for one number of a carrier. A platform that does not answer three times running is
    left alone: the rest of the batch waits like what failed. What the gateway holds back was not
    sent and does not count as an attempt; the rest of that mode waits with it.
    """
    result: Counter[str] = Counter()
    claimed = _claim(limit)
    silent, waits = 0, dict[str, float]()
    for position, subscription in enumerate(claimed):
        if (wait := waits.get(subscription.mode)) is not None:
            _put_back([subscription], wait)
            result["postponed"] += 1
            continue
        try:
            with acting_for(subscription.merchant_id):
                fate, silent = _send(subscription), 0
        except HeldBack as error:
            waits[subscription.mode] = error.retry_after
            _put_back([subscription], error.retry_after)
            result["postponed"] += 1
            continue
        except CallFailed as error:
            fate, silent = _postpone(subscription, error.code, str(error)), silent + 1
        result["sent"] += 1
        result[fate] += 1
        if silent >= PATIENCE:
            _put_back(claimed[position + 1 :], FIRST_DELAY_SECONDS)
            break
    return SendResult(**result)


def callback_url(*, topic: str, kid: str, token: str) -> str:
    """Return the address that binds pushes to one subscription."""
    return f"{settings.BAIDIYUN_CALLBACK_BASE.rstrip('/')}/callbacks/baidiyun/{topic}/{kid}/{token}"


def fresh_salt(subscription: Subscription) -> str:
    """Return the salt of a token, moving it to the current key if its own is gone."""
    keys = settings.BAIDIYUN_SALT_KEYS
    salt = salt_for(keys, subscription.kid, subscription.token)
    if salt is None:
        subscription.kid = current_kid(keys)
        subscription.save(update_fields=["kid"])
        salt = salt_for(keys, subscription.kid, subscription.token)
    return salt or ""


def _claim(limit: int) -> list[Subscription]:
    real = clock.real_now()
    values: dict[str, Any] = {
        "business": clock.now(),
        "real": real,
        "lease": real + LEASE,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        ids = [row[0] for row in cursor.fetchall()]
    return list(Subscription.objects.filter(id__in=ids).order_by("next_at", "id"))


def _send(subscription: Subscription) -> str:
    if _used_this_month(subscription) >= MONTHLY_LIMIT:
        return _fail(subscription, MONTH_LIMIT_CODE, "four subscriptions this month already")
    try:
        fields = build_subscribe(
            key=credentials_for(subscription.mode).key,
            carrier=subscription.carrier,
            number=subscription.number,
            callback_url=callback_url(
                topic=Topic.TRACKING.value, kid=subscription.kid, token=subscription.token
            ),
            salt=fresh_salt(subscription),
            phone=subscription.phone_tail,
            from_=subscription.origin,
            to=subscription.destination,
        )
        answer, _ = call(
            product=Product.SUBSCRIBE,
            mode=subscription.mode,
            fields=fields,
            subject=subscription.subject,
        )
    except (InvalidRequest, NotConfigured) as error:
        return _fail(subscription, error.code, str(error))
    return _settle(subscription, answer)


def _settle(subscription: Subscription, answer: Answer) -> str:
    if answer.ok or answer.code == verdicts.ALREADY_SUBSCRIBED:
        return _activate(subscription, answer)
    settle = _fail if answer.permanent else _postpone
    return settle(subscription, answer.code, answer.message)


def _activate(subscription: Subscription, answer: Answer) -> str:
    _update(
        subscription,
        state=SubscriptionState.ACTIVE.value,
        return_code=answer.code,
        message=anonymous(answer.message),
        subscribed_at=clock.now(),
    )
    return "active"


def _fail(subscription: Subscription, code: str, message: str) -> str:
    log.warning("baidiyun.subscription_failed", subject=subscription.subject, code=code)
    _update(
        subscription,
        state=SubscriptionState.FAILED.value,
        return_code=code,
        message=anonymous(message),
        closed_at=clock.now(),
    )
    return "failed"


def _postpone(subscription: Subscription, code: str, message: str) -> str:
    exponent = min(max(subscription.attempts, 1) - 1, 10)
    delay = min(FIRST_DELAY_SECONDS * 2**exponent, LONGEST_DELAY_SECONDS)
    _update(
        subscription,
        retry_at=clock.real_now() + dt.timedelta(seconds=delay),
        return_code=code,
        message=anonymous(message),
    )
    return "postponed"


def _put_back(subscriptions: Sequence[Subscription], seconds: float) -> None:
    """Undo a claim: nothing was sent, so the attempt does not count."""
    Subscription.objects.filter(id__in=[row.id for row in subscriptions]).update(
        attempts=F("attempts") - 1,
        retry_at=clock.real_now() + dt.timedelta(seconds=seconds),
    )


def _update(subscription: Subscription, **values: object) -> None:
    """Write the outcome unless a push or a person has settled the row meanwhile."""
    Subscription.objects.filter(id=subscription.id, state=SubscriptionState.PENDING.value).update(
        **values
    )


def _used_this_month(subscription: Subscription) -> int:
    """The platform counts by China's months, whatever zone this portal shows times in."""
    month = clock.now().astimezone(CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Subscription.objects.filter(
        topic=Topic.TRACKING.value,
        mode=subscription.mode,
        carrier=subscription.carrier,
        number=subscription.number,
        subscribed_at__gte=month,
        return_code="200",
    ).count()
