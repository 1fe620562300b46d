"""What machines ask: does the process live, can it write to Postgres, how does it do."""

from __future__ import annotations

import hmac
import ipaddress

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from apps.monitoring.exposition import exposition

WRITE = "SELECT pg_logical_emit_message(true, 'lastmile.readyz', '')"
"""Writes a record that means nothing and waits until it is on disk; no row is touched."""
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer while the process lives; touches nothing else."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if this process has just written to Postgres, else 503. Redis is not asked."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery(), current_setting('transaction_read_only')")
            in_recovery, read_only = cursor.fetchone()
            if in_recovery or read_only == "on":
                return JsonResponse({"status": "database is read-only"}, status=503)
            cursor.execute(WRITE)
    except Error:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures of the portal in Prometheus' text format.

    For who brings METRICS_TOKEN as a bearer, and for loopback where no proxy stands between;
    404 for anybody else.
    """
    if not (_brings_token(request) or _is_loopback(request)):
        return HttpResponse("not found\n", status=404, content_type="text/plain")
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _brings_token(request: HttpRequest) -> bool:
    wanted: str = settings.METRICS_TOKEN
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if not wanted or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), wanted.encode())


def _is_loopback(request: HttpRequest) -> bool:
    """Whether the caller is on this host itself; what a proxy passes on is not."""
    if any(request.META.get(name) for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
