"""Middleware that measures what people and programs ask: requests of the API, admin pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from apps.core.metrics import observe_one
from apps.core.metrics.blame import blame_of_status
from apps.core.metrics.names import SEPARATOR, Metric, label_of

API = "/api/v1/"
ADMIN = "/admin/"
NOWHERE = "nowhere"
"""The name of what no address leads to."""
QUERY_SECONDS = 0.001
"""As what one statement is kept on the scale of seconds."""


class Measured:
    """Counts how long an answer took, by endpoint and merchant or by page, and whose fault it was.

    A body that is streamed is counted up to its first byte. What asks neither the API nor the
    admin is not counted here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(API):
            return self._request(request)
        if path.startswith(ADMIN):
            return self._page(request)
        return self.get_response(request)

    def _request(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        # an API key's merchant is a column of the key; a person's is one of the person
        merchant = getattr(getattr(request, "auth", None), "merchant_id", None) or "-"
        blame = blame_of_status(response.status_code)
        label = f"{_name(request)}{SEPARATOR}{merchant}{SEPARATOR}{blame}"
        observe_one(Metric.REQUEST_ANSWERED, label, seconds)
        return response

    def _page(self, request: HttpRequest) -> HttpResponse:
        asked = _Statements()
        began = time.perf_counter()
        with connection.execute_wrapper(asked):
            response = self.get_response(request)
        seconds = time.perf_counter() - began
        page = _name(request).removeprefix("admin:")
        blame = blame_of_status(response.status_code)
        observe_one(Metric.PAGE_ANSWERED, label_of(page, blame), seconds)
        observe_one(Metric.PAGE_QUERIES, label_of(page), asked.count * QUERY_SECONDS)
        return response


class _Statements:
    """Counts the statements of this thread's connection."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.count += 1
        return execute(*args)


def _name(request: HttpRequest) -> str:
    """Return the name of the route that was taken: never what somebody sent."""
    match = request.resolver_match
    return match.view_name or NOWHERE if match else NOWHERE
