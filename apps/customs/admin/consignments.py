"""Consignments: the list, the customs desk, its figures, and the declaration page of one parcel."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import ReasonForm, Task
from apps.accounts.faces import badge, badge_column
from apps.accounts.scoping import merchant_of
from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.core.region_names import country_name
from apps.customs import services
from apps.customs.admin import desk_export, figures_page
from apps.customs.admin.consignment_page import Opened, open_record, page_of
from apps.customs.admin.desk import SUPPLIES, Desk
from apps.customs.admin.record_saving import Refused, save, take_back
from apps.customs.admin.version_page import version_page
from apps.customs.models import Consignment
from apps.shipments.choices import ShipmentMode

OVERRIDES = "customs.override_incomplete"


def _override(request: HttpRequest, row: Consignment, values: dict[str, Any]) -> Any:
    services.override_incomplete(
        consignment=row, actor=Actor.user(request.user), reason=values["reason"]
    )
    return _("Let go incomplete. Your name and the reason stay with it.")


OVERRIDE = Task(
    name="override",
    label=_("Let it go incomplete"),
    explain=_(
        "The parcel is booked although its declaration misses something it must have. Customs may"
        " hold it. Who let it go and why stays on the desk for thirty days."
    ),
    permission=OVERRIDES,
    run=_override,
    form=ReasonForm,
    icon="warning",
    danger=True,
    applies=lambda row: not row.is_complete and row.overridden_at is None,
)


def _withdraw(request: HttpRequest, row: Consignment, values: dict[str, Any]) -> Any:
    services.withdraw_override(
        consignment=row, actor=Actor.user(request.user), reason=values["reason"]
    )
    return _("It waits again until its declaration is complete.")


WITHDRAW = Task(
    name="withdraw",
    label=_("Hold it back again"),
    explain=_("The parcel waits again until its declaration is complete. What is booked stays."),
    permission=OVERRIDES,
    run=_withdraw,
    form=ReasonForm,
    icon="undo",
    applies=lambda row: row.overridden_at is not None and not row.is_complete,
)


@admin.register(Consignment)
class ConsignmentAdmin(RecordAdmin):
    """What customs knows of each parcel; a merchant's user sees and supplies their own."""

    tasks = (OVERRIDE, WITHDRAW)
    search_exact = ("reference", "uid", "shipment__number")
    search_help_text = _("Order number, tracking number or ID, whole")
    mode_badge = badge_column("mode", ShipmentMode, _("mode"))
    created_when = time_column("created_at", _("created"))
    cut_off_when = time_column("cut_off", _("cut-off"))
    list_display = (
        "reference", "destination_shown", "complete_shown", "cut_off_when", "merchant",
        "mode_badge", "created_when",
    )  # fmt: skip
    list_filter = (
        "is_complete",
        MerchantFilter,
        ("mode", ChoicesDropdownFilter),
        ("created_at", LocalTimeRange),
    )
    list_select_related = ("merchant",)

    @display(description=_("destination"))
    def destination_shown(self, row: Consignment) -> str:
        """The country's name."""
        return country_name(row.destination)

    @display(description=_("complete"))
    def complete_shown(self, row: Consignment) -> SafeString:
        """Whether it may be booked, and by whose word."""
        if row.is_complete:
            return badge(_("Complete"), "success")
        if row.overridden_at is not None:
            return badge(_("Let go incomplete"), "warning", hint=row.override_reason)
        return badge(_("Incomplete"), "danger")

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """A merchant's own user needs no choice of merchants."""
        filters = tuple(super().get_list_filter(request))
        if merchant_of(request.user) is None:
            return filters
        return tuple(one for one in filters if one is not MerchantFilter)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consignment]:
        """Consignments with shop and shipment."""
        return super().get_queryset(request).select_related("merchant", "shipment")

    def get_urls(self) -> list[URLPattern]:
        """Add the desk, its figures and exports, and what the declaration page posts to."""
        view = self.admin_site.admin_view
        own = [
            path("desk/", view(self.desk_view), name=self.url_name("desk")),
            path("desk/export/", view(self.export_view), name=self.url_name("export")),
            path("desk/figures/", view(self.figures_view), name=self.url_name("figures")),
            path("<path:object_id>/save/", view(self.save_view), name=self.url_name("save")),
            path("<path:object_id>/undo/", view(self.undo_view), name=self.url_name("undo")),
            path(
                "<path:object_id>/version/<int:number>/",
                view(self.version_view),
                name=self.url_name("version"),
            ),
        ]
        return [*own, *super().get_urls()]

    # The desk

    def desk_view(self, request: HttpRequest) -> HttpResponse:
        """Show the customs desk."""
        self._check_may_view(request)
        return self.timed(Desk(self, request).page, request)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Send what leaves incomplete as a table."""
        self._check_may_view(request)
        return desk_export.incomplete_csv(request.user)

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """Show twelve weeks of figures; ``?format=csv`` sends them as a table."""
        self._check_may_view(request)
        return self.timed(lambda: figures_page.figures_view(self, request), request)

    # The declaration page

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the declaration page of one parcel."""
        self._check_may_view(request)
        row = self.get_visible_or_404(request, object_id or "")
        return self._declaration(request, self.opened(request, row))

    def opened(self, request: HttpRequest, row: Consignment, **given: Any) -> Opened:
        """Return a consignment as this person may see and write it."""
        page = request.GET.get("lines", "1")
        return open_record(
            row,
            may_write=request.user.has_perm(SUPPLIES),
            revealed=self.is_revealed(request, row),
            is_shop=merchant_of(request.user) is not None,
            line_page=int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 1,
            **given,
        )

    def _declaration(
        self, request: HttpRequest, shown: Opened, *, status: int = 200
    ) -> TemplateResponse:
        row = shown.row
        declarations = self.admin_site._registry[row.declarations.model]
        context = {
            **self.admin_site.each_context(request),
            **self.reveal_context(request, row),
            **page_of(request, shown),
            "title": row.reference,
            "task_buttons": self.task_buttons(request, row),
            "save_url": reverse(f"admin:{self.url_name('save')}", args=[row.pk]),
            "undo_url": reverse(f"admin:{self.url_name('undo')}", args=[row.pk]),
            "desk_url": reverse(f"admin:{self.url_name('desk')}"),
            "here": request.get_full_path(),
            "undo": request.session.get("customs_undo") == [row.pk, row.record_version],
        }
        for border in context["borders"]:
            border["tasks"] = declarations.task_buttons(request, border["row"])
        return TemplateResponse(request, "customs/declaration.html", context, status=status)

    def save_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: write what a person changed, then show the page or the next parcel that waits."""
        row = self._writable(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        shown = self.opened(request, row)
        try:
            told = save(request, shown)
        except Refused as error:
            return self._declaration(request, error.shown, status=422)
        if told.text:
            messages.success(request, told.text)
        return HttpResponseRedirect(told.address)

    def undo_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST: take back what this person wrote last into this record."""
        row = self._writable(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            messages.success(request, take_back(request, row))
        except PortalError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse(f"admin:{self.url_name('change')}", args=[row.pk]))

    def version_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Show what a version of the record changed."""
        self._check_may_view(request)
        row = self.get_visible_or_404(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **version_page(row, number, revealed=self.is_revealed(request, row)),
            "title": _("Version %(number)s") % {"number": number},
            "subtitle": row.reference,
        }
        return TemplateResponse(request, "customs/version.html", context)

    def _writable(self, request: HttpRequest, object_id: str) -> Consignment:
        row: Consignment = self.get_visible_or_404(request, object_id)
        if not request.user.has_perm(SUPPLIES):
            raise PermissionDenied
        return row
