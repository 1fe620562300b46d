"""What every request gets: an id that logs and answers share, and the limits of a page."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core.context import carrying, choose_request_id
from apps.core.telemetry.spans import span

log = structlog.get_logger(__name__)


class RequestContext:
    """Binds the request id for the time of the request and returns it as a header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = choose_request_id(request.headers.get("X-Request-ID"))
        began = time.perf_counter()
        with carrying(number), span("request", method=request.method or "") as measured:
            response = self.get_response(request)
            match = request.resolver_match
            measured.note("route", match.route if match else "")
            measured.note("status", response.status_code)
            if settings.LOG_REQUESTS:
                log.info(
                    "request.answered",
                    method=request.method,
                    route=match.route if match else "",
                    status=response.status_code,
                    ms=round((time.perf_counter() - began) * 1000),
                )
        response.headers["X-Request-ID"] = number
        return response


class ContentPolicy:
    """Tells the browser that a page loads from and speaks to us alone.

    The admin's theme evaluates expressions in attributes, so scripts of the page itself stay
    allowed; what somebody slips into one can still fetch nothing and send nothing elsewhere, frame
    nothing and be framed by nobody. ``CSP_IMG_SOURCES`` names the hosts of map tiles.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        images = " ".join(["'self'", "data:", *settings.CSP_IMG_SOURCES])
        self.policy = "; ".join(
            [
                "default-src 'self'",
                "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
                "style-src 'self' 'unsafe-inline'",
                f"img-src {images}",
                "font-src 'self' data:",
                "object-src 'none'",
                "base-uri 'none'",
                "form-action 'self'",
                "frame-ancestors 'none'",
            ]
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
