"""Two questions of a load balancer: does the process live, can it write to Postgres."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer while the process lives; touches nothing else."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if this process can write to Postgres, else 503. Redis is not asked."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery(), current_setting('transaction_read_only')")
            in_recovery, read_only = cursor.fetchone()
    except Error:
        return JsonResponse({"status": "no database"}, status=503)
    if in_recovery or read_only == "on":
        return JsonResponse({"status": "database is read-only"}, status=503)
    return JsonResponse({"status": "ok"})
