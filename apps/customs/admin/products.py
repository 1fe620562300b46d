"""Products: the list of what is left to do, the form of one, codes and papers, the export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.accounts.admin_records import time_column
from apps.accounts.faces import badge_column, enum_badge
from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.core.actions import Actor
from apps.core.paging import capped_count
from apps.customs import services
from apps.customs.admin.products_form import CodeForm, PaperForm, ProductForm, initial_of
from apps.customs.admin.products_lists import (
    BatteryFilter,
    CodeFilter,
    PaperFilter,
    SoldFilter,
    code_badges,
    paper_badge,
    product_link,
)
from apps.customs.admin.products_page import (
    HEAD_CAP,
    capped_counts,
    page_context,
    save,
    search,
)
from apps.customs.choices import BatteryKind, GoodsClass
from apps.customs.models import Product
from apps.customs.product_errors import InvalidProduct
from apps.customs.product_export import CHUNK, columns_of, csv_lines, write_workbook
from apps.customs.product_selectors import expiring_before, with_parts, without_code

CHANGE, CONFIRM = "customs.change_product", "customs.add_hsconfirmation"
MOST_IN_WORKBOOK = 20_000
"""A workbook is written while the person waits; a CSV of any length is streamed."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@admin.register(Product)
class ProductAdmin(ScopedModelAdmin):
    """What each merchant sells, as customs wants to know it."""

    can_add = True
    search_exact = ("sku", "barcode")
    search_prefix = ("sku", "name_cn", "name_en")
    search_help_text = _("SKU or barcode, several at once; or how a name begins")
    list_display = (
        "name_shown", "merchant_name", "codes", "class_badge", "battery_shown", "papers",
        "net_grams", "changed_when",
    )  # fmt: skip
    list_display_links = None
    list_filter = (
        CodeFilter,
        PaperFilter,
        BatteryFilter,
        ("goods_class", MultipleChoicesDropdownFilter),
        MerchantFilter,
        SoldFilter,
        ("changed_at", LocalTimeRange),
    )
    list_select_related = ("merchant",)
    list_before_template = "customs/product_list_head.html"
    class_badge = badge_column("goods_class", GoodsClass, _("goods class"))
    changed_when = time_column("changed_at", _("changed"))

    class Media:
        css = {"all": ("portal/shipment.css", "portal/products.css")}

    # The list

    @display(description=_("product"))
    def name_shown(self, row: Product) -> SafeString:
        """SKU and names."""
        return product_link(row, reverse("admin:customs_product_change", args=[row.pk]))

    @display(description=_("merchant"))
    def merchant_name(self, row: Product) -> str:
        """Whose it is."""
        return str(row.merchant.name)

    @display(description=_("HS code"))
    def codes(self, row: Product) -> SafeString:
        """The codes somebody confirmed."""
        return code_badges(row)

    @display(description=_("battery"))
    def battery_shown(self, row: Product) -> SafeString:
        """Which battery, by its UN number."""
        return enum_badge(row.battery, BatteryKind) if row.battery else SafeString("—")

    @display(description=_("certificates"))
    def papers(self, row: Product) -> SafeString:
        """The certificate that ends first."""
        return paper_badge(row)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Products the viewer may see, with their codes and papers."""
        return with_parts(super().get_queryset(request))

    def get_list_display(self, request: HttpRequest) -> Any:
        """A merchant's own user knows whose products these are."""
        shown = super().get_list_display(request)
        own = merchant_of(request.user) is not None
        return [name for name in shown if not (own and name == "merchant_name")]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """A merchant's own user needs no choice of merchants."""
        own = merchant_of(request.user) is not None
        return [
            one for one in super().get_list_filter(request) if not (own and one is MerchantFilter)
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find SKUs and barcodes, or names by how they begin."""
        return search(queryset, search_term), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under what is left to do."""
        self._check_may_view(request)
        rows = super().get_queryset(request)
        heads = (
            ("code=none", _("No confirmed HS code"), without_code(rows), "warning"),
            ("paper=soon", _("Certificate ends within 30 days"), expiring_before(rows), "danger"),
            ("battery=any", _("With a battery"), rows.exclude(battery=""), "info"),
        )
        counts = capped_counts([found for _query, _label, found, _colour in heads])
        asked = request.META.get("QUERY_STRING", "").split("&")
        shown = [
            {"query": query, "label": label, "count": count, "colour": colour, "on": query in asked}
            for (query, label, _found, colour), count in zip(heads, counts, strict=True)
        ]
        extra = {
            "product_heads": shown,
            "head_cap": HEAD_CAP,
            "may_add": self.has_add_permission(request),
            "may_import": request.user.has_perm("customs.add_productimport"),
            "list_query": request.META.get("QUERY_STRING", ""),
        }
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    # One product

    def get_urls(self) -> list[URLPattern]:
        """Add the export and what is done to codes and papers."""
        wrap, name = self.admin_site.admin_view, self.url_name
        below: dict[str, Callable[..., HttpResponseBase]] = {
            "confirm": self.confirm_view,
            "withdraw": self.withdraw_view,
            "paper": self.paper_view,
            "paper_gone": self.paper_gone_view,
        }
        return [
            path("export/<str:kind>/", wrap(self.export_view), name=name("export")),
            *(
                path(f"<path:object_id>/do/{doing}/", wrap(view), name=name(doing))
                for doing, view in below.items()
            ),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a product or an empty form; POST saves it."""
        row: Product | None = None
        if object_id is not None:
            row = self.get_visible_or_404(request, object_id)
        elif self._is_closed_to(request) or not self.has_add_permission(request):
            raise PermissionDenied
        may_change = request.user.has_perm(CHANGE)
        form = self._form(request, row, may_change)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            saved = save(request, form, row)
            if saved is not None:
                messages.success(request, _now("“%(sku)s” is saved.") % {"sku": saved.sku})
                return HttpResponseRedirect(self._address(saved))
        return self._shown(request, row, form)

    def confirm_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: an HS code that this person confirms."""
        row = self._asked(request, object_id, CONFIRM)
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                services.confirm_hs(
                    product=row,
                    code=form.cleaned_data["hs_code"],
                    country=form.cleaned_data["hs_country"],
                    evidence=form.cleaned_data["evidence"],
                    actor=Actor.user(request.user),
                )
            except InvalidProduct as error:
                _take(form, error)
            else:
                messages.success(request, _now("The HS code is confirmed by you."))
                return HttpResponseRedirect(self._address(row, "codes"))
        return self._shown(request, row, self._form(None, row, True), code_form=form)

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: a confirmation counts no longer."""
        row = self._asked(request, object_id, CONFIRM)
        found = row.confirmations.filter(pk=_number(request.POST.get("code"))).first()
        if found is None:
            raise Http404
        services.withdraw_hs(confirmation=found, actor=Actor.user(request.user))
        messages.success(request, _now("%(code)s counts no longer.") % {"code": found.code})
        return HttpResponseRedirect(self._address(row, "codes"))

    def paper_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: a certificate, or new dates of one there is."""
        row = self._asked(request, object_id, CHANGE)
        form = PaperForm(request.POST)
        if form.is_valid():
            try:
                services.add_certificate(
                    product=row, actor=Actor.user(request.user), **form.cleaned_data
                )
            except InvalidProduct as error:
                _take(form, error)
            else:
                messages.success(request, _now("The certificate is kept."))
                return HttpResponseRedirect(self._address(row, "papers"))
        return self._shown(request, row, self._form(None, row, True), paper_form=form)

    def paper_gone_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: a certificate is taken away."""
        row = self._asked(request, object_id, CHANGE)
        found = row.certificates.filter(pk=_number(request.POST.get("paper"))).first()
        if found is None:
            raise Http404
        services.remove_certificate(certificate=found, actor=Actor.user(request.user))
        messages.success(request, _now("The certificate is removed."))
        return HttpResponseRedirect(self._address(row, "papers"))

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Send what the list shows as CSV or XLSX; ``empty`` is a table to fill in."""
        self._check_may_view(request)
        columns = columns_of(with_merchant=merchant_of(request.user) is None)
        if kind == "empty":
            file = write_workbook((), columns_of(with_merchant=False))
            return FileResponse(
                file, as_attachment=True, filename="products.xlsx", content_type=XLSX
            )
        try:
            rows = self.get_changelist_instance(request).get_queryset(request).order_by("pk")
        except IncorrectLookupParameters:
            raise BadRequest("no such filter") from None
        name = f"products-{clock.now():%Y%m%d}.{kind}"
        if kind == "xlsx":
            if capped_count(rows, MOST_IN_WORKBOOK) > MOST_IN_WORKBOOK:
                messages.warning(
                    request, _("That many products fit a CSV only; or narrow the list.")
                )
                return HttpResponseRedirect(reverse("admin:customs_product_changelist"))
            file = write_workbook(rows.iterator(CHUNK), columns)
            return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
        if kind != "csv":
            raise Http404
        lines = csv_lines(rows.iterator(CHUNK), columns)
        return StreamingHttpResponse(
            lines,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    # What these share

    def _asked(self, request: HttpRequest, object_id: str, permission: str) -> Product:
        row: Product = self.get_visible_or_404(request, object_id)
        if request.method != "POST" or not request.user.has_perm(permission):
            raise PermissionDenied
        return row

    def _form(self, request: HttpRequest | None, row: Product | None, may: bool) -> ProductForm:
        data = request.POST if request is not None and request.method == "POST" else None
        choose = request is not None and merchant_of(request.user) is None
        initial = initial_of(row) if row else {"is_active": True, "origin": "CN"}
        return ProductForm(data, row=row, choose_merchant=choose, may_change=may, initial=initial)

    def _shown(
        self, request: HttpRequest, row: Product | None, form: ProductForm, **others: forms.Form
    ) -> HttpResponse:
        if row is not None:
            row.name_shown = row.sku  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": str(row) if row else _("New product"),
            "may_change": request.user.has_perm(CHANGE),
            "may_confirm": request.user.has_perm(CONFIRM),
            **page_context(row, form, others),
        }
        wrong = form.errors or any(one.errors for one in others.values())
        status = 422 if wrong else 200
        return TemplateResponse(request, "customs/product_page.html", context, status=status)

    @staticmethod
    def _address(row: Product, part: str = "") -> str:
        address = reverse("admin:customs_product_change", args=[row.pk])
        return f"{address}#{part}" if part else address


def _take(form: forms.Form, error: InvalidProduct) -> None:
    for problem in error.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0
