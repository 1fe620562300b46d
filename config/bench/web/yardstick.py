"""The yardsticks of the way in: views that store the raw body and read nothing of it.

One is an ordinary Django view: an address, a view, a cursor. The other is the portal's own door
without decoding, signature and look at the content: the same middleware, the same kind of
prepared statement. The promised ratios are to the second, stricter one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection
from django.http import HttpRequest, HttpResponse

from apps.core import clock

STRICT = "/yardstick/strict/"
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


class StrictIngress:
    """Answers below `STRICT` as the portal's ingress does below its prefix."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(STRICT):
            return store_prepared(request, request.path_info[len(STRICT) :])
        return self.get_response(request)


def store_raw(request: HttpRequest, topic: str, kid: str, token: str) -> HttpResponse:
    """Store the body as it came, once, through Django's cursor; answer as the portal does."""
    with connection.cursor() as cursor:
        cursor.execute(STORE, _values(request.body, topic, token))
    return _success()


def store_prepared(request: HttpRequest, path: str) -> HttpResponse:
    """Store the body as it came, once, by a prepared statement; answer as the portal does."""
    topic, _, rest = path.partition("/")
    token = rest.partition("/")[2]
    connection.ensure_connection()
    own: psycopg.Connection[Any] = connection.connection
    own.prepare_threshold = 0
    psycopg.Cursor(own).execute(STORE, _values(request.body, topic, token), prepare=True)
    return _success()


def _values(body: bytes, topic: str, token: str) -> list[Any]:
    now = clock.real_now()
    return [topic, token, hashlib.sha256(body).digest(), body, now, now]


def _success() -> HttpResponse:
    return HttpResponse(
        SUCCESS,
        content_type="application/json; charset=utf-8",
        headers={"Content-Length": str(len(SUCCESS))},
    )
