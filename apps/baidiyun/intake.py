"""Raw statements of the way in: one for a push, one for a poll's answer, one for a refusal.

`synchronous_commit` is switched on by the statement itself, so that an acknowledged push is
durable whatever the server's or the role's default is. The push goes past Django's cursor, which
would write its 4 kB into the text of the statement: a prepared statement of its own connection
costs the process and PostgreSQL a third less each. A pooler between must know prepared statements.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import psycopg
from django.db import connection

from apps.baidiyun.models import QUARANTINE_BYTES, Subscription

STORE_PUSH = """
INSERT INTO baidiyun_inboxrow (topic, source, token, carrier, number, mode, body_hash, param,
                               received_at, state, attempts, next_at, error)
SELECT %s, 'push', %s, '', '', '', %s, %s, %s, 'pending', 0, %s, ''
FROM set_config('synchronous_commit', 'on', true)
ON CONFLICT (topic, body_hash) DO NOTHING
"""
STORE_POLL = """
INSERT INTO baidiyun_inboxrow AS held (topic, source, token, subject, carrier, number, mode,
                                       body_hash, param, received_at, state, attempts, next_at,
                                       error)
VALUES (%s, 'poll', '', %s, %s, %s, %s, %s, %s, %s, 'pending', 0, %s, '')
ON CONFLICT (topic, body_hash) DO UPDATE
SET state = 'pending', attempts = 0, error = '', applied_at = NULL,
    received_at = EXCLUDED.received_at, next_at = EXCLUDED.next_at
WHERE held.state <> 'pending' AND EXISTS (
    SELECT 1 FROM baidiyun_inboxrow later
    WHERE later.topic = held.topic AND later.subject = held.subject
      AND later.received_at > held.received_at)
RETURNING id
"""
QUARANTINE = """
INSERT INTO baidiyun_quarantine (slot, reason, topic, token, kid, body, size, received_at, remote)
SELECT CASE WHEN EXISTS (SELECT 1 FROM baidiyun_subscription WHERE token = %(token)s)
            THEN nextval('baidiyun_quarantine_known')
            ELSE nextval('baidiyun_quarantine_stranger') END,
       %(reason)s, %(topic)s, %(token)s, %(kid)s, %(body)s, %(size)s, %(now)s, %(remote)s
ON CONFLICT (slot) DO UPDATE
SET id = EXCLUDED.id, reason = EXCLUDED.reason, topic = EXCLUDED.topic, token = EXCLUDED.token,
    kid = EXCLUDED.kid, body = EXCLUDED.body, size = EXCLUDED.size,
    received_at = EXCLUDED.received_at, remote = EXCLUDED.remote
"""


def message_hash(who: str, param: bytes) -> bytes:
    """Return what makes two messages the same one: the same content for the same receiver.

    ``who`` is the token of a push or ``poll:<subject>``; form encoding plays no part.
    """
    return hashlib.sha256(who.encode() + b"\n" + param).digest()


def store_push(
    *,
    topic: str,
    token: str,
    param: str,
    raw: bytes,
    now: dt.datetime,
    digest: bytes | None = None,
) -> bool:
    """Store a verified push in one statement; False if we had it already. ``now`` is real.

    ``digest`` is its `message_hash` where the caller has it. Raises Django's database errors.
    """
    values = (topic, token, digest or message_hash(token, raw), param, now, now)
    connection.ensure_connection()
    own: psycopg.Connection[Any] = connection.connection
    own.prepare_threshold = 0
    with connection.wrap_database_errors:
        return bool(psycopg.Cursor(own).execute(STORE_PUSH, values, prepare=True).rowcount)


def is_known_token(topic: str, token: str) -> bool:
    """Whether we gave out this token for this topic; needed only where nothing is signed."""
    return Subscription.objects.filter(topic=topic, token=token).exists()


def store_poll(
    *,
    topic: str,
    subject: int,
    carrier: str,
    number: str,
    mode: str,
    param: str,
    now: dt.datetime,
) -> int | None:
    """Store the answer to a poll and return its row, None if it only repeats the latest news.

    An answer seen before, but with other news since, is applied again: history went back.
    """
    digest = message_hash(f"poll:{subject}", param.encode())
    values = (topic, subject, carrier, number, mode, digest, param, now, now)
    with connection.cursor() as cursor:
        cursor.execute(STORE_POLL, values)
        row = cursor.fetchone()
    return row[0] if row else None


def quarantine_push(
    *,
    reason: str,
    topic: str,
    token: str,
    kid: str,
    body: bytes,
    size: int,
    remote: str,
    now: dt.datetime,
) -> None:
    """Keep a refused push in the next slot of its ring, at most 64 kB of it. ``now`` is real."""
    values: dict[str, Any] = {
        "reason": reason,
        "topic": topic,
        "token": token,
        "kid": kid,
        "body": body[:QUARANTINE_BYTES],
        "size": size,
        "remote": remote[:64],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(QUARANTINE, values)
