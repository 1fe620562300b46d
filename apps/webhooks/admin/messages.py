"""Messages: what merchants' systems are told."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import display

from apps.accounts.admin_payloads import pretty_payload
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import badge, badge_column
from apps.webhooks.choices import EndpointMode, MessageKind
from apps.webhooks.models import OPEN_STATES, Delivery, Message


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    """Messages, newest first."""

    list_display = (
        "uid", "kind_badge", "subject", "merchant", "mode_badge", "reach", "occurred_at_when",
        "created_at_when",
    )  # fmt: skip
    list_display_links = ("uid",)
    list_filter = (("is_unheard", BooleanRadioFilter),)
    list_select_related = ("merchant",)
    search_exact = ("uid", "subject")
    search_help_text = _("ID of the message or of the parcel")
    kind_badge = badge_column("kind", MessageKind, _("kind"))
    mode_badge = badge_column("mode", EndpointMode, _("mode"))
    occurred_at_when = time_column("occurred_at", _("happened"), seconds=True)
    created_at_when = time_column("created_at", _("created at"), seconds=True)
    readonly_fields = ("kind_badge", "mode_badge", "reach", "content")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("uid", "kind_badge", "mode_badge"),
                    ("subject", "merchant", "reach"),
                    ("occurred_at", "created_at", "request_id"),
                )
            },
        ),
        (_("Message as it is sent"), {"fields": ("content",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Say with every message whether somebody still waits for it."""
        open_ones = Delivery.objects.filter(message=OuterRef("pk"), state__in=OPEN_STATES)
        rows = super().get_queryset(request).select_related("merchant")
        return rows.annotate(is_waiting=Exists(open_ones))

    @display(description=_("reached"))
    def reach(self, row: Any) -> SafeString:
        """Whether it reached who asked for it."""
        if row.is_unheard:
            return badge(_("Nobody to tell"))
        return badge(_("On its way"), "info") if row.is_waiting else badge(_("Settled"), "success")

    @display(description="")
    def content(self, row: Message) -> SafeString:
        """The body, indented and masked."""
        text = pretty_payload(json.dumps(row.payload, ensure_ascii=False))
        return format_html('<pre class="sp-pre">{}</pre>', text)
