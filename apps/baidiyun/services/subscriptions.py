"""The rows behind tracking subscriptions; sending them is in `sending`."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from apps.baidiyun.choices import Mode, SubscriptionState, Topic
from apps.baidiyun.credentials import acting_merchant
from apps.baidiyun.errors import InvalidRequest
from apps.baidiyun.models import OPEN_STATES, Subscription
from apps.baidiyun.products.push_rules import RESUBSCRIBE_AFTER
from apps.baidiyun.salts import current_kid
from apps.core import clock
from apps.core.ids import new_token

CLOSED_STATES = (SubscriptionState.SHUTDOWN.value, SubscriptionState.ABORTED.value)
WANT_POLL = """
UPDATE baidiyun_subscription SET poll_wanted_at = %s WHERE token = %s AND poll_wanted_at IS NULL
"""


def phone_tail(phone: str) -> str:
    """Return the four digits carriers ask for: of a virtual number, those after the dash."""
    main, _, extension = phone.partition("-")
    digits = "".join(char for char in extension if char.isdigit())
    if len(digits) != 4:
        digits = "".join(char for char in main + extension if char.isdigit())
    return digits[-4:]


def subscribe_tracking(
    *,
    subject: int,
    carrier: str,
    number: str,
    mode: str,
    phone: str = "",
    from_: str = "",
    to: str = "",
) -> Subscription:
    """Queue a subscription for a number and return its row; an open one is returned as it is.

    Nothing is sent here. ``from_`` and ``to`` are 省-市-区. After an abort or a shutdown of the
    same number the platform wants 30 minutes (business time) before the next. Raises
    InvalidRequest for a mode or number that cannot be, NotConfigured without a salt key.
    """
    if Mode.parse(mode) is None:
        raise InvalidRequest(f"unknown mode {mode!r}", field="mode")
    if not number:
        raise InvalidRequest("there is no number to follow", field="number")
    wanted = {"topic": Topic.TRACKING.value, "subject": subject, "carrier": carrier}
    now = clock.now()
    try:
        with transaction.atomic():
            found = Subscription.objects.filter(
                **wanted, number=number, state__in=OPEN_STATES
            ).first()
            return found or Subscription.objects.create(
                **wanted,
                number=number,
                mode=mode,
                merchant_id=acting_merchant(),
                token=new_token(),
                kid=current_kid(settings.BAIDIYUN_SALT_KEYS),
                phone_tail=phone_tail(phone),
                origin=from_[:120],
                destination=to[:120],
                created_at=now,
                next_at=_earliest(mode=mode, carrier=carrier, number=number, now=now),
                retry_at=clock.real_now(),
            )
    except IntegrityError:
        return Subscription.objects.get(**wanted, number=number, state__in=OPEN_STATES)


def cancel_subscription(
    *, subject: int, topic: str = Topic.TRACKING.value, number: tuple[str, str] | None = None
) -> int:
    """Close every open subscription of a subject; the platform itself knows no cancelling.

    With ``number`` (carrier, number) only that one's. Pushes that still come are stored and handed
    to the applier as before.
    """
    rows = Subscription.objects.filter(topic=topic, subject=subject, state__in=OPEN_STATES)
    if number is not None:
        rows = rows.filter(carrier=number[0], number=number[1])
    return rows.update(state=SubscriptionState.CANCELLED.value, closed_at=clock.now())


def retry_subscription(*, subscription_id: int) -> bool:
    """Put a failed tracking subscription back into the queue; False if it had not failed.

    Raises nothing when a newer one is open for the same number: that one counts.
    """
    try:
        with transaction.atomic():
            changed = Subscription.objects.filter(
                id=subscription_id,
                topic=Topic.TRACKING.value,
                state=SubscriptionState.FAILED.value,
            ).update(
                state=SubscriptionState.PENDING.value,
                attempts=0,
                next_at=clock.now(),
                retry_at=clock.real_now(),
                closed_at=None,
            )
    except IntegrityError:
        return False
    return bool(changed)


def store_poll_request(*, token: str) -> bool:
    """Queue the parcel of a token for a poll, because its push had to be refused.

    False for a token nobody gave out, or one that is queued already.
    """
    with connection.cursor() as cursor:
        cursor.execute(WANT_POLL, [clock.now(), token])
        return bool(cursor.rowcount)


def _earliest(*, mode: str, carrier: str, number: str, now: dt.datetime) -> dt.datetime:
    closed = (
        Subscription.objects.filter(
            topic=Topic.TRACKING.value,
            mode=mode,
            carrier=carrier,
            number=number,
            state__in=CLOSED_STATES,
            closed_at__isnull=False,
        )
        .order_by("-closed_at")
        .values_list("closed_at", flat=True)
        .first()
    )
    return max(now, closed + RESUBSCRIBE_AFTER) if closed else now
