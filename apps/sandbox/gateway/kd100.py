"""kd100.com's addresses: JSON in and out, signed in the headers over the raw body (§6)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from apps.sandbox import services
from apps.sandbox.envelopes import JsonValue, Refusal
from apps.sandbox.gateway.endpoint import View, json_response
from apps.sandbox.kd100 import envelope
from apps.sandbox.models import SandboxAccount
from apps.sandbox.services.accounts import account_by_key
from apps.sandbox.signing import matches, sign_kd100
from apps.sandbox.wire import BadParam, read_param

log = structlog.get_logger(__name__)

Answerer = Callable[[SandboxAccount, dict[str, Any]], JsonValue | None]
BAD_METHOD = Refusal("101", "Request method error")
BAD_HEADER = Refusal("102", "Request header error")
BAD_JSON = Refusal("103", "Invalid JSON")
UNSIGNED = Refusal("104", "Invalid signature")
NO_QUOTA = Refusal("401", "Insufficient quota")
UNKNOWN_KEY = Refusal("404", "Invalid API key")
TROUBLE = Refusal("500", "Server error")


def _endpoint(answer: Answerer) -> View:
    """Turn a function of account and body into a view in kd100.com's envelope."""

    @wraps(answer)
    def view(request: HttpRequest) -> HttpResponse:
        try:
            account, param = _read(request)
            told = envelope(200, "OK", answer(account, param))
        except Refusal as refused:
            told = envelope(int(refused.code), refused.message)
        except DatabaseTrouble as trouble:
            log.warning("sandbox database trouble", path=request.path, trouble=str(trouble))
            told = envelope(int(TROUBLE.code), TROUBLE.message)
        except Exception:
            log.exception("sandbox answer failed", path=request.path)
            told = envelope(int(TROUBLE.code), TROUBLE.message)
        return json_response(told)

    return view


def _read(request: HttpRequest) -> tuple[SandboxAccount, dict[str, Any]]:
    """Who asks what; refusals in the order kd100.com finds out."""
    if request.method != "POST":
        raise BAD_METHOD
    key, signature = request.headers.get("API-Key", ""), request.headers.get("signature", "")
    content_type = request.headers.get("Content-Type", "").lower()
    if not key or not signature or not content_type.startswith("application/json"):
        raise BAD_HEADER
    account = account_by_key(key, unknown=UNKNOWN_KEY, expired=NO_QUOTA)
    try:
        raw = request.body.decode("utf-8", "surrogateescape")
    except (RequestDataTooBig, UnreadablePostError) as error:
        raise BAD_JSON from error
    if not matches(sign_kd100(raw, account.key, account.secret), signature):
        raise UNSIGNED
    try:
        return account, read_param(raw)
    except BadParam as error:
        raise BAD_JSON from error


@_endpoint
def detect(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    """``POST /api/v1/carriers/detect``."""
    return services.detect_overseas(param=param)


@_endpoint
def realtime(account: SandboxAccount, param: dict[str, Any]) -> JsonValue:
    """``POST /api/v1/tracking/realtime``."""
    return services.track_overseas(param=param)


@_endpoint
def create(account: SandboxAccount, param: dict[str, Any]) -> None:
    """``POST /api/v1/tracking/create``."""
    services.subscribe_overseas(account=account, param=param)
