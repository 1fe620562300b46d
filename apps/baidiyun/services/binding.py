"""Where a product's callbacks come back to: one token for a subject of a topic."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.baidiyun.choices import SubscriptionState
from apps.baidiyun.credentials import acting_merchant
from apps.baidiyun.errors import InvalidRequest
from apps.baidiyun.models import ONE_TOKEN_TOPICS, Subscription
from apps.baidiyun.salts import current_kid
from apps.baidiyun.services.sending import callback_url, fresh_salt
from apps.core import clock
from apps.core.ids import new_token


@dataclass(frozen=True, slots=True)
class Return:
    """What a request carries so that its callbacks find their subject."""

    url: str
    salt: str = field(repr=False)


def bind_return(*, topic: str, subject: int, carrier: str, number: str, mode: str) -> Return:
    """Return address and salt of a subject's callbacks, committed before anything is sent.

    For waybill, intercept and samecity the subject is a parcel, for pickup_code and kd100 a
    shipment, for work_order what its owner opened it for. Asked again it is the same token. Raises
    InvalidRequest for another topic, NotConfigured without a salt key.
    """
    if topic not in ONE_TOKEN_TOPICS:
        raise InvalidRequest(f"{topic!r} has tokens of its own", field="topic")
    wanted = {"topic": topic, "subject": subject}
    now = clock.now()
    current = {"carrier": carrier, "number": number, "mode": mode}
    try:
        with transaction.atomic():
            found, _made = Subscription.objects.update_or_create(
                **wanted,
                defaults=current,
                create_defaults={
                    **current,
                    "merchant_id": acting_merchant(),
                    "state": SubscriptionState.ACTIVE.value,
                    "token": new_token(),
                    "kid": current_kid(settings.BAIDIYUN_SALT_KEYS),
                    "created_at": now,
                    "next_at": now,
                    "retry_at": clock.real_now(),
                },
            )
    except IntegrityError:
        found = Subscription.objects.get(**wanted)
    salt = fresh_salt(found)
    return Return(callback_url(topic=topic, kid=found.kid, token=found.token), salt)
