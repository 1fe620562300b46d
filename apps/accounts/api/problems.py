"""Errors as RFC 9457 problem documents, in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from apps.core.context import request_id
from apps.core.errors import PortalError

log = structlog.get_logger(__name__)
CONTENT_TYPE = "application/problem+json"
BASE = "/problems/"
MAX_ERRORS = 100
MAX_NAME = 100
RETRY_SECONDS = 5

TITLES: dict[int, Any] = {
    400: _("Bad request"),
    401: _("Not authenticated"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Method not allowed"),
    406: _("Not acceptable"),
    409: _("Conflict"),
    413: _("Body too large"),
    415: _("Unsupported media type"),
    422: _("Not processable"),
    429: _("Too many requests"),
    500: _("Server error"),
    503: _("Temporarily unavailable"),
}


class Problem(exceptions.APIException):
    """An error a view raises on purpose: status, stable code, sentence, extra members."""

    def __init__(self, status: int, code: str, detail: Any, **extra: Any) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.code = code
        self.extra = extra


def document(status: int, code: str, detail: Any = "", **extra: Any) -> dict[str, Any]:
    """Return the members of a problem; ``detail`` is left out where there is none."""
    body: dict[str, Any] = {
        "type": f"{BASE}{code}",
        "title": str(TITLES.get(status) or HTTPStatus(status).phrase),
        "status": status,
        "code": code,
    }
    if detail:
        body["detail"] = str(detail)
    return {**body, **extra, "request_id": request_id()}


def problem(status: int, code: str, detail: Any = "", **extra: Any) -> Response:
    """Return a problem document; ``errors`` lists one entry a field."""
    body = document(status, code, detail, **extra)
    return Response(body, status=status, content_type=CONTENT_TYPE)


def too_large() -> Problem:
    """Return the 413 problem with the limit in bytes."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    detail = _("The body is larger than %(limit)s bytes.") % {"limit": limit}
    return Problem(413, "body_too_large", detail, limit_bytes=limit)


def invalid(errors: Iterable[dict[str, str]]) -> Problem:
    """Return the 422 problem that names every field; ``more`` says that there are over 100."""
    rows = list(islice(errors, MAX_ERRORS + 1))
    extra: dict[str, Any] = {"errors": rows[:MAX_ERRORS]}
    if len(rows) > MAX_ERRORS:
        extra["more"] = True
    return Problem(422, "invalid", _("Some fields are not acceptable."), **extra)


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: every error becomes a problem document.

    What nobody expected is logged with its traceback and answered without any detail.
    """
    # Views load the classes the settings name, this module among them.
    from rest_framework.views import set_rollback

    answer = _translate(error) or _from_unexpected(error, context)
    set_rollback()
    return answer


def _translate(error: Exception) -> Response | None:
    if isinstance(error, Problem):
        return problem(error.status_code, error.code, error.detail, **error.extra)
    if isinstance(error, exceptions.ValidationError):
        return _translate(invalid(flatten(error.detail)))
    if isinstance(error, PortalError):
        return problem(409, error.code, str(error))
    return _translate_http(error)


def _translate_http(error: Exception) -> Response | None:
    if isinstance(error, Http404 | exceptions.NotFound):
        return problem(404, "not_found", _("There is nothing here."))
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden", _("This is not allowed."))
    if isinstance(error, RequestDataTooBig):
        return _translate(too_large())
    if isinstance(error, UnreadablePostError):
        return problem(400, "unreadable", _("The body ended before its announced length."))
    if isinstance(error, SuspiciousOperation):
        return problem(400, "bad_request", _("The request cannot be read."))
    return _from_api_exception(error) if isinstance(error, exceptions.APIException) else None


def _from_api_exception(error: exceptions.APIException) -> Response:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "error"
    answer = problem(error.status_code, code, error.detail)
    if getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        answer["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    return answer


def _from_unexpected(error: Exception, context: dict[str, Any]) -> Response:
    request = context.get("request")
    if isinstance(error, OperationalError | InterfaceError):
        log.warning("api.database_unavailable", error=type(error).__name__)
        answer = problem(503, "unavailable", _("The database cannot be reached; try again soon."))
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    got_request_exception.send(sender=None, request=getattr(request, "_request", None))
    log.error("api.failed", path=getattr(request, "path", ""), exc_info=error)
    return problem(500, "server_error")


def flatten(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Turn DRF's nested errors into ``{"field", "code", "message"}`` rows with dotted paths.

    Names come from the client: they are cut and made printable before they are echoed.
    """
    if isinstance(detail, dict):
        for name, value in detail.items():
            yield from flatten(value, _join(path, str(name)))
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            yield from flatten(value, _join(path, str(index)) if nested else path)
    else:
        code = getattr(detail, "code", "invalid")
        yield {"field": path, "code": str(code), "message": str(detail)}


def _join(path: str, name: str) -> str:
    if name == "non_field_errors":
        return path
    shown = printable(name)
    return f"{path}.{shown}" if path else shown


def printable(name: str) -> str:
    """Return a client's word so that it can be shown: cut, without control characters."""
    kept = "".join(char if char.isprintable() else "\ufffd" for char in name[:MAX_NAME])
    return kept.encode("utf-8", "replace").decode()
