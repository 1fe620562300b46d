"""Filters of the lists of shipments and events."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, TextFilter

from apps.accounts.admin_filters import LocalTimeRange, MerchantFilter
from apps.core import clock
from apps.shipments.carriers import CARRIERS, carrier_name
from apps.shipments.models.shipment import OPEN_WITH_NUMBER
from apps.shipments.months import month_of

SILENCES: tuple[tuple[int, Any], ...] = (
    (6, _("6 hours")),
    (12, _("12 hours")),
    (24, _("1 day")),
    (48, _("2 days")),
    (72, _("3 days")),
    (168, _("7 days")),
)


class CarrierFilter(DropdownFilter):
    """Rows of one carrier, by its name in the viewer's language."""

    title = _("carrier")
    parameter_name = "carrier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every carrier of the table."""
        language = get_language() or "zh-hans"
        return [(code, carrier_name(code, language)) for code in CARRIERS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the chosen carrier."""
        return queryset.filter(carrier=self.value()) if self.value() else queryset


class SilentFilter(DropdownFilter):
    """Open parcels nobody has reported on for a while.

    The condition repeats the one of the partial index over open parcels, so that only those
    are looked at.
    """

    title = _("silent for")
    parameter_name = "silent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer lengths of silence."""
        return [(str(hours), label) for hours, label in SILENCES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep open parcels last reported on before the chosen time."""
        value = self.value() or ""
        if value not in {str(hours) for hours, _label in SILENCES}:
            return queryset
        since = clock.now() - dt.timedelta(hours=int(value))
        silent = Q(last_event_at__lte=since) | Q(last_event_at__isnull=True, created_at__lte=since)
        return queryset.filter(OPEN_WITH_NUMBER, silent)


class OverdueFilter(DropdownFilter):
    """Open parcels beyond what was promised."""

    title = _("promise")
    parameter_name = "promise"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the broken promises."""
        return [("late", _("Late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep open parcels whose window has passed."""
        if self.value() != "late":
            return queryset
        return queryset.filter(OPEN_WITH_NUMBER, promise_to__lt=clock.now())


class HeardRange(LocalTimeRange):
    """Events heard of within a range; no event is heard of before its shipment's month.

    Naming the months leaves the partitions of younger shipments alone.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the events heard of between both ends."""
        rows = super().queryset(request, queryset)
        end = self._moment("to", dt.time.max)
        return rows.filter(shipment_month__lte=month_of(end)) if end else rows


class EventMerchantFilter(MerchantFilter):
    """Events of one merchant's shipments."""

    path = "shipment__merchant"


class CodeFilter(TextFilter):
    """Events with one of the platform's codes."""

    title = _("code")
    parameter_name = "code"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep events with exactly that code."""
        value = (self.value() or "").strip()
        return queryset.filter(code=value) if value else queryset


class UnknownCodeFilter(DropdownFilter):
    """Events whose code our tables give no meaning."""

    title = _("meaning of the code")
    parameter_name = "unknown"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the unknown ones."""
        return [("1", _("Unknown codes only"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep events with a code but no status."""
        return queryset.exclude(code="").filter(status="") if self.value() == "1" else queryset
