"""The list of shipments and the page of one: where it is, since when, what happens next."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import EMPTY, badge, badge_column, enum_badge
from apps.accounts.scoping import merchant_of
from apps.core import clock
from apps.shipments.admin import commands
from apps.shipments.admin.filters import CarrierFilter, OverdueFilter, SilentFilter
from apps.shipments.admin.find import find_shipment_ids
from apps.shipments.admin.glance import promise_of, span
from apps.shipments.admin.legs import LINK
from apps.shipments.admin.page import page_of
from apps.shipments.admin.track import setup_of, track_of
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import TERMINAL_STATUSES, ShipmentMode, ShipmentStatus, Substatus
from apps.shipments.models import Shipment

PROMISE_COLOURS = {"late": "danger", "broken": "warning", "kept": "success"}


@admin.register(Shipment)
class ShipmentAdmin(RecordAdmin):
    """Shipments, newest first; found by tracking number, order number or our id."""

    list_display = (
        "number_shown",
        "status_shown",
        "news_shown",
        "promise_shown",
        "reference_shown",
        "mode_badge",
        "created_when",
    )
    list_filter = (
        ("status", MultipleChoicesDropdownFilter),
        SilentFilter,
        OverdueFilter,
        CarrierFilter,
        MerchantFilter,
        ("mode", ChoicesDropdownFilter),
        ("created_at", LocalTimeRange),
    )
    list_select_related = ("merchant",)
    tasks = (commands.CANCEL, LINK)
    search_exact = ("number", "uid", "reference")
    search_help_text = _("Tracking number, order number or ID: whole, or how it begins")
    mode_badge = badge_column("mode", ShipmentMode, _("mode"))
    created_when = time_column("created_at", _("created"))

    @display(description=_("carrier and number"))
    def number_shown(self, shipment: Shipment) -> SafeString:
        """The carrier's name over the number."""
        name = carrier_of(shipment) or _("No carrier yet")
        return format_html(
            '<span class="sp-number"><b>{}</b><span>{}</span></span>',
            shipment.number or shipment.uid,
            name,
        )

    @display(description=_("status"))
    def status_shown(self, shipment: Shipment) -> SafeString:
        """The status, and what is known beyond it."""
        more = Substatus.parse(shipment.substatus) if shipment.substatus else None
        return format_html(
            '<span class="sp-status">{} <span>{}</span></span>',
            enum_badge(shipment.status, ShipmentStatus),
            more.label if more else "",
        )

    @display(description=_("order number"))
    def reference_shown(self, shipment: Shipment) -> SafeString:
        """The merchant's order number over their name."""
        return format_html(
            '<span class="sp-number"><b>{}</b><span>{}</span></span>',
            shipment.reference or EMPTY,
            shipment.merchant.name,
        )

    @display(description=_("latest news"))
    def news_shown(self, shipment: Shipment) -> str | SafeString:
        """How long ago the latest event happened; of a finished parcel, when it did."""
        moment = shipment.last_event_at
        if moment is None:
            return EMPTY
        local = timezone.localtime(moment).strftime("%m-%d %H:%M")
        if shipment.status in TERMINAL_STATUSES:
            return format_html('<span class="sp-when">{}</span>', local)
        ago = _("%(span)s ago") % {"span": span(moment, clock.now())}
        return format_html('<span class="sp-when" title="{}">{}</span>', local, ago)

    @display(description=_("promise"))
    def promise_shown(self, shipment: Shipment) -> str | SafeString:
        """How the promise stands."""
        promise = promise_of(shipment, now=clock.now())
        if promise.standing == "none":
            return EMPTY
        return badge(promise.said, PROMISE_COLOURS.get(promise.standing, "default"))

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """A merchant's own user needs no choice of merchants."""
        filters = super().get_list_filter(request)
        if merchant_of(request.user) is None:
            return tuple(filters)
        return tuple(entry for entry in filters if entry is not MerchantFilter)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Ask each index on its own and keep what was found."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=find_shipment_ids(request.user, search_term)), False

    def get_urls(self) -> list[URLPattern]:
        """Add what the button that polls posts to, and the track the page asks for."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/track/", view(self.track_view), name=self.url_name("track")),
            path("<int:pk>/poll/", view(self.poll_view), name=self.url_name("poll")),
            *super().get_urls(),
        ]

    def poll_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST: ask the platform about the parcel now."""
        return commands.poll(request, self.get_visible_or_404(request, str(pk)))

    def track_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET: the track as the page draws it."""
        shipment = self.get_visible_or_404(request, str(pk))
        return JsonResponse(track_of(request, shipment))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the page of one shipment."""
        shipment = self.get_visible_or_404(request, object_id or "")
        reveal = self.reveal_context(request, shipment)
        context = {
            **self.admin_site.each_context(request),
            **reveal,
            **page_of(request, shipment, revealed=reveal["revealed"]),
            "opts": self.opts,
            "original": shipment,
            "track_setup": setup_of(shipment),
            "title": f"{carrier_of(shipment)} {shipment.number}".strip() or shipment.uid,
            "may_poll": commands.may_poll(request.user, shipment),
            "task_buttons": self.task_buttons(request, shipment),
            "media": self.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "shipments/shipment_page.html", context)


def carrier_of(shipment: Shipment) -> str:
    """Return the carrier's name in the viewer's language."""
    return carrier_name(shipment.carrier, get_language() or "zh-hans")
