"""The queue of codes without a meaning: say what one means, and history follows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import EMPTY, badge, shown
from apps.shipments.admin.filters import CarrierFilter
from apps.shipments.carriers import carrier_name
from apps.shipments.codes import SOURCES
from apps.shipments.models import UnmappedCode


class ExplainedFilter(DropdownFilter):
    """Codes nobody has explained, unless somebody asks for the others."""

    title = _("state")
    parameter_name = "explained"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the explained ones and all."""
        return [("yes", _("explained")), ("all", _("all"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what waits, by the index over it."""
        if self.value() == "all":
            return queryset
        return queryset.filter(resolved_at__isnull=self.value() != "yes")


class SourceFilter(DropdownFilter):
    """Codes of one source."""

    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the sources whose codes have a table."""
        return [(name, name) for name in SOURCES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen source's."""
        return queryset.filter(source=self.value()) if self.value() else queryset


@admin.register(UnmappedCode)
class UnmappedCodeAdmin(RecordAdmin):
    """Codes by how often they were heard; one click leads to the form that explains it."""

    merchant_path = None
    ordering = ("-count", "id")
    list_display = (
        "code_shown", "heard", "carrier_shown", "sample_shown", "last_seen_when", "explain_link",
    )  # fmt: skip
    list_filter = (ExplainedFilter, SourceFilter, CarrierFilter)
    search_exact = ("code",)
    search_help_text = _("The code, whole")
    last_seen_when = time_column("last_seen_at", _("last seen"))
    fields = (
        ("code_shown", "heard"), "carrier_shown", "sample_whole",
        ("first_seen_at", "last_seen_at", "resolved_at"), "explain_link",
    )  # fmt: skip
    readonly_fields = ("code_shown", "heard", "carrier_shown", "sample_whole", "explain_link")

    @admin.display(description=_("code"))
    def code_shown(self, row: UnmappedCode) -> SafeString:
        """The code over its source."""
        return format_html(
            '<span class="sp-number"><b>{}</b><span>{}</span></span>', row.code, row.source
        )

    @admin.display(description=_("count"))
    def heard(self, row: UnmappedCode) -> str:
        """How often it was heard in all."""
        return f"{row.count:,}"

    @admin.display(description=_("carrier"))
    def carrier_shown(self, row: UnmappedCode) -> str:
        """Who sends it."""
        return carrier_name(row.carrier, get_language() or "zh-hans") or EMPTY

    @admin.display(description=_("sample"))
    def sample_shown(self, row: UnmappedCode) -> SafeString:
        """The words it came with first, masked, with the parcel they were about."""
        return format_html('<span class="sp-clip">{}</span>', self._sample(row))

    @admin.display(description=_("sample"))
    def sample_whole(self, row: UnmappedCode) -> SafeString:
        """The words it came with first, masked, with the parcel they were about."""
        return self._sample(row)

    def _sample(self, row: UnmappedCode) -> SafeString:
        words = shown(row.sample, "text") or EMPTY
        if row.sample_shipment is None:
            return format_html("{}", words)
        page = reverse("admin:shipments_shipment_change", args=[row.sample_shipment])
        return format_html('<a class="sp-link" href="{}">{}</a>', page, words)

    @admin.display(description=_("meaning of the code"))
    def explain_link(self, row: UnmappedCode) -> SafeString:
        """Where somebody says what it means, for who may."""
        if row.resolved_at is not None:
            return badge(_("explained"), "success")
        query = urlencode({"source": row.source, "code": row.code})
        page = f"{reverse('admin:shipments_mappingreplay_draft')}?{query}"
        return format_html(
            '<a class="lm-button lm-small" href="{}">{}</a>', page, _("Say what it means")
        )

    def name_of(self, row: UnmappedCode) -> str:
        """What a code is called above its page."""
        return f"{row.source} {row.code}"
