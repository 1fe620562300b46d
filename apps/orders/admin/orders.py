"""The list of orders and the page of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import action, display

from apps.accounts.admin_base import PREFIX_MIN, SEPARATORS, TERMS_MAX
from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task
from apps.accounts.faces import EMPTY, badge, badge_column, enum_badge, shown
from apps.accounts.scoping import merchant_of
from apps.core.errors import PortalError
from apps.core.phones import parse_phone
from apps.orders.admin.ewaybills import sheet_response
from apps.orders.admin.filters import CountryFilter, WarningFilter
from apps.orders.admin.page import masked_address, order_page
from apps.orders.admin.printing import (
    PRINT,
    PRINT_TASK,
    LabelForm,
    reprint_orders,
    result_rows,
)
from apps.orders.admin.tasks import ORDER_TASKS
from apps.orders.admin.wording import warning_of
from apps.orders.choices import OrderMode, OrderStatus
from apps.orders.errors import NotAllowedNow
from apps.orders.models import Booking, Order
from apps.orders.selectors import with_parts
from apps.orders.services.labelling import BULK
from apps.shipments.choices import ShipmentStatus


@admin.register(Order)
class OrderAdmin(RecordAdmin):
    """Orders, newest first; found by order number, our id or the recipient's phone."""

    list_display = (
        "number_shown",
        badge_column("status", OrderStatus, _("status")),
        "recipient",
        "destination",
        "parcels_shown",
        "warning_badges",
        "value_shown",
        badge_column("mode", OrderMode, _("mode")),
        "created_when",
    )
    list_filter = (
        ("status", MultipleChoicesDropdownFilter),
        WarningFilter,
        MerchantFilter,
        CountryFilter,
        ("mode", ChoicesDropdownFilter),
        ("created_at", LocalTimeRange),
    )
    list_select_related = ("merchant",)
    search_exact = ("number", "uid", "recipient_phone")
    search_prefix = ("number",)
    search_help_text = _("Order numbers (several at once), ID, or the recipient's phone")
    change_form_template = "orders/order_page.html"
    tasks = (*ORDER_TASKS, PRINT_TASK)
    actions = ("reprint_labels",)
    created_when = time_column("created_at", _("created"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Orders with their parcels' shipments; the page of one with everything."""
        rows: QuerySet[Order] = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.kwargs.get("object_id"):
            parts = with_parts(rows.select_related("merchant"))
            return parts.prefetch_related("parcels__labels")
        return rows.prefetch_related("parcels__shipment")

    def get_urls(self) -> list[URLPattern]:
        """Add the page that says which labels were printed."""
        view = self.admin_site.admin_view(self.labels_view)
        sheet = self.admin_site.admin_view(self.sheet_view)
        return [
            path("labels/", view, name=self.url_name("labels")),
            path("sheets/<int:label_id>/", sheet, name=self.url_name("sheet")),
            *super().get_urls(),
        ]

    def has_print_permission(self, request: HttpRequest) -> bool:
        """Whether the viewer may print labels."""
        return bool(request.user.has_perm(PRINT))

    @action(description=_("Print the labels again"), permissions=["print"])
    def reprint_labels(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
        """Print the labels of the chosen orders and show what came of each parcel."""
        chosen = list(queryset[: BULK + 1])
        try:
            if len(chosen) > BULK:
                raise NotAllowedNow(_("At most %(n)s orders at once.") % {"n": BULK})
            request.session["labels_printed"] = reprint_orders(request, chosen)
        except PortalError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())
        return HttpResponseRedirect(reverse(f"admin:{self.url_name('labels')}"))

    def labels_view(self, request: HttpRequest) -> HttpResponse:
        """Show what became of the labels printed last in this session."""
        if not self.has_view_permission(request) or not self.has_print_permission(request):
            raise PermissionDenied
        kept = request.session.get("labels_printed") or {"printed": {}, "refused": {}}
        rows = result_rows(kept, self.get_queryset(request))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Labels"),
            "rows": rows,
            "printed": sum(1 for row in rows if row["label"]),
            "refused": sum(1 for row in rows if not row["label"]),
        }
        return TemplateResponse(request, "orders/labels_printed.html", context)

    def sheet_view(self, request: HttpRequest, label_id: int) -> HttpResponse:
        """Hand out a carrier's own sheet to who may print labels."""
        if not self.has_view_permission(request) or not self.has_print_permission(request):
            raise PermissionDenied
        return sheet_response(self.get_queryset(request), label_id)

    def _form_of(self, request: HttpRequest, row: Any, task: Task) -> forms.Form:
        form = super()._form_of(request, row, task)
        if isinstance(form, LabelForm):
            form.offer(row, request.GET.get("parcel", ""))
        return form

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """A merchant's own user needs no choice of merchants."""
        own = merchant_of(request.user) is not None
        return tuple(entry for entry in self.list_filter if not (own and entry is MerchantFilter))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find orders by number (exact, or how it begins), id or phone, each by its index."""
        terms = [term for term in SEPARATORS.split(search_term.strip()) if term][:TERMS_MAX]
        if not terms:
            return queryset, False
        phone = parse_phone(search_term, country="CN")
        numbers = {*terms, *(term.upper() for term in terms)}
        condition = Q(number__in=numbers) | Q(uid__in=[term.lower() for term in terms])
        if phone.valid:
            condition |= Q(recipient_phone__in=[phone.value, *terms])
        if len(terms) == 1 and len(terms[0]) >= PREFIX_MIN:
            for beginning in numbers:
                condition |= Q(number__startswith=beginning)
        return queryset.filter(condition), False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the order as a page of tasks."""
        order = kwargs.get("obj")
        if order is not None:
            revealed = self.is_revealed(request, order)
            bookings = self.admin_site._registry[Booking]
            context.update(order_page(request, order, revealed=revealed, bookings=bookings))
            context["title"] = _("Order %(number)s") % {"number": order.number}
            context["subtitle"] = None
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description=_("order"))
    def number_shown(self, order: Order) -> SafeString:
        """The merchant's number over the merchant."""
        return format_html(
            '<span class="sp-number"><b>{}</b><span>{}</span></span>',
            order.number,
            order.merchant.name,
        )

    @display(description=_("recipient"))
    def recipient(self, order: Order) -> SafeString:
        """Name and phone, masked."""
        return format_html(
            '<span class="sp-number"><span>{}</span><span>{}</span></span>',
            shown(order.recipient_name, "name"),
            shown(order.recipient_phone, "phone"),
        )

    @display(description=_("destination"))
    def destination(self, order: Order) -> str:
        """The address down to the division."""
        return masked_address(order).removesuffix("***").removeprefix("***, ")

    @display(description=_("parcels"))
    def parcels_shown(self, order: Order) -> SafeString | str:
        """Where every parcel is."""
        parcels = order.parcels.all()
        cells = [(enum_badge(parcel.shipment.status, ShipmentStatus),) for parcel in parcels]
        return format_html_join(" ", "{}", cells) or EMPTY

    @display(description=_("warnings"))
    def warning_badges(self, order: Order) -> SafeString | str:
        """What somebody should look at."""
        found = [warning_of(warning) for warning in order.warnings]
        badges = [(badge(w["label"], w["colour"], hint=str(w["detail"])),) for w in found]
        return format_html_join(" ", "{}", badges) or EMPTY

    @display(description=_("value of the goods"))
    def value_shown(self, order: Order) -> str:
        """The value of the goods with its currency."""
        return f"{order.value:,.2f} {order.currency}"
