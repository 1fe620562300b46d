"""The list of events: what carriers said, over all shipments of the viewer."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import EMPTY, badge, badge_column, shown
from apps.accounts.scoping import merchant_of
from apps.shipments.admin.filters import (
    CodeFilter,
    EventMerchantFilter,
    HeardRange,
    UnknownCodeFilter,
)
from apps.shipments.admin.find import find_shipment_ids
from apps.shipments.admin.timeline import place_of
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import EventSource, ShipmentStatus
from apps.shipments.models import Event


@admin.register(Event)
class EventAdmin(RecordAdmin):
    """Events in the order we heard of them, newest first, by the index of their ids."""

    merchant_path = "shipment__merchant"
    list_display = (
        "heard_when",
        "occurred_when",
        "shipment_link",
        "status_badge",
        "text_shown",
        "place_shown",
        "code_shown",
        "sources_shown",
    )
    list_filter = (
        ("heard_at", HeardRange),
        ("status", MultipleChoicesDropdownFilter),
        CodeFilter,
        UnknownCodeFilter,
        EventMerchantFilter,
    )
    list_select_related = ("shipment",)
    search_exact = ("shipment__number",)
    change_form_outer_before_template = "accounts/reveal_bar.html"
    search_help_text = _("Tracking number, order number or ID of the shipment")
    status_badge = badge_column("status", ShipmentStatus, _("status"))
    heard_when = time_column("heard_at", _("heard"))
    occurred_when = time_column("occurred_at", _("happened"))
    fieldsets = (
        (None, {"fields": ("shipment_link", "status_badge", "code_shown", "sources_shown")}),
        (
            _("When"),
            {"fields": ("occurred_at", "local_shown", "original_time", "heard_at", "omitted_at")},
        ),
        (_("What"), {"fields": ("text_full", "original_full")}),
        (_("Where"), {"fields": ("area_name", "area_code", "location", "centre_shown")}),
    )
    readonly_fields = (
        "shipment_link",
        "status_badge",
        "code_shown",
        "sources_shown",
        "local_shown",
        "text_full",
        "original_full",
        "centre_shown",
    )

    @display(description=_("shipment"))
    def shipment_link(self, event: Event) -> SafeString:
        """The shipment, to go there."""
        url = reverse("admin:shipments_shipment_change", args=[event.shipment_id])
        shipment = event.shipment
        return format_html(
            '<a class="sp-link sp-number" href="{}"><b>{}</b><span>{}</span></a>',
            url,
            shipment.number or shipment.uid,
            carrier_name(shipment.carrier, get_language() or "zh-hans"),
        )

    @display(description=_("text"))
    def text_shown(self, event: Event) -> SafeString:
        """The beginning of the text, masked."""
        return format_html('<span class="sp-clip">{}</span>', shown(event.text, "text"))

    @display(description=_("place"))
    def place_shown(self, event: Event) -> SafeString:
        """The place in words."""
        place = place_of(event) or EMPTY
        return format_html('<span class="sp-clip sp-short" title="{0}">{0}</span>', place)

    @display(description=_("code"))
    def code_shown(self, event: Event) -> str | SafeString:
        """The platform's code; one without a meaning stands out."""
        if not event.code:
            return EMPTY
        if event.status:
            return event.code
        return badge(event.code, "warning", hint=str(_("Unknown code")))

    @display(description=_("source"))
    def sources_shown(self, event: Event) -> SafeString:
        """Who told us."""
        words = (
            (EventSource.PUSH, _("Push")),
            (EventSource.POLL, _("Poll")),
            (EventSource.MANUAL, _("Manual")),
        )
        told = [str(label) for bit, label in words if event.sources & bit]
        return badge(" + ".join(told), "default")

    @display(description=_("time there"))
    def local_shown(self, event: Event) -> str:
        """The zone the carrier's time was read in."""
        return event.zone

    @display(description=_("text"))
    def text_full(self, event: Event) -> str:
        """The whole text, masked unless revealed."""
        return shown(event.text, "text", revealed=event.__dict__.get("revealed", False))

    @display(description=_("text as given"))
    def original_full(self, event: Event) -> str:
        """The text before cleaning, where cleaning changed it."""
        text = shown(event.original_text, "text", revealed=event.__dict__.get("revealed", False))
        return text or EMPTY

    @display(description=_("centre of the division"))
    def centre_shown(self, event: Event) -> str:
        """Coordinates as the platform gave them."""
        if event.longitude is None or event.latitude is None:
            return EMPTY
        return f"{event.longitude:.5f}, {event.latitude:.5f} (GCJ-02)"

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Event | None:
        """Find one event and note whether the viewer has revealed it."""
        event: Event | None = super().get_object(request, object_id, from_field)
        if event is not None:
            event.__dict__["revealed"] = self.is_revealed(request, event)
        return event

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """A merchant's own user needs no choice of merchants."""
        filters = super().get_list_filter(request)
        if merchant_of(request.user) is None:
            return tuple(filters)
        return tuple(entry for entry in filters if entry is not EventMerchantFilter)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find the shipments first, then their events."""
        if not search_term.strip():
            return queryset, False
        ids = find_shipment_ids(request.user, search_term, limit=50)
        return queryset.filter(shipment_id__in=ids), False
