"""Answers below ``/api/`` where no API view was reached: problems there, pages elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from apps.accounts.api.problems import CONTENT_TYPE, document

PREFIX = "/api/"


def problem_page(
    request: HttpRequest, status: int, code: str, detail: Any = "", **extra: Any
) -> HttpResponse:
    """Return a problem document from outside the REST framework."""
    body = json.dumps(document(status, code, detail, **extra), ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE)


def safe_only(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer anything but GET and HEAD with a 405 problem."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return view(request)
        detail = _("Only GET and HEAD are possible here.")
        answer = problem_page(request, 405, "method_not_allowed", detail)
        answer["Allow"] = "GET, HEAD"
        return answer

    return csrf_exempt(guarded)


@csrf_exempt
def unknown_path(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer every method on a path that is none of the API's."""
    return problem_page(request, 404, "unknown_path", _("The API has no such path."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404``."""
    return _choose(
        request,
        lambda: problem_page(request, 404, "not_found", _("There is nothing here.")),
        lambda: defaults.page_not_found(request, exception),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``."""
    return _choose(
        request,
        lambda: problem_page(request, 400, "bad_request", _("The request cannot be read.")),
        lambda: defaults.bad_request(request, exception),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler403``."""
    return _choose(
        request,
        lambda: problem_page(request, 403, "forbidden", _("This is not allowed.")),
        lambda: defaults.permission_denied(request, exception),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: says nothing but that it was us."""
    return _choose(
        request,
        lambda: problem_page(request, 500, "server_error"),
        lambda: defaults.server_error(request),
    )


def _choose(
    request: HttpRequest,
    in_api: Callable[[], HttpResponse],
    elsewhere: Callable[[], HttpResponse],
) -> HttpResponse:
    return in_api() if request.path.startswith(PREFIX) else elsewhere()
