"""Sending queued subscriptions: claim by update, call outside any transaction, settle."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
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
from apps.baidiyun.products.push_rules import SUBSCRIPTIONS_A_MONTH
from apps.baidiyun.products.tracking import POSTAL_ABROAD, Abroad, build_subscribe
from apps.baidiyun.redact import anonymous
from apps.baidiyun.salts import current_kid, salt_for
from apps.baidiyun.selectors import subscribed_this_month
from apps.core import clock
from apps.core.lanes import in_lanes

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(minutes=5)
FIRST_DELAY_SECONDS = 30
LONGEST_DELAY_SECONDS = 1_800
PATIENCE = 3
ROUND_SECONDS = 8.0
MONTH_LIMIT_CODE = "month_limit"
CLAIM = """
UPDATE baidiyun_subscription SET attempts = attempts + 1, retry_at = %(lease)s
WHERE id = ANY(ARRAY(
    SELECT id FROM baidiyun_subscription
    WHERE state = 'pending' AND topic = 'tracking'
      AND next_at <= %(business)s AND retry_at <= %(real)s
    ORDER BY next_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED))
RETURNING id
"""


def send_due_subscriptions(*, limit: int = 50, lanes: int = 1) -> SendResult:
    """Send what is due, ``lanes`` at a time, and return what became of it.

    Technical errors are tried again with growing real-time delay; "subscribed before" counts
    as subscribed; what can never work fails with the platform's message. At most four a month
    go out for one number of a carrier. A platform that does not answer three times running is
    left alone: the rest of the batch waits like what failed. What the gateway holds back was not
    sent and does not count as an attempt; the rest of that mode waits with it. What is not begun
    within ``ROUND_SECONDS`` is left to the next round.
    """
    batch = _Batch(until=time.monotonic() + ROUND_SECONDS)
    fates = in_lanes(batch.send, _claim(limit), lanes=lanes)
    return SendResult(**Counter(word for fate in fates for word in fate))


@dataclass
class _Batch:
    """What the lanes of a round know of each other: when it ends, which modes wait for how many
    seconds, how many calls running had no answer."""

    until: float
    waits: dict[str, float] = field(default_factory=dict)
    silent: int = 0

    def send(self, subscription: Subscription) -> tuple[str, ...]:
        """Send a claimed subscription or put it back; returns what is to be counted."""
        if self.silent >= PATIENCE or time.monotonic() > self.until:
            _put_back([subscription], FIRST_DELAY_SECONDS if self.silent >= PATIENCE else 0.0)
            return ()
        if (wait := self.waits.get(subscription.mode)) is not None:
            _put_back([subscription], wait)
            return ("postponed",)
        try:
            with acting_for(subscription.merchant_id):
                fate = _send(subscription)
        except HeldBack as error:
            self.waits[subscription.mode] = error.retry_after
            _put_back([subscription], error.retry_after)
            return ("postponed",)
        except CallFailed as error:
            self.silent += 1
            return ("sent", _postpone(subscription, error.code, str(error)))
        if self.silent < PATIENCE:
            self.silent = 0
        return ("sent", fate)


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
    used = subscribed_this_month(
        mode=subscription.mode, carrier=subscription.carrier, number=subscription.number
    )
    if used >= SUBSCRIPTIONS_A_MONTH:
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
            abroad=Abroad() if subscription.carrier in POSTAL_ABROAD else None,
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
