"""Second chances and forgetting: parked rows, the quarantine, retention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from apps.baidiyun import hints, intake
from apps.baidiyun.choices import InboxState, Refusal
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.form import parse_form
from apps.baidiyun.models import InboxRow, NumberQuery, Quarantine
from apps.baidiyun.verification import (
    JSON_BODIES,
    UNSIGNED,
    Address,
    Refused,
    unsigned_param,
    verified_param,
)
from apps.core import clock

INBOX_DAYS = 90
CALL_DAYS = 30
QUARANTINE_HOURS = 24
QUERY_DAYS = 2
BATCH = 5_000
FORGET_INBOX = """
DELETE FROM baidiyun_inboxrow WHERE id IN (
    SELECT id FROM baidiyun_inboxrow WHERE state = 'applied' AND applied_at < %s
    ORDER BY id LIMIT %s)
"""
FORGET_CALLS = """
DELETE FROM baidiyun_apicall WHERE id IN (
    SELECT id FROM baidiyun_apicall WHERE at < %s AND (subject IS NULL OR subject NOT IN (
        SELECT subject FROM baidiyun_inboxrow
        WHERE state IN ('pending', 'parked') AND subject IS NOT NULL))
    ORDER BY at LIMIT %s)
"""


@dataclass(frozen=True, slots=True)
class Replay:
    """How verifying refused pushes again went; ``truncated`` were over 64 kB and not kept whole."""

    replayed: int = 0
    refused: int = 0
    truncated: int = 0


def requeue_parked(*, row_ids: Sequence[int] | None = None, topic: str = "") -> int:
    """Give parked rows (the named ones, or all of a topic) six new attempts; returns how many."""
    rows = InboxRow.objects.filter(state=InboxState.PARKED.value)
    if row_ids is not None:
        rows = rows.filter(id__in=row_ids)
    if topic:
        rows = rows.filter(topic=topic)
    changed = rows.update(state=InboxState.PENDING.value, attempts=0, next_at=clock.real_now())
    if changed:
        hints.inbox_has_news()
    return changed


def verify_quarantined(*, row_ids: Sequence[int] | None = None) -> Replay:
    """Verify refused pushes again, with the keys of now, and take in what holds.

    What is taken in leaves the quarantine in the same transaction.
    """
    rows = Quarantine.objects.order_by("id")
    if row_ids is not None:
        rows = rows.filter(id__in=row_ids)
    done = refused = truncated = 0
    for row in rows.iterator(chunk_size=50):
        if len(row.body) < row.size:
            truncated += 1
        elif _replay(row):
            done += 1
        else:
            refused += 1
    if done:
        hints.inbox_has_news()
    return Replay(replayed=done, refused=refused, truncated=truncated)


def clean_up() -> dict[str, int]:
    """Forget what is past its time and return how many rows of each went.

    Applied callbacks after 90 days (nothing that is not applied, ever), calls after 30 days
    unless something about the same subject still waits to be applied, refused pushes after
    24 hours, query turns after 2 days.
    """
    real = clock.real_now()
    stale = Quarantine.objects.filter(received_at__lt=real - dt.timedelta(hours=QUARANTINE_HOURS))
    turns = NumberQuery.objects.filter(last_at__lt=clock.now() - dt.timedelta(days=QUERY_DAYS))
    return {
        "inbox": _forget(FORGET_INBOX, real - dt.timedelta(days=INBOX_DAYS)),
        "calls": _forget(FORGET_CALLS, real - dt.timedelta(days=CALL_DAYS)),
        "quarantine": stale.delete()[0],
        "queries": turns.delete()[0],
    }


def _replay(row: Quarantine) -> bool:
    address = Address(topic=row.topic, kid=row.kid, token=row.token)
    try:
        param, raw = _believed(address, bytes(row.body))
    except (Refused, MalformedPayload):
        return False
    with transaction.atomic():
        intake.store_push(
            topic=row.topic, token=row.token, param=param, raw=raw, now=clock.real_now()
        )
        Quarantine.objects.filter(id=row.id).delete()
    return True


def _believed(address: Address, body: bytes) -> tuple[str, bytes]:
    """Return the content as the way in would. Raises Refused, MalformedPayload."""
    if address.topic not in UNSIGNED:
        return verified_param(address, parse_form(body), settings.BAIDIYUN_SALT_KEYS)
    if not intake.is_known_token(address.topic, address.token):
        raise Refused(Refusal.UNKNOWN_TOKEN)
    if address.topic in JSON_BODIES:
        return unsigned_param(address, body.decode("utf-8", "replace"))
    return unsigned_param(address, parse_form(body).get("param", ""))


def _forget(statement: str, before: dt.datetime) -> int:
    """Delete in batches, each its own transaction, so that no lock is held for long."""
    total = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [before, BATCH])
            gone = int(cursor.rowcount)
        total += gone
        if gone < BATCH:
            return total
