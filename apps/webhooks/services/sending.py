"""Sending what is due: lease, send, settle. At least once, under one id.

The lease is the row's own ``next_at``: who claims pushes it a minute ahead, and what a killed
sender held is due again then. An answer that comes after somebody else claimed the row again is
recognised by the count of attempts and does not undo what that one found.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from functools import partial

import orjson
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.core import clock, vault
from apps.core.actions import Actor, record_action
from apps.core.context import carrying
from apps.core.http import HttpFailure, Outbound
from apps.core.metrics import observe
from apps.core.metrics.names import Metric
from apps.core.telemetry.spans import span
from apps.webhooks.choices import DeliveryState
from apps.webhooks.errors import NothingToSend
from apps.webhooks.models import OPEN_STATES, Delivery
from apps.webhooks.retrying import Attempt, Verdict, asked_wait, judge, wait_after
from apps.webhooks.services.endpoints import PURPOSE, may_be_private, switch_endpoint
from apps.webhooks.signing import headers_for

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 15.0
LEASE = dt.timedelta(seconds=60)
AT_ONCE = 3
"""Three times the time limit fit into a lease."""
CLAIM = """
UPDATE webhooks_delivery AS d
SET next_at = %s, attempts = d.attempts + 1, sent_at = coalesce(d.sent_at, %s)
WHERE d.id = ANY(ARRAY(
    SELECT due.id FROM webhooks_delivery AS due
    JOIN webhooks_endpoint AS e ON e.id = due.endpoint_id AND e.is_active
    WHERE due.state IN ('pending', 'failed') AND due.next_at <= %s
    ORDER BY due.next_at, due.id LIMIT %s
    FOR UPDATE OF due SKIP LOCKED
))
RETURNING d.id
"""
GUARDED, OPEN = Outbound(), Outbound(allow_private=True)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many deliveries a round claimed, and how many were acknowledged."""

    claimed: int = 0
    taken: int = 0


def send_due(*, limit: int = AT_ONCE) -> Sent:
    """Send up to ``limit`` deliveries that are due. Call it outside a transaction."""
    claimed = _claim(limit)
    taken = 0
    for delivery in claimed:
        number = delivery.message.request_id
        with carrying(number), span("webhook", attempt=delivery.attempts):
            attempt = _send(delivery)
            is_taken = _settle(delivery, attempt)
            log.info(
                "webhooks.sent",
                message=delivery.message.uid,
                delivery=delivery.pk,
                attempt=delivery.attempts,
                status=attempt.status,
                taken=is_taken,
            )
        if is_taken:
            taken += 1
            waited = (clock.real_now() - delivery.message.created_at).total_seconds()
            observe(Metric.MESSAGE_TOLD, "", [waited])
    return Sent(len(claimed), taken)


def resend_delivery(*, delivery_id: int, actor: Actor) -> Delivery:
    """Queue a delivery again from the first attempt, under the same id.

    Raises NothingToSend while it waits anyway.
    """
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("message", "endpoint")
            .get(pk=delivery_id)
        )
        if delivery.state == DeliveryState.PENDING.value:
            raise NothingToSend(_("This message is waiting to be sent already."))
        before = {"state": delivery.state, "attempts": delivery.attempts}
        delivery.state, delivery.attempts = DeliveryState.PENDING.value, 0
        delivery.next_at = clock.real_now()
        delivery.save(update_fields=["state", "attempts", "next_at"])
        record_action(
            action="webhooks.delivery.queued_again",
            actor=actor,
            subject=delivery,
            merchant_id=delivery.message.merchant_id,
            before=before,
            after={"state": delivery.state},
        )
    return delivery


def _claim(limit: int) -> list[Delivery]:
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [now + LEASE, now, now, limit])
        ids = [row[0] for row in cursor.fetchall()]
    found = Delivery.objects.select_related("message", "endpoint").in_bulk(ids)
    return [found[delivery_id] for delivery_id in sorted(ids)]


def _send(delivery: Delivery) -> Attempt:
    """Make one attempt; nothing but a lost database is raised."""
    message, endpoint = delivery.message, delivery.endpoint
    body = orjson.dumps(message.payload)
    try:
        secret = vault.unseal(endpoint.secret_sealed, settings.CREDENTIAL_KEYS, purpose=PURPOSE)
    except vault.VaultClosed as error:
        return Attempt(None, str(error))
    headers = headers_for(
        secret=secret, uid=message.uid, timestamp=int(clock.real_now().timestamp()), body=body
    )
    if message.request_id:
        headers["X-Request-ID"] = message.request_id
    outbound = OPEN if may_be_private(endpoint.mode) else GUARDED
    try:
        answer = outbound.post_json(endpoint.url, body, timeout=TIMEOUT_SECONDS, headers=headers)
    except (HttpFailure, OSError, ValueError) as error:
        return Attempt(None, f"{type(error).__name__}: {error}"[:300])
    return Attempt(answer.status, retry_after=answer.headers.get("retry-after", ""))


def _settle(delivery: Delivery, attempt: Attempt) -> bool:
    """Write down what came of an attempt, unless somebody has tried again since."""
    now = clock.real_now()
    verdict = judge(attempt)
    state, next_at = DeliveryState.SENT.value, now
    if verdict is not Verdict.TAKEN:
        wait = wait_after(
            delivery.attempts,
            chance=random.random(),  # noqa: S311
            asked=asked_wait(attempt),
        )
        if verdict is Verdict.GONE or wait is None:
            state = DeliveryState.GIVEN_UP.value
        else:
            state, next_at = DeliveryState.FAILED.value, now + wait
    mine = Delivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, state__in=OPEN_STATES
    )
    with transaction.atomic():
        settled = mine.update(
            state=state,
            next_at=next_at,
            last_status=attempt.status,
            last_error=attempt.error,
            acknowledged_at=now if verdict is Verdict.TAKEN else None,
        )
        if settled and verdict is Verdict.GONE:
            off = partial(switch_endpoint, endpoint_id=delivery.endpoint_id, active=False)
            off(actor=Actor.system("webhooks"), why="410 Gone")
    if state == DeliveryState.GIVEN_UP.value:
        log.warning("webhooks.given_up", delivery=delivery.pk, status=attempt.status)
    return bool(settled) and verdict is Verdict.TAKEN
