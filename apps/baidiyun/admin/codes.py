"""Codes nobody has explained yet."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import EMPTY, shown
from apps.baidiyun.admin.subjects import explaining_link
from apps.baidiyun.models import UnknownCode


@admin.register(UnknownCode)
class UnknownCodeAdmin(RecordAdmin):
    """Unknown codes with how often and when they came; a small table."""

    merchant_path = None
    list_display = (
        "code",
        "source",
        "count",
        "last_seen_when",
        "first_seen_when",
        "sample_shown",
        "explain",
    )
    list_filter = ("source",)
    ordering = ("-last_seen_at", "-id")
    search_exact = ("code",)
    search_help_text = _("Code")
    first_seen_when = time_column("first_seen_at", _("first seen at"))
    last_seen_when = time_column("last_seen_at", _("last seen at"))
    readonly_fields = ("sample_shown",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("code", "source", "count"),
                    ("first_seen_at", "last_seen_at"),
                    "sample_shown",
                )
            },
        ),
    )

    @display(description=_("meaning"))
    def explain(self, row: UnknownCode) -> str | SafeString:
        """Where a person can say what it means."""
        return explaining_link(row.code) if row.source == "baidiyun" else ""

    @display(description=_("sample"))
    def sample_shown(self, row: UnknownCode) -> SafeString:
        """Where it was seen, masked."""
        return format_html('<span class="sp-clip">{}</span>', shown(row.sample, "text") or EMPTY)
