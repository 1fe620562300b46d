"""Receivers of the portal's own webhooks: record what came, check it, answer as told."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F

from apps.core import clock
from apps.core.errors import PortalError
from apps.sandbox import world
from apps.sandbox.models import SandboxReceipt, SandboxReceiver
from apps.sandbox.rng import stream
from apps.sandbox.webhook_check import is_signed

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
ANSWERS = {"500": 500, "503": 503, "410": 410, "429": 429, "301": 301, "302": 302, "slow": 200}
MOST_RECEIVERS, MOST_KEPT, TRIM_EVERY = 100, 50_000, 500
MOST_LISTED = 500
SLOWEST_SECONDS = 60.0
LONGEST_SECRET, LONGEST_ID, LONGEST_EVENT = 200, 200, 100
MOST_HEADERS, LONGEST_HEADER = 40, 300
PRIVATE_HEADERS = frozenset({"authorization", "cookie"})


class BadReceiver(PortalError):
    """A receiver with a name or with settings nobody understands."""

    code = "bad_receiver"
    permanent = True


@dataclass(frozen=True, slots=True)
class Told:
    """How a webhook is answered: HTTP status, and seconds to wait before."""

    status: int
    delay: float = 0.0


def set_receiver(
    *,
    name: str,
    secret: str | None = None,
    answers: Mapping[str, Any] | None = None,
    slow_seconds: float | None = None,
) -> SandboxReceiver:
    """Make a receiver, or change what is given; ``answers`` are shares. Raises BadReceiver."""
    receiver = _receiver(name)
    if secret is not None:
        if len(secret) > LONGEST_SECRET or "\x00" in secret:
            raise BadReceiver(f"A secret has at most {LONGEST_SECRET} characters.")
        receiver.secret = secret
    if answers is not None:
        receiver.answers = _shares(answers)
    if slow_seconds is not None:
        if not 0 <= slow_seconds <= SLOWEST_SECONDS:
            raise BadReceiver(f"A slow answer takes 0 to {SLOWEST_SECONDS:g} seconds.")
        receiver.slow_seconds = slow_seconds
    receiver.save(update_fields=["secret", "answers", "slow_seconds"])
    return receiver


def _receiver(name: str) -> SandboxReceiver:
    if NAME.fullmatch(name) is None:
        raise BadReceiver("A receiver's name is 1 to 64 of a-z, 0-9, - and _.")
    found = SandboxReceiver.objects.filter(name=name).first()
    if found is not None:
        return found
    if SandboxReceiver.objects.count() >= MOST_RECEIVERS:
        raise BadReceiver(f"There are {MOST_RECEIVERS} receivers already.")
    return SandboxReceiver.objects.get_or_create(name=name)[0]


def _shares(answers: Mapping[str, Any]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for kind, share in answers.items():
        known = str(kind) in ANSWERS and isinstance(share, int | float)
        if not known or isinstance(share, bool) or not 0 <= share <= 1:
            raise BadReceiver(f"Answers are shares from 0 to 1 of: {', '.join(ANSWERS)}.")
        shares[str(kind)] = float(share)
    if sum(shares.values()) > 1.000001:
        raise BadReceiver("The shares of a receiver's answers add up to more than 1.")
    return shares


@transaction.atomic
def receive_webhook(*, name: str, headers: Mapping[str, str], body: bytes) -> Told:
    """Record one webhook and say how to answer it. Raises BadReceiver for a bad name.

    The same id met again is answered by a draw of its own, the same for the same seed.
    """
    receiver = _receiver(name)
    lowered = {key.lower(): _storable(value) for key, value in headers.items()}
    webhook_id = lowered.get("webhook-id", "")[:LONGEST_ID]
    times = SandboxReceipt.objects.filter(receiver=receiver, webhook_id=webhook_id).count()
    answer = _draw(receiver, webhook_id, times)
    stamp = lowered.get("webhook-timestamp", "")
    receipt = SandboxReceipt.objects.create(
        receiver=receiver,
        webhook_id=webhook_id,
        headers=_kept_headers(lowered),
        body_hash=hashlib.sha256(body).hexdigest(),
        body_bytes=len(body),
        event=_event(body),
        is_verified=is_signed(
            receiver.secret, webhook_id, stamp, body, lowered.get("webhook-signature", "")
        )
        if receiver.secret
        else None,
        skew_seconds=_skew(stamp),
        status=ANSWERS.get(answer, 200),
        is_slow=answer == "slow",
        received_real_at=clock.real_now(),
    )
    SandboxReceiver.objects.filter(pk=receiver.pk).update(received=F("received") + 1)
    if receipt.pk % TRIM_EVERY == 0:
        SandboxReceipt.objects.filter(pk__lte=receipt.pk - MOST_KEPT).delete()
    return Told(receipt.status, receiver.slow_seconds if receipt.is_slow else 0.0)


def _draw(receiver: SandboxReceiver, webhook_id: str, times: int) -> str:
    point = stream(world.seed(), "hook", receiver.name, webhook_id, times).random()
    for answer, share in receiver.answers.items():
        point -= share
        if point < 0:
            return str(answer)
    return "200"


def list_receipts(*, name: str, after: int = 0, limit: int = MOST_LISTED) -> dict[str, Any] | None:
    """What a receiver got after a cursor, and how often each of those ids came in all.

    ``next`` is the following cursor, 0 at the end; None for a receiver nobody made.
    """
    receiver = SandboxReceiver.objects.filter(name=name).first()
    if receiver is None:
        return None
    rows = list(receiver.receipts.filter(pk__gt=after).order_by("pk")[: limit + 1])
    shown = rows[:limit]
    ids = {row.webhook_id for row in shown}
    counted = receiver.receipts.filter(webhook_id__in=ids).values_list("webhook_id")
    times = dict(counted.annotate(times=Count("pk")).order_by())
    return {
        "name": name,
        "total": receiver.received,
        "received": [_row(row, times) for row in shown],
        "next": shown[-1].pk if len(rows) > limit else 0,
    }


def _row(row: SandboxReceipt, times: Mapping[str, int]) -> dict[str, Any]:
    return {
        "cursor": row.pk,
        "id": row.webhook_id,
        "times": times[row.webhook_id],
        "event": row.event,
        "verified": row.is_verified,
        "skew_seconds": row.skew_seconds,
        "status": row.status,
        "slow": row.is_slow,
        "received_at": row.received_real_at.isoformat(),
        "sha256": row.body_hash,
        "bytes": row.body_bytes,
        "headers": row.headers,
    }


def _kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    kept = [(k, v) for k, v in sorted(headers.items()) if k not in PRIVATE_HEADERS]
    return {key[:LONGEST_HEADER]: value[:LONGEST_HEADER] for key, value in kept[:MOST_HEADERS]}


def _event(body: bytes) -> str:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    kind = value.get("type") if isinstance(value, dict) else None
    return _storable(kind)[:LONGEST_EVENT] if isinstance(kind, str) else ""


def _skew(timestamp: str) -> int | None:
    """Seconds between the timestamp and now, positive for an old one; None for no number."""
    if not re.fullmatch(r"[0-9]{1,11}", timestamp):
        return None
    age = int(clock.real_now().timestamp()) - int(timestamp)
    return max(-(2**31), min(2**31 - 1, age))


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", "")
