"""Why was this order allowed on that day: its checks in time, versions, findings, overrides."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin
from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.customs.admin.compliance_history import (
    answer_of,
    check_told,
    find_consignments,
    history_of,
    seen_rows,
)
from apps.customs.models import ComplianceCheck, Consignment
from apps.customs.services.compliance_overriding import acting_role, override_finding

LET_GO = "customs.override_finding"
MOST_ASKED = 64
REASON = 300


@admin.register(ComplianceCheck)
class ComplianceCheckAdmin(RecordAdmin):
    """One page that answers the auditor: asked by order number or shipment, and a day."""

    merchant_path = None

    def get_urls(self) -> list[URLPattern]:
        """Add the way to let a finding go."""
        view = self.admin_site.admin_view(self.let_go_view)
        own = path("<int:object_id>/let-go/", view, name=self.url_name("let_go"))
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the history of the consignment asked for, and what counted on the day asked for."""
        self._check_may_view(request)
        asked = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_ASKED]
        return self.timed(
            lambda: TemplateResponse(
                request, "customs/compliance_audit.html", self._context(request, asked)
            ),
            request,
        )

    def _context(self, request: HttpRequest, asked: str) -> dict[str, Any]:
        found = find_consignments(asked) if asked else []
        chosen = found[0] if len(found) == 1 else None
        day = _day(request.GET.get("on", ""))
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Why was it allowed"),
            "q": asked,
            "on": day,
            "consignment": chosen,
            "several": found if len(found) > 1 else [],
            "missing": bool(asked) and not found,
        }
        if chosen is not None:
            history = history_of(chosen)
            context |= {
                "history": history,
                "answer": answer_of(chosen, history, day),
                "may_let_go": request.user.has_perm(LET_GO) and bool(acting_role(request.user)),
                "declaration": reverse("admin:customs_consignment_change", args=[chosen.pk]),
            }
        return context

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one check: what it saw, by which versions, what it found."""
        if self._is_closed_to(request):
            raise Http404
        row: ComplianceCheck = self.get_visible_or_404(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Compliance check"),
            "subtitle": row.consignment.reference,
            "check": check_told(row, list(row.findings.order_by("id"))),
            "seen": seen_rows(row),
            "history_url": audit_address(row.consignment),
        }
        return TemplateResponse(request, "customs/compliance_check.html", context)

    def let_go_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """POST: let a consignment go in spite of a rule of its latest check, with a reason."""
        self._check_may_view(request)
        row: ComplianceCheck = self.get_visible_or_404(request, str(object_id))
        if request.method != "POST":
            raise Http404
        if not request.user.has_perm(LET_GO):
            raise PermissionDenied
        try:
            override_finding(
                consignment=row.consignment,
                rule_key=request.POST.get("rule", "")[:60],
                reason=request.POST.get("reason", "").replace("\x00", "")[:REASON],
                actor=Actor.user(request.user),
                role=acting_role(request.user),
                expected_check=row.pk,
            )
        except PortalError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _now("Let go; somebody else will review it."))
        return HttpResponseRedirect(audit_address(row.consignment))


def audit_address(consignment: Consignment) -> str:
    """Return the address of a consignment's history."""
    query = urlencode({"q": consignment.uid})
    return f"{reverse('admin:customs_compliancecheck_changelist')}?{query}"


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
