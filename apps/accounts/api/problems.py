"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.core.errors import PortalError

log = structlog.get_logger(__name__)
CONTENT_TYPE = "application/problem+json"
BASE = "/problems/"


class Problem(exceptions.APIException):
    """An error a view raises on purpose: status, stable code, sentence, extra members."""

    def __init__(self, status: int, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.code = code
        self.extra = extra


def problem(status: int, code: str, detail: str, **extra: Any) -> Response:
    """Return a problem document; ``errors`` lists one entry a field."""
    body = {
        "type": f"{BASE}{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }
    return Response(body, status=status, content_type=CONTENT_TYPE)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every expected error becomes a problem document."""
    answer = _translate(error)
    if answer is not None:
        set_rollback()
    return answer


def _translate(error: Exception) -> Response | None:
    if isinstance(error, Problem):
        return problem(error.status_code, error.code, str(error.detail), **error.extra)
    if isinstance(error, exceptions.ValidationError):
        errors = list(flatten(error.detail))
        return problem(422, "invalid", "Some fields are not acceptable.", errors=errors)
    if isinstance(error, Http404 | exceptions.NotFound):
        return problem(404, "not_found", "There is nothing here.")
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden", "This is not allowed.")
    if isinstance(error, exceptions.APIException):
        return _from_api_exception(error)
    if isinstance(error, PortalError):
        return problem(409, error.code, str(error))
    return None


def _from_api_exception(error: exceptions.APIException) -> Response:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "error"
    answer = problem(error.status_code, code, str(error.detail))
    if getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        answer["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    return answer


def flatten(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Turn DRF's nested errors into ``{"field", "code", "message"}`` rows with dotted paths."""
    if isinstance(detail, dict):
        for name, value in detail.items():
            yield from flatten(value, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            yield from flatten(value, f"{path}.{index}" if nested and path else path)
    else:
        code = getattr(detail, "code", "invalid")
        yield {"field": path, "code": str(code), "message": str(detail)}
