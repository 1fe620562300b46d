"""The gateway's door: every call passes it, is counted, and meets the faults of calls.

It stands before the routes and reads nothing but path, body and answer, so that a product
knows nothing of faults.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase

from apps.sandbox import world
from apps.sandbox.choices import FaultName
from apps.sandbox.envelopes import dump
from apps.sandbox.faults import calls, formats
from apps.sandbox.gateway.endpoint import CONTENT_TYPE, json_response
from apps.sandbox.services.call_book import BOOK
from apps.sandbox.services.faults import recent_fault_rates
from apps.sandbox.wire import merge_fields

log = structlog.get_logger(__name__)

Route = Callable[[HttpRequest], HttpResponseBase]
OURS = (
    "healthz",
    "control",
    "label/s/",
    "label/r/",
    "hooks/",
    "cgi-bin/",
    "tools/map/",
    "favicon.ico",
)
HOLD_SECONDS = 15.0
MOST_HELD = 8
MOST_REMEMBERED = 20_000
FAILED = (b'"result":false', b'"success":false')

_held = threading.BoundedSemaphore(MOST_HELD)
_sleep = time.sleep


class NoAnswer(HttpResponse):
    """The connection ends without a byte."""


class _Repetitions:
    """How often each call came: its repetition meets a fate of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, int] = OrderedDict()

    def count(self, digest: str) -> int:
        with self._lock:
            times = self._seen.pop(digest, 0) + 1
            self._seen[digest] = times
            if len(self._seen) > MOST_REMEMBERED:
                self._seen.popitem(last=False)
            return times


repetitions = _Repetitions()


def answer(request: HttpRequest, route: Route) -> HttpResponseBase:
    """Answer one call of the gateway, or do with it what its fate is."""
    path = request.path.lstrip("/")
    if path.startswith(OURS) or not path:
        return route(request)
    started = time.monotonic()
    rates = _rates()
    name = _name_of(request, path) if rates else ""
    fate = calls.decide_call(seed=world.seed(), name=name, rates=rates)
    response = _spoiled(request, route, path, fate)
    if rates and fate.spoiled is None and formats.is_any_on(rates):
        response = _reshaped(response, name, rates)
    if fate.delay_s:
        _hold(fate.delay_s)
    took_ms = (time.monotonic() - started) * 1000
    _note(request, path, response, took_ms, faulty=fate.hits)
    return response


def _rates() -> Mapping[str, float]:
    try:
        return recent_fault_rates()
    except DatabaseTrouble:
        return {}


def _name_of(request: HttpRequest, path: str) -> str:
    """The same call made again is another call: ``t`` and the signature do not count."""
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError):
        return path
    query = request.META.get("QUERY_STRING", "")
    fields = merge_fields(query, body, request.META.get("CONTENT_TYPE", ""))
    said = "\x1f".join(f"{k}={v}" for k, v in sorted(fields.items()) if k not in {"t", "sign"})
    raw = (said or body.decode("utf-8", "replace")).encode("utf-8", "replace")
    digest = f"{path}:{hashlib.blake2b(raw, digest_size=12).hexdigest()}"
    return f"{digest}:{repetitions.count(digest)}"


def _spoiled(
    request: HttpRequest, route: Route, path: str, fate: calls.CallFate
) -> HttpResponseBase:
    if fate.spoiled is None:
        return route(request)
    if fate.spoiled is FaultName.CALL_TIMEOUT:
        if fate.reaches:
            route(request)
        _hold(HOLD_SECONDS)
        return NoAnswer()
    if fate.spoiled is FaultName.CALL_HTML:
        return HttpResponse(calls.HTML_PAGE, content_type="text/html", status=fate.status)
    return json_response(calls.refusal_for(path, fate))


def _hold(seconds: float) -> None:
    """Keep a caller waiting; only so many at once, so that the others are still served."""
    if _held.acquire(blocking=False):
        try:
            _sleep(seconds)
        finally:
            _held.release()


def _reshaped(
    response: HttpResponseBase, name: str, rates: Mapping[str, float]
) -> HttpResponseBase:
    if not isinstance(response, HttpResponse):
        return response
    try:
        value = json.loads(response.content)
    except ValueError:
        return response
    changed = formats.change_format(value, seed=world.seed(), name=name, rates=rates)
    if changed == value:
        return response
    body = dump(changed).encode("utf-8", "replace")
    headers = {"Content-Length": str(len(body))}
    return HttpResponse(body, content_type=CONTENT_TYPE, headers=headers)


def _note(
    request: HttpRequest, path: str, response: HttpResponseBase, took_ms: float, *, faulty: bool
) -> None:
    head = response.content[:400] if isinstance(response, HttpResponse) else b""
    failed = (
        isinstance(response, NoAnswer)
        or response.status_code >= 400
        or any(sign in head for sign in FAILED)
        or head.startswith(b"<html")
    )
    known = request.resolver_match is not None or faulty
    BOOK.note(
        product=path.rstrip("/") if known else "—", took_ms=took_ms, failed=failed, faulty=faulty
    )
