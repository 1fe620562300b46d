"""What the list of products can be narrowed to, and how its columns look."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from apps.accounts.faces import badge
from apps.core import clock
from apps.customs.choices import BatteryKind
from apps.customs.models import Certificate, Product
from apps.customs.product_selectors import (
    EXPIRING_DAYS,
    expiring_before,
    with_code,
    without_code,
)


class _Choice(DropdownFilter):
    """A filter of a few words, each with what it keeps."""

    words: tuple[tuple[str, Any], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Any:
        """Offer the words."""
        return self.words


class CodeFilter(_Choice):
    """Whether a person confirmed an HS code."""

    title = _("HS code")
    parameter_name = "code"
    words = (("none", _("Not confirmed")), ("confirmed", _("Confirmed")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those with a confirmed code, or those without."""
        if self.value() == "none":
            return without_code(queryset)
        return with_code(queryset) if self.value() == "confirmed" else queryset


class PaperFilter(_Choice):
    """Whether a certificate ends soon or has ended."""

    title = _("certificates")
    parameter_name = "paper"
    words = (("soon", _("Expires within 30 days")), ("expired", _("Has expired")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those with such a certificate."""
        days = {"soon": EXPIRING_DAYS, "expired": -1}.get(self.value() or "")
        return queryset if days is None else expiring_before(queryset, days=days)


class BatteryFilter(_Choice):
    """Whether there is a battery, and which."""

    title = _("battery")
    parameter_name = "battery"
    words = (
        ("any", _("With a battery")),
        ("none", _("Without")),
        *((kind.value, kind.label) for kind in BatteryKind if kind.value),
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those with such a battery."""
        value = self.value() or ""
        if value == "any":
            return queryset.exclude(battery="")
        if value == "none":
            return queryset.filter(battery="")
        return queryset.filter(battery=value) if BatteryKind.parse(value) and value else queryset


class SoldFilter(_Choice):
    """Whether it is still sold."""

    title = _("sold")
    parameter_name = "sold"
    words = (("yes", _("yes")), ("no", _("no")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what is sold, or what is not."""
        value = self.value() or ""
        return queryset.filter(is_active=value == "yes") if value in {"yes", "no"} else queryset


def code_badges(row: Product) -> SafeString:
    """Return the codes that count, the international one first; a warning without any."""
    codes = row.counting_codes  # type: ignore[attr-defined]
    if not codes:
        return badge(_now("Not confirmed"), "warning")
    shown = [
        badge(
            f"{one.country} {one.code}".strip(),
            "success",
            hint=f"{one.confirmed_by} · {one.confirmed_at:%Y-%m-%d}",
        )
        for one in codes[:2]
    ]
    more = f" +{len(codes) - 2}" if len(codes) > 2 else ""
    return SafeString(" ".join(shown) + more)


def paper_badge(row: Product) -> SafeString:
    """Return how many certificates there are, and when the first of them ends."""
    papers: list[Certificate] = list(row.certificates.all())
    if not papers:
        return SafeString("—")
    ends = sorted(one.valid_to for one in papers if one.valid_to)
    if not ends:
        return badge(len(papers), "default")
    return badge(end_words(ends[0]), end_colour(ends[0]), hint=ends[0].isoformat())


def end_words(day: dt.date) -> str:
    """Return when a certificate ends, as a person says it."""
    left = (day - clock.now().date()).days
    if left < 0:
        return _now("expired %(day)s") % {"day": day.isoformat()}
    if left <= EXPIRING_DAYS:
        return _now("%(days)d days left") % {"days": left}
    return _now("until %(day)s") % {"day": day.isoformat()}


def end_colour(day: dt.date) -> str:
    """Return the colour of a certificate's end."""
    left = (day - clock.now().date()).days
    return "danger" if left < 0 else "warning" if left <= EXPIRING_DAYS else "default"


def product_link(row: Product, url: str) -> SafeString:
    """Return SKU and names, to go there."""
    return format_html(
        '<a class="pr-name" href="{}"><b>{}</b><span>{}</span><small>{}</small></a>',
        url, row.sku, row.name_cn or row.name_en, row.name_en if row.name_cn else "",
    )  # fmt: skip
