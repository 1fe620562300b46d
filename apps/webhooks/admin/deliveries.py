"""Deliveries: what was sent where, and what the other side said."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import EMPTY, badge_column
from apps.core.actions import Actor
from apps.webhooks.choices import DeliveryState
from apps.webhooks.models import OPEN_STATES, Delivery
from apps.webhooks.services import resend_delivery

WHOLE = '<span class="sp-mono">{}</span>'


def _send_again(request: HttpRequest, delivery: Delivery, values: Values) -> str:
    resend_delivery(delivery_id=delivery.pk, actor=Actor.user(request.user))
    return _now("Queued again; it is sent within seconds, under the same ID.")


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    """Deliveries, newest first."""

    merchant_path = "endpoint__merchant"
    list_display = (
        "uid_shown", "state_badge", "url_shown", "attempts", "last_status", "sent_at_when",
        "acknowledged_at_when", "next_at_when",
    )  # fmt: skip
    list_display_links = ("uid_shown",)
    list_filter = (("state", MultipleChoicesDropdownFilter),)
    list_select_related = ("message", "endpoint")
    search_exact = ("message__uid", "message__subject")
    search_help_text = _("ID of the message or of the parcel")
    state_badge = badge_column("state", DeliveryState, _("state"))
    sent_at_when = time_column("sent_at", _("first sent at"), seconds=True)
    acknowledged_at_when = time_column("acknowledged_at", _("acknowledged at"), seconds=True)
    next_when = time_column("next_at", _("next attempt at"), seconds=True)
    readonly_fields = ("uid_shown", "state_badge", "url_whole", "error_whole", "next_at_when")
    change_form_outer_before_template = "baidiyun/record_bar.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("uid_shown", "state_badge"),
                    "url_whole",
                    ("attempts", "last_status"),
                    "error_whole",
                    ("sent_at", "acknowledged_at", "next_at_when"),
                )
            },
        ),
    )
    tasks = (
        Task(
            name="send-again",
            label=_("Send again"),
            explain=_(
                "The message goes out again under the same ID, with all attempts before it."
                " A receiver that keeps to the standard takes it once."
            ),
            permission="webhooks.change_delivery",
            run=_send_again,
            icon="send",
            applies=lambda row: row.state != DeliveryState.PENDING.value,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the content out of the list."""
        rows = super().get_queryset(request)
        return rows.select_related("message", "endpoint").defer("message__payload")

    def name_of(self, row: Delivery) -> str:
        """Return the id that is sent."""
        return row.message.uid

    @display(description=_("message"))
    def uid_shown(self, row: Delivery) -> str:
        """The id that is sent."""
        return row.message.uid

    @display(description=_("address"))
    def url_shown(self, row: Delivery) -> SafeString:
        """Where it goes."""
        return format_html(
            '<span class="sp-clip" title="{0}">{0}</span>', row.endpoint.url or EMPTY
        )

    @display(description=_("address"))
    def url_whole(self, row: Delivery) -> SafeString:
        """Where it goes, broken wherever the line ends."""
        return format_html(WHOLE, row.endpoint.url or EMPTY)

    @display(description=_("next attempt at"))
    def next_at_when(self, row: Delivery) -> str | SafeString:
        """When it is tried next; nothing where it is settled or given up."""
        return self.next_when(row) if row.state in OPEN_STATES else EMPTY

    @display(description=_("last error"))
    def error_whole(self, row: Delivery) -> SafeString:
        """What the other side or the network said, broken wherever the line ends."""
        return format_html(WHOLE, row.last_error or EMPTY)
