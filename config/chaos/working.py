"""What the portal's processes do, called in this one: take in, drain, read, send."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.db import connection

from apps.baidiyun.intake import store_poll, store_push
from apps.baidiyun.services import drain_once
from apps.core import clock
from apps.webhooks.services import send_due
from config.bench.parcels import number_of
from config.chaos.batches import Message
from config.chaos.ground import MODE, READER
from config.chaos.ledger import Acked, Ledger

PATIENCE = 10.0
HURRY = """
UPDATE baidiyun_inboxrow SET next_at = least(received_at, now()) WHERE id > %s AND state = 'pending'
"""
SEND_NOW = "UPDATE webhooks_delivery SET next_at = now() WHERE state IN ('pending', 'failed')"
WAITING = "SELECT count(*) FROM baidiyun_inboxrow WHERE id > %s AND state = 'pending'"
UNSENT = "SELECT count(*) FROM webhooks_delivery WHERE state IN ('pending', 'failed')"


def take_in(messages: Iterable[Message], ledger: Ledger) -> None:
    """Store messages as the way in does and note that they are acknowledged."""
    for message in messages:
        now = clock.real_now()
        if message.polled:
            store_poll(
                topic="tracking", subject=message.parcel, carrier="yuantong",
                number=number_of(message.parcel), mode=MODE, param=message.param, now=now,
            )  # fmt: skip
        else:
            raw = message.param.encode()
            store_push(topic="tracking", token=message.who, param=message.param, raw=raw, now=now)
        ledger.acked.append(Acked(message.who, message.param, message.yields))


def drain_all(*, limit: int = 200) -> None:
    """Apply what is due."""
    while drain_once(limit=limit).claimed:
        pass


def finish(ledger: Ledger, *, patience: float = PATIENCE) -> None:
    """Drain, read and send to the very end, waiting for nobody's growing delay.

    What a dead process held is waited for. Raises RuntimeError when ``patience`` ends.
    """
    until = time.monotonic() + patience
    drain_all()
    while _one(WAITING, ledger.after) and time.monotonic() < until:
        _do(HURRY, ledger.after)
        drain_all()
    ledger.read(READER)
    while _one(UNSENT) and time.monotonic() < until:
        if not send_due(limit=50).claimed:
            _do(SEND_NOW)
    if time.monotonic() >= until:
        raise RuntimeError("the work does not come to an end")


def _one(sql: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


def _do(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
