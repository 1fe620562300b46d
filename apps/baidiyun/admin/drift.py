"""Deviations from the contract: what the platform sends that its documents do not say."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import EMPTY, badge, badge_column
from apps.baidiyun.choices import FindingKind
from apps.baidiyun.contract import MESSAGES, Direction
from apps.baidiyun.models import DriftFinding
from apps.baidiyun.selectors import NEW_FOR, is_new, new_since
from apps.core import clock


class MessageFilter(DropdownFilter):
    """Deviations of one message of the contract."""

    title = _("interface")
    parameter_name = "product"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer every message the platform sends us."""
        return [
            (name, f"{name} (§{message.section.lstrip('§')})")
            for name, message in sorted(MESSAGES.items())
            if message.direction != Direction.SENT
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the deviations of that message."""
        return queryset.filter(product=self.value()) if self.value() else queryset


class NewFilter(DropdownFilter):
    """Deviations first seen lately."""

    title = _("first seen")
    parameter_name = "first"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer a day and a week."""
        return [("day", _("within 24 hours")), ("week", _("within a week"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those; what is new was also seen lately, which is what the index knows."""
        span = {"day": NEW_FOR, "week": dt.timedelta(days=7)}.get(self.value() or "")
        return queryset.filter(new_since(clock.real_now() - span)) if span else queryset


@admin.register(DriftFinding)
class DriftFindingAdmin(RecordAdmin):
    """What deviates, the latest heard first; what is new within a day stands out."""

    merchant_path = None
    list_display = (
        "path_shown",
        "kind_badge",
        "product",
        "count",
        "last_seen_when",
        "first_seen_shown",
        "sample_shown",
    )
    list_filter = (MessageFilter, ("kind", MultipleChoicesDropdownFilter), NewFilter)
    ordering = ("-last_seen_at", "-id")
    search_exact = ("path",)
    search_prefix = ("path",)
    search_help_text = _("Field, as the contract writes it")
    kind_badge = badge_column("kind", FindingKind, _("deviation"))
    last_seen_when = time_column("last_seen_at", _("last seen at"))
    first_seen_when = time_column("first_seen_at", _("first seen at"))
    readonly_fields = ("kind_badge", "sample_shown")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("product", "kind_badge"),
                    ("path", "count"),
                    ("first_seen_at", "last_seen_at"),
                    "sample_shown",
                ),
                "description": _(
                    "The sample shows the shape alone: 9 is a digit, a or A a letter, 字 a Chinese"
                    " character. The message itself is among the callbacks and calls of that time."
                ),
            },
        ),
    )

    @display(description=_("field"))
    def path_shown(self, row: DriftFinding) -> SafeString:
        """The field or code, as the contract writes paths."""
        return format_html('<code class="lm-mono">{}</code>', row.path)

    @display(description=_("first seen at"))
    def first_seen_shown(self, row: DriftFinding) -> SafeString:
        """When it was first seen; marked within a day."""
        when = self.first_seen_when(row)
        mark = badge(_("New"), "danger") if is_new(row, now=clock.real_now()) else ""
        return format_html("{} {}", when, mark)

    @display(description=_("sample"))
    def sample_shown(self, row: DriftFinding) -> SafeString:
        """The shape of what came."""
        return format_html('<span class="sp-clip" title="{0}">{0}</span>', row.sample or EMPTY)
