"""The yardstick of the way in: a bare view that stores the raw body and reads nothing of it."""

from __future__ import annotations

import hashlib

from django.db import connection
from django.http import HttpRequest, HttpResponse

from apps.core import clock

TABLE = """
CREATE TABLE IF NOT EXISTS bench_rawbody (LIKE baidiyun_inboxrow INCLUDING ALL);
ALTER TABLE bench_rawbody ALTER param TYPE bytea USING param::bytea
"""
STORE = """
INSERT INTO bench_rawbody (topic, source, token, carrier, number, mode, body_hash, param,
                           received_at, state, attempts, next_at, error)
VALUES (%s, 'push', %s, '', '', '', %s, %s, %s, 'pending', 0, %s, '')
ON CONFLICT (topic, body_hash) DO NOTHING
"""
SUCCESS = '{"result":true,"returnCode":"200","message":"成功"}'.encode()


def make_table() -> None:
    """Make the yardstick's table: the inbox's columns, checks and indexes, the body as bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_rawbody') IS NULL")
        if cursor.fetchone()[0]:
            cursor.execute(TABLE)


def store_raw(request: HttpRequest, topic: str, kid: str, token: str) -> HttpResponse:
    """Store the body as it came, once, and answer as the portal does."""
    body, now = request.body, clock.real_now()
    digest = hashlib.sha256(body).digest()
    with connection.cursor() as cursor:
        cursor.execute(STORE, [topic, token, digest, body, now, now])
    return HttpResponse(
        SUCCESS,
        content_type="application/json; charset=utf-8",
        headers={"Content-Length": str(len(SUCCESS))},
    )
