"""Imports of products: upload, preview, progress, what went wrong, taking back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import badge_column
from apps.accounts.models import Merchant
from apps.accounts.scoping import merchant_of
from apps.core.errors import PortalError
from apps.customs import services
from apps.customs.admin.imports_page import page_context, wrong_rows
from apps.customs.admin.products import XLSX
from apps.customs.choices import ImportState
from apps.customs.import_columns import CODES, COLUMNS, heading_of
from apps.customs.import_reading import MOST_BYTES, MOST_ROWS
from apps.customs.models import ProductImport
from apps.customs.product_export import write_table

ADD, CHANGE = "customs.add_productimport", "customs.change_productimport"
AT_ONCE_SECONDS = 1.5
"""A small file is read while the person waits; the worker takes up the rest."""


class UploadForm(forms.Form):
    """A file, and whose products it holds."""

    merchant = forms.ModelChoiceField(Merchant.objects.none(), label=_("merchant"))
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        help_text=_("CSV or XLSX, at most 20 MB and 50,000 products."),
        max_length=255,
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Merchant.objects.filter(is_active=True).order_by("name")
        own = merchant_of(request.user)
        if own is not None:
            del self.fields["merchant"]
        else:
            self.fields["merchant"].queryset = rows  # type: ignore[attr-defined]
        self.own = own

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_now("A file may have at most 20 MB."))
        return file

    def merchant_id(self) -> int:
        """Return whose products these are; call after :meth:`is_valid`."""
        return int(self.own if self.own is not None else self.cleaned_data["merchant"].pk)


class ConfirmForm(forms.Form):
    """Lets the good rows be stored."""

    takes_codes = forms.BooleanField(
        label=_("I have checked the HS codes of this file: they count as confirmed by me"),
        required=False,
        help_text=_("Without it the codes are left out; products are stored all the same."),
    )


def _confirm(request: HttpRequest, row: ProductImport, values: Values) -> Any:
    services.confirm_import(
        job=row,
        takes_codes=values.get("takes_codes", False),
        user=request.user,  # type: ignore[arg-type]
    )
    services.work_on_imports(job_id=row.pk, seconds=AT_ONCE_SECONDS)
    return _("The good rows are being stored.")


def _discard(request: HttpRequest, row: ProductImport, _values: Values) -> Any:
    services.discard_import(job=row, user=request.user)  # type: ignore[arg-type]
    return _("Dropped; nothing was stored.")


def _undo(request: HttpRequest, row: ProductImport, _values: Values) -> Any:
    services.undo_import(job=row, user=request.user)  # type: ignore[arg-type]
    services.work_on_imports(job_id=row.pk, seconds=AT_ONCE_SECONDS)
    return _("The import is being taken back.")


def _waits(row: ProductImport) -> bool:
    return row.state == ImportState.PREVIEW.value


def _stores_something(row: ProductImport) -> bool:
    return _waits(row) and bool(row.new_rows + row.changed_rows)


def _may_be_undone(row: ProductImport) -> bool:
    ended = row.state in {ImportState.DONE.value, ImportState.FAILED.value}
    return ended and bool(row.done_rows)


@admin.register(ProductImport)
class ProductImportAdmin(RecordAdmin):
    """Files of products, the newest first."""

    list_display = (
        "file_link", "merchant_name", "state_badge", "rows", "created_products",
        "changed_products", "bad_rows", "who", "uploaded_when",
    )  # fmt: skip
    list_display_links = ("file_link",)
    list_filter = (
        ("state", ChoicesDropdownFilter),
        MerchantFilter,
        ("uploaded_at", LocalTimeRange),
    )
    list_select_related = ("merchant", "uploaded_by")
    list_before_template = "customs/import_list_head.html"
    search_exact = ("uid", "file_name")
    search_help_text = _("Name of the file, whole")
    change_form_template = "customs/import_page.html"
    fields = ("file_name",)
    state_badge = badge_column("state", ImportState, _("state"))
    uploaded_when = time_column("uploaded_at", _("uploaded"))
    tasks = (
        Task(
            name="confirm", label=_("Store the good rows"),
            explain=_(
                "Products are made and changed as the preview says; wrong rows stay out. The "
                "import can be taken back as a whole."
            ),
            permission=CHANGE, run=_confirm, form=ConfirmForm, icon="done_all",
            applies=_stores_something,
            omit=lambda row: () if CODES in row.columns else ("takes_codes",),
        ),
        Task(
            name="discard", label=_("Drop it"),
            explain=_("The preview is closed and nothing is stored."),
            permission=CHANGE, run=_discard, icon="close", applies=_waits,
        ),
        Task(
            name="undo", label=_("Take the import back"),
            explain=_(
                "Products it made go away, products it changed are as they were before. What "
                "somebody changed since stays as it is."
            ),
            permission=CHANGE, run=_undo, icon="undo", danger=True, applies=_may_be_undone,
        ),
    )  # fmt: skip

    class Media:
        css = {"all": ("portal/shipment.css", "portal/products.css")}

    @display(description=_("file"))
    def file_link(self, row: ProductImport) -> str:
        """The name of the file."""
        return row.file_name

    @display(description=_("merchant"))
    def merchant_name(self, row: ProductImport) -> str:
        """Whose products these are."""
        return str(row.merchant.name)

    @display(description=_("uploaded by"))
    def who(self, row: ProductImport) -> str:
        """Who uploaded it."""
        return row.uploaded_by.get_username() if row.uploaded_by else "—"

    def get_list_display(self, request: HttpRequest) -> Any:
        """A merchant's own user knows whose products these are."""
        own = merchant_of(request.user) is not None
        shown = super().get_list_display(request)
        return [name for name in shown if not (own and name == "merchant_name")]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """A merchant's own user needs no choice of merchants."""
        own = merchant_of(request.user) is not None
        return [
            one for one in super().get_list_filter(request) if not (own and one is MerchantFilter)
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, and where a file is taken in."""
        extra = {"may_import": request.user.has_perm(ADD)}
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def get_urls(self) -> list[URLPattern]:
        """Add where a file is taken in and where its errors are had."""
        wrap, name = self.admin_site.admin_view, self.url_name
        return [
            path("upload/", wrap(self.upload_view), name=name("upload")),
            path("<path:object_id>/errors/", wrap(self.errors_view), name=name("errors")),
            *super().get_urls(),
        ]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Take in a file; its preview follows."""
        self._check_may_view(request)
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        posted = request.method == "POST"
        form = UploadForm(
            request.POST if posted else None, request.FILES if posted else None, request=request
        )
        if posted and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                job = services.start_import(
                    merchant_id=form.merchant_id(),
                    name=file.name or "",
                    content=file.read(),
                    user=request.user,  # type: ignore[arg-type]
                )
            except PortalError as error:
                form.add_error("file", str(error))
            else:
                services.work_on_imports(job_id=job.pk, seconds=AT_ONCE_SECONDS)
                page = reverse("admin:customs_productimport_change", args=[job.pk])
                return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import products"),
            "form": form,
            "columns": [heading_of(name) for name in COLUMNS],
            "most_rows": MOST_ROWS,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "customs/import_upload.html", context, status=status)

    def errors_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Send the wrong rows as a table: as they came, each with what is wrong."""
        job = self.get_visible_or_404(request, object_id)
        file = write_table(*wrong_rows(job))
        name = f"errors-{job.uid}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show how far the import is and what its rows do."""
        job: ProductImport = kwargs.get("obj") or context["original"]
        context |= page_context(request, job)
        context["title"] = job.file_name
        return super().render_change_form(request, context, *args, **kwargs)
