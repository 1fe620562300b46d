"""``Idempotency-Key``: the same key and body get the same answer, another body a problem."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.problems import Problem
from apps.accounts.models import IdempotencyRecord
from apps.accounts.scoping import merchant_of
from apps.core.locks import lock_keys

HEADER = "Idempotency-Key"
MAX_LENGTH = 255


def fingerprint_of(request: Request) -> str:
    """Return the hash of who reads, method, path and the parsed body (key order is nothing).

    Staff read answers masked, so they and the merchant never share one.
    """
    reader = "staff" if merchant_of(request.user) is None else "merchant"
    body = json.dumps(request.data, sort_keys=True, default=str)
    text = f"{reader} {request.method} {request.path} {body}"
    return hashlib.sha256(text.encode()).hexdigest()


def once(request: Request, merchant_id: int, work: Callable[[], Response]) -> Response:
    """Do ``work`` once for the request's key; a repeat gets the kept answer.

    Work and record share one transaction, and two requests with one key wait for each
    other. Only what succeeded is kept: after an error the key may be used again.
    Without the header the work is simply done.
    """
    key = request.headers.get(HEADER, "").strip()
    if not key:
        return work()
    if len(key) > MAX_LENGTH or not key.isascii() or not key.isprintable():
        raise Problem(
            400,
            "bad_idempotency_key",
            _("Idempotency-Key has 1 to 255 printable ASCII characters."),
        )
    with transaction.atomic():
        lock_keys("idempotency", [f"{merchant_id}:{key}"])
        kept = IdempotencyRecord.objects.filter(merchant_id=merchant_id, key=key).first()
        if kept:
            return _repeat(kept, fingerprint_of(request))
        answer = work()
        _keep(merchant_id, key, fingerprint_of(request), answer)
        return answer


def _repeat(kept: IdempotencyRecord, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint:
        raise Problem(
            422,
            "idempotency_key_reused",
            _("This Idempotency-Key was used for another request."),
        )
    answer = Response(kept.body, status=kept.status)
    answer["Idempotent-Replayed"] = "true"
    return answer


def _keep(merchant_id: int, key: str, fingerprint: str, answer: Response) -> None:
    body: Any = orjson.loads(orjson.dumps(answer.data, default=str))
    IdempotencyRecord.objects.create(
        merchant_id=merchant_id,
        key=key,
        fingerprint=fingerprint,
        status=answer.status_code,
        body=body,
    )
