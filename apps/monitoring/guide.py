"""The runbook for whoever holds a message's link: no log-in, no session, no database.

What to do when PostgreSQL is gone must open while it is gone, and on a phone that nobody has
logged in with. The link is signed and opens its one page for seven days; the pages hold no data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils import translation

from apps.monitoring.runbook import page_of

PREFIX = "/runbook/"
SALT = "monitoring.runbook"
LIFE = dt.timedelta(days=7)
LONGEST = 160


def guide_path(slug: str) -> str:
    """Return the path of a page of the runbook, signed for seven days."""
    return f"{PREFIX}{_signer().sign(slug)}/"


def guide(request: HttpRequest) -> HttpResponse:
    """Show the page a link names: 404 for one that is none of ours, 410 for one too old."""
    token = request.path_info.removeprefix(PREFIX).rstrip("/")
    with translation.override(translation.get_language_from_request(request)):
        try:
            slug = _signer().unsign(token[:LONGEST], max_age=LIFE)
        except SignatureExpired:
            return _page(410)
        except BadSignature:
            return _page(404)
        found = page_of(slug)
        return _page(200, title=found[0], body=found[1]) if found else _page(404)


class GuideIngress:
    """Answers these links before anything asks who looks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return guide(request)


def _page(status: int, **more: object) -> HttpResponse:
    context = {"status": status, "language": translation.get_language(), **more}
    text = render_to_string("monitoring/guide.html", context)
    response = HttpResponse(text, status=status)
    response["Cache-Control"] = "private, max-age=600" if status == 200 else "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=SALT, sep=".")
