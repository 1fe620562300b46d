"""Giving out the files of cases: as downloads with neutral names, never shown by the browser."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from apps.accounts.models import User
from apps.exceptions.case_selectors import cases_seen_by
from apps.exceptions.file_kinds import KINDS
from apps.exceptions.models import CaseFile

PERMISSION = "exceptions.view_casefile"


def case_file_for(*, user: User, file_id: int) -> CaseFile | None:
    """Return a file with its content, None for whoever may not have it."""
    if not user.is_authenticated or not user.has_perm(PERMISSION):
        return None
    rows = CaseFile.objects.filter(pk=file_id, case__in=cases_seen_by(user))
    return rows.select_related("case").first()


def download_case_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Answer with one file; 404 for whoever may not have it. A page's address leads here."""
    held = case_file_for(user=request.user, file_id=file_id)  # type: ignore[arg-type]
    if held is None:
        raise Http404
    ending = next(kind.endings[0] for kind in KINDS if kind.content_type == held.content_type)
    return HttpResponse(
        bytes(held.content),
        content_type=held.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{held.case.uid}-{held.pk}.{ending}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
            "Content-Length": str(held.size),
        },
    )
