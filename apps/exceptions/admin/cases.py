"""Cases: a worklist instead of a table, and the page of one case."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from apps.accounts.admin_records import RecordAdmin
from apps.exceptions.admin import case_files
from apps.exceptions.admin.case_doings import choices_for
from apps.exceptions.admin.case_page import page_of
from apps.exceptions.admin.case_rows import rule_name
from apps.exceptions.admin.worklist import WORK, Worklist
from apps.exceptions.admin.worklist_words import script_words
from apps.exceptions.case_selectors import SHOWN
from apps.exceptions.models import Case


@admin.register(Case)
class CaseAdmin(RecordAdmin):
    """What needs somebody; the operator's staff only, so merchants' users find nothing here."""

    merchant_path = None
    list_select_related = SHOWN

    def get_urls(self) -> list[URLPattern]:
        """Add what the scripts ask for, and the files."""
        view = self.admin_site.admin_view
        return [
            path("do/<slug:name>/", view(self.do_view), name=self.url_name("do")),
            path("<path:object_id>/file/", view(self.file_view), name=self.url_name("file")),
            path(
                "<path:object_id>/file/<int:file_id>/",
                view(self.download_view),
                name=self.url_name("download"),
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Every case, for the operator's staff."""
        return super().get_queryset(request).select_related(*SHOWN)

    def merchant_id_of(self, row: Any) -> int | None:
        """Return whose parcel the case is about: what is revealed is theirs."""
        return row.merchant_id if isinstance(row, Case) else None

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """The worklist brings filters of its own."""
        return ()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the worklist."""
        self._check_may_view(request)
        return self.timed(Worklist(self, request).page, request)

    def do_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """POST: what the scripts ask for."""
        self._check_may_view(request)
        return Worklist(self, request).answer(name)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one case."""
        self._check_may_view(request)
        case: Case = self.get_visible_or_404(request, object_id or "")
        may_work = request.user.has_perm(WORK)
        context = {
            **self.admin_site.each_context(request),
            **self.reveal_context(request, case),
            **page_of(request, case, may_work=may_work, revealed=self.is_revealed(request, case)),
            "title": f"{rule_name(case)} · {case.shipment.number or case.shipment.uid}",
            "file_types": case_files.ACCEPTED,
            "file_url": reverse(f"admin:{self.url_name('file')}", args=[case.pk]),
        }
        context["setup"] = {
            "root": reverse("admin:exceptions_case_do", args=["x"]).removesuffix("x/"),
            "page": reverse("admin:exceptions_case_changelist"),
            "words": script_words(),
            "row": context["row"],
            "steps": context["own_steps"],
            "mayWork": may_work,
            **choices_for(request.user, Worklist(self, request).groups),  # type: ignore[arg-type]
        }
        return TemplateResponse(request, "exceptions/case_page.html", context)

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: attach a file."""
        case = self.get_visible_or_404(request, object_id)
        if not request.user.has_perm(WORK):
            raise PermissionDenied
        return case_files.upload(request, case)

    def download_view(self, request: HttpRequest, object_id: str, file_id: int) -> HttpResponse:
        """Send a file as a download."""
        return case_files.download(self.get_visible_or_404(request, object_id), file_id)
