"""Filters of the list of orders."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

COUNTRIES = (
    "CN",
    "US",
    "GB",
    "DE",
    "FR",
    "CA",
    "AU",
    "JP",
    "KR",
    "SG",
    "MY",
    "TH",
    "ES",
    "IT",
    "NL",
)
ABROAD = "abroad"


class CountryFilter(DropdownFilter):
    """Orders to one of the usual countries, or to anywhere abroad."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the usual destinations."""
        return [(ABROAD, _("Everything abroad")), *((code, code) for code in COUNTRIES)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the orders of the chosen destination."""
        value = self.value()
        if value == ABROAD:
            return queryset.exclude(country="CN")
        return queryset.filter(country=value) if value in COUNTRIES else queryset


class WarningFilter(DropdownFilter):
    """Orders with something a person should look at."""

    title = _("warnings")
    parameter_name = "warnings"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the orders with warnings."""
        return [("1", _("With warnings"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the orders that have any."""
        return queryset.exclude(warnings=[]) if self.value() == "1" else queryset
