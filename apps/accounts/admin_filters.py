"""Filters every list may use: merchant, time range in the viewer's zone, plain choices."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateTimeFilter

from apps.accounts.models import Merchant
from apps.accounts.scoping import merchant_of

MERCHANTS_OFFERED = 500
YEARS = range(1970, 2200)
"""Beyond these nothing of ours happened, and a zone's offset may leave what a date can hold."""


class MerchantFilter(DropdownFilter):
    """Rows of one merchant; offered to staff only. ``path`` leads from the row to it."""

    title = _("merchant")
    parameter_name = "merchant"
    path = "merchant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every merchant by name, or nothing to a merchant's own user."""
        if merchant_of(request.user) is not None:
            return []
        merchants = Merchant.objects.order_by("name").values_list("pk", "name")
        return [(str(pk), name) for pk, name in merchants[:MERCHANTS_OFFERED]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the chosen merchant."""
        value = self.value() or ""
        return queryset.filter(**{f"{self.path}_id": int(value)}) if value.isdecimal() else queryset


class LocalTimeRange(RangeDateTimeFilter):
    """A range of time as the viewer reads it: their zone, and whole days where no hour is given."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows between both ends, both included; an unreadable end does not limit."""
        start = self._moment("from", dt.time.min)
        end = self._moment("to", dt.time.max)
        if start:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": start})
        return queryset.filter(**{f"{self.parameter_name}__lte": end}) if end else queryset

    def _moment(self, end: str, default: dt.time) -> dt.datetime | None:
        day = str(self.used_parameters.get(f"{self.parameter_name}_{end}_0") or "").strip()
        hour = str(self.used_parameters.get(f"{self.parameter_name}_{end}_1") or "").strip()
        try:
            moment = dt.datetime.combine(
                dt.date.fromisoformat(day.replace("/", "-")),
                dt.time.fromisoformat(hour) if hour else default,
            )
        except ValueError:
            return None
        return timezone.make_aware(moment) if moment.year in YEARS else None
