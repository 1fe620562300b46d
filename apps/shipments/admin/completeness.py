"""The page of completeness: what pushes missed by carrier and hour, and the entries behind it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import EMPTY, badge_column
from apps.accounts.scoping import merchant_of, scope_to
from apps.core import clock
from apps.shipments.admin.filters import CarrierFilter
from apps.shipments.carriers import carrier_name
from apps.shipments.choices import LedgerKind, LedgerVerdict, ShipmentMode, ShipmentStatus
from apps.shipments.completeness import (
    Completeness,
    HourFigures,
    floored,
    hourly,
    last_good_reconciliation,
    summed,
)
from apps.shipments.models import CompletenessHour, LedgerEntry

HOURS = 24
REAL = (ShipmentMode.LIVE.value, ShipmentMode.MANUAL.value)
ENTRIES = "admin:shipments_ledgerentry_changelist"
WARM, HOT = 0.02, 0.1
"""From these shares of missing nodes on an hour is coloured."""


@admin.register(CompletenessHour)
class CompletenessAdmin(RecordAdmin):
    """The last 24 hours as a table of heat; a cell leads to the entries behind it."""

    merchant_path = "merchant"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the table."""
        if not self.has_view_permission(request):
            raise Http404
        return self.timed(lambda: self._overview(request), request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """An hour has no page of its own: show the entries it was counted from."""
        if object_id is None:
            raise Http404
        row = self.get_visible_or_404(request, object_id)
        return HttpResponseRedirect(entries_url(row.carrier, row.hour, row.hour, row.mode))

    def _overview(self, request: HttpRequest) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Completeness"),
            **completeness_page(request),
        }
        return TemplateResponse(request, "shipments/completeness.html", context)


def completeness_page(request: HttpRequest) -> dict[str, Any]:
    """Return the template's context: a row a carrier, a cell an hour, and the sum in figures."""
    mode = request.GET.get("mode", "" if clock.world() else "live")
    now = clock.now()
    since = floored(now) - dt.timedelta(hours=HOURS - 1)
    rows = scope_to(request.user, CompletenessHour.objects.all())
    if mode:
        rows = rows.filter(mode__in=REAL if mode == "live" else (ShipmentMode.SANDBOX.value,))
    parts = hourly(rows, since=since)
    hours = [since + dt.timedelta(hours=index) for index in reversed(range(HOURS))]
    is_staff = merchant_of(request.user) is None
    return {
        "now": now,
        "mode": mode,
        "modes": [("live", _("Live")), ("sandbox", _("Sandbox")), ("", _("All"))],
        "hours": hours,
        "total": summed(parts),
        "share_text": f"{percent(summed(parts))}\u00a0%" if summed(parts).expected else "",
        "carriers": carrier_rows(parts, hours, mode),
        "entries": entries_url("", since, now, mode),
        "run": last_good_reconciliation() if is_staff else None,
        "is_staff": is_staff,
    }


def carrier_rows(
    parts: list[HourFigures], hours: list[dt.datetime], mode: str
) -> list[dict[str, Any]]:
    """Return a row for every carrier, the one missing most first."""
    language = get_language() or "zh-hans"
    by_carrier: dict[str, list[HourFigures]] = {}
    for part in parts:
        by_carrier.setdefault(part.carrier, []).append(part)
    rows = []
    for carrier, own in by_carrier.items():
        total = summed(own)
        cells = [
            cell_of(carrier, hour, [part for part in own if part.hour == hour], mode)
            for hour in hours
        ]
        rows.append(
            {
                "name": carrier_name(carrier, language),
                "total": total,
                "share": percent(total),
                "cells": cells,
                "url": entries_url(carrier, hours[-1], hours[0], mode),
            }
        )
    return sorted(rows, key=lambda row: (-row["total"].missing, -row["total"].expected))


def cell_of(carrier: str, hour: dt.datetime, parts: list[HourFigures], mode: str) -> dict[str, Any]:
    """Return one hour of one carrier: what to write, how hot, where it leads."""
    total = summed(parts)
    lost = total.missing / total.expected if total.expected else float(bool(total.missing))
    heat = "hot" if lost >= HOT else "warm" if lost >= WARM else "some" if total.missing else ""
    if not heat and total.expected:
        heat = "late" if total.late else "wrong" if total.wrong else "good"
    return {
        "hour": hour,
        "total": total,
        "heat": heat,
        "text": total.missing or (total.late or total.wrong or ("0" if total.expected else "")),
        "url": entries_url(carrier, hour, hour, mode) if total.healed or total.wrong else "",
    }


def percent(figures: Completeness) -> str:
    """Return the share pushes brought, "" where nothing was heard; never rounded up to 100."""
    if figures.share is None:
        return ""
    if figures.missing and figures.share > 0.999:
        return "99.9"
    return f"{figures.share * 100:.1f}".removesuffix(".0")


def entries_url(carrier: str, first: dt.datetime, last: dt.datetime, mode: str) -> str:
    """Return the list of entries known in the hours from ``first`` to ``last``, both included."""
    start = timezone.localtime(first)
    end = timezone.localtime(floored(last) + dt.timedelta(minutes=59, seconds=59))
    query = {
        "known_at_from_0": f"{start:%Y-%m-%d}",
        "known_at_from_1": f"{start:%H:%M:%S}",
        "known_at_to_0": f"{end:%Y-%m-%d}",
        "known_at_to_1": f"{end:%H:%M:%S}",
        "disputed": "1",
    }
    query |= {"carrier": carrier} if carrier else {}
    query |= {"mode__exact": mode} if mode in ShipmentMode.values() else {}
    return f"{reverse(ENTRIES)}?{urlencode(query)}"


class DisputedFilter(admin.SimpleListFilter):
    """Entries in which push and poll did not agree."""

    title = _("disputed")
    parameter_name = "disputed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the one choice."""
        return [("1", _("Only where push and poll differ"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Leave agreements out."""
        if self.value() != "1":
            return queryset
        return queryset.exclude(verdict=LedgerVerdict.AGREED.value)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(RecordAdmin):
    """The entries of the ledger, newest first."""

    merchant_path = "merchant"
    list_display = (
        "known_when",
        "shipment_link",
        "verdict_badge",
        "healed_events",
        "late_shown",
        "wrong_events",
        "push_said",
        "poll_said",
        "kind_badge",
    )
    list_filter = (
        ("verdict", MultipleChoicesDropdownFilter),
        DisputedFilter,
        CarrierFilter,
        MerchantFilter,
        ("kind", ChoicesDropdownFilter),
        ("mode", ChoicesDropdownFilter),
        ("known_at", LocalTimeRange),
    )
    list_select_related = ("shipment",)
    search_exact = ("shipment__number",)
    search_help_text = _("Tracking number")
    known_when = time_column("known_at", _("known since"))
    verdict_badge = badge_column("verdict", LedgerVerdict, _("verdict"))
    kind_badge = badge_column("kind", LedgerKind, _("kind"))
    fields = (
        "shipment_link",
        "verdict_badge",
        "kind_badge",
        "push_said",
        "poll_said",
        "healed_events",
        "late_shown",
        "wrong_events",
        "happened_at",
        "known_at",
        "changed_at",
        "closed_at",
        "note",
    )
    readonly_fields = ("shipment_link", "verdict_badge", "kind_badge", "push_said", "poll_said",
                       "late_shown")  # fmt: skip

    @display(description=_("shipment"))
    def shipment_link(self, entry: LedgerEntry) -> SafeString:
        """The shipment, to go there."""
        url = reverse("admin:shipments_shipment_change", args=[entry.shipment_id])
        return format_html(
            '<a class="sp-link sp-number" href="{}"><b>{}</b><span>{}</span></a>',
            url,
            entry.shipment.number or entry.shipment.uid,
            carrier_name(entry.carrier, get_language() or "zh-hans"),
        )

    @display(description=_("late"))
    def late_shown(self, entry: LedgerEntry) -> str:
        """How many came late, and by how much."""
        if not entry.late_events:
            return EMPTY
        minutes = round((entry.late_by_s or 0) / 60)
        return str(_("%(n)s (by %(m)s min)") % {"n": entry.late_events, "m": minutes})

    @display(description=_("push said"))
    def push_said(self, entry: LedgerEntry) -> str:
        """Status, newest node and how many there were."""
        return said(entry.push_status, entry.push_newest_at, entry.push_nodes)

    @display(description=_("platform says"))
    def poll_said(self, entry: LedgerEntry) -> str:
        """Status, newest node and how many there are."""
        return said(entry.poll_status, entry.poll_newest_at, entry.poll_nodes)

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """A merchant's own user needs no choice of merchants."""
        filters = super().get_list_filter(request)
        if merchant_of(request.user) is None:
            return tuple(filters)
        return tuple(entry for entry in filters if entry is not MerchantFilter)


def said(status: str, newest: dt.datetime | None, nodes: int | None) -> str:
    """Return what a side said in one line."""
    known = ShipmentStatus.parse(status)
    parts = [str(known.label) if known else status]
    if newest:
        parts.append(timezone.localtime(newest).strftime("%m-%d %H:%M"))
    if nodes is not None:
        parts.append(str(_("%(n)s nodes") % {"n": nodes}))
    return " · ".join(part for part in parts if part) or EMPTY
