"""What every endpoint shares: reading the request, answering JSON, never a traceback."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from apps.sandbox.envelopes import (
    JsonValue,
    Refusal,
    dump,
    refusal,
    refusal_b,
    success_b,
)
from apps.sandbox.wire import merge_fields

log = structlog.get_logger(__name__)

Fields = dict[str, str]
Answerer = Callable[[Fields], Any]
View = Callable[[HttpRequest], HttpResponse]
SERVER_TROUBLE = Refusal("500", "服务器错误")
NEWER_TROUBLE = Refusal("500", "提交失败")
CONTENT_TYPE = "application/json;charset=UTF-8"


def json_response(value: JsonValue) -> HttpResponse:
    """Status 200 also for refusals: clients read the envelope (contract §0)."""
    body = dump(value).encode("utf-8", "replace")
    headers = {"Content-Length": str(len(body))}
    return HttpResponse(body, content_type=CONTENT_TYPE, headers=headers)


def endpoint(
    *,
    malformed: Refusal,
    reads_get: bool = False,
    newer: bool = False,
    trouble: Refusal = SERVER_TROUBLE,
) -> Callable[[Answerer], View]:
    """Turn a function of the merged fields into a view in the platform's envelope.

    ``malformed`` answers what cannot be read at all: too large, not a form, a wrong verb, a GET
    without fields (unless ``reads_get``). What nobody foresaw is logged and answered as the
    product's own ``trouble``: the world lives on. A ``newer`` product answers in flavour B, and
    its function returns the data alone.
    """
    trouble = NEWER_TROUBLE if newer else trouble

    def wrap(answer: Answerer) -> View:
        @wraps(answer)
        def view(request: HttpRequest) -> HttpResponse:
            started = time.monotonic()

            def refuse(refused: Refusal) -> HttpResponse:
                if newer:
                    spent = _since(started)
                    return json_response(refusal_b(refused.code, refused.message, spent_ms=spent))
                return json_response(refusal(refused.code, refused.message))

            try:
                if not _is_read(request, reads_get):
                    raise malformed
                told = answer(_fields(request, malformed))
            except Refusal as refused:
                return refuse(refused)
            except DatabaseTrouble as error:
                log.warning("sandbox database trouble", path=request.path, trouble=str(error))
                return refuse(trouble)
            except Exception:
                log.exception("sandbox answer failed", path=request.path)
                return refuse(trouble)
            return json_response(success_b(told, spent_ms=_since(started)) if newer else told)

        return view

    return wrap


def _is_read(request: HttpRequest, reads_get: bool) -> bool:
    """The documents say POST or GET; what comes by GET has its fields in the URL."""
    if request.method == "GET":
        return reads_get or bool(request.META.get("QUERY_STRING"))
    return request.method == "POST"


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)


def _fields(request: HttpRequest, malformed: Refusal) -> Fields:
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError) as error:
        raise malformed from error
    query = request.META.get("QUERY_STRING", "")
    return merge_fields(query, body, request.META.get("CONTENT_TYPE", ""))
