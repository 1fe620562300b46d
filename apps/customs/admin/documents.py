"""Documents of a consignment: the links of its page, and the download.

Who may not see personal data gets a masked paper and no data; what is made is written down.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.accounts.reveal import may_reveal
from apps.core import clock
from apps.core.actions import Actor
from apps.customs.choices import DocumentKind
from apps.customs.document_list import documents_offered
from apps.customs.documents.built import DocumentRefused
from apps.customs.documents.forms import PRINTED
from apps.customs.finding_words import words_of
from apps.customs.findings import Finding
from apps.customs.models import Consignment
from apps.customs.selectors import consignments_visible_to
from apps.customs.services.documents import Document, make_document

VIEW = "customs.view_consignment"
DRAFT = "draft"
MOST_TOLD = 20
MOST_NAMED = 20
"""So many things missing are named beside a document; ``count`` is how many there are."""


def document_links(request: HttpRequest, consignment: Consignment) -> list[dict[str, Any]]:
    """Return what the page of a consignment offers: kind, addresses, what is missing.

    ``url`` is "" where it cannot be handed out to this viewer, ``draft_url`` where it has none.
    """
    clear = may_reveal(request.user, merchant_id=consignment.merchant_id)
    links = []
    for one in documents_offered(consignment, on=clock.now().date()):
        url = reverse("customs-document", args=[consignment.pk, one.kind.value])
        allowed = clear or one.has_draft
        links.append(
            {
                "kind": one.kind,
                "url": url if one.is_ready and allowed else "",
                "draft_url": f"{url}?{DRAFT}=1" if one.has_draft and not one.is_ready else "",
                "missing": [words_of(finding) for finding in one.findings[:MOST_NAMED]],
                "count": len(one.findings),
                "masked": not clear,
            }
        )
    return links


@require_GET
def download(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Hand out one document, or say on a page (422) what it lacks."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    wanted = DocumentKind.parse(kind)
    consignment = consignments_visible_to(request.user).filter(pk=pk).first()
    if wanted is None or consignment is None:
        raise Http404(_("There is no such record."))
    masked = not may_reveal(request.user, merchant_id=consignment.merchant_id)
    if masked and wanted not in PRINTED:
        raise PermissionDenied
    try:
        made = make_document(
            consignment=consignment,
            kind=wanted,
            actor=Actor.user(request.user),
            draft=request.GET.get(DRAFT) == "1",
            masked=masked,
        )
    except DocumentRefused as error:
        return _refused(request, consignment, wanted, error.findings)
    return as_file(made)


def as_file(made: Document) -> HttpResponse:
    """Return a document as a download that no browser runs or keeps."""
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _refused(
    request: HttpRequest,
    consignment: Consignment,
    kind: DocumentKind,
    findings: tuple[Finding, ...],
) -> HttpResponse:
    from django.contrib import admin

    context = {
        **admin.site.each_context(request),
        "title": _("This document cannot be made yet"),
        "subtitle": f"{kind.label} · {consignment.reference}",
        "consignment": consignment,
        "findings": [words_of(one) for one in findings[:MOST_TOLD]],
        "more": max(len(findings) - MOST_TOLD, 0),
        "draft_url": f"{request.path}?{DRAFT}=1" if kind in PRINTED else "",
        "back": reverse("admin:customs_consignment_change", args=[consignment.pk]),
    }
    return TemplateResponse(request, "customs/document_refused.html", context, status=422)
