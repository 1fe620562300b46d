"""The log of what was told: which notice to which channel, in which words, or why not."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
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
from apps.notifications.admin.notices import lines_of
from apps.notifications.choices import DeliveryState, DeliveryStep
from apps.notifications.models import Delivery
from apps.notifications.models.delivery import TOLD_STATES, WAITING
from apps.notifications.reasons import reason_words
from apps.notifications.services import send_again


def _again(request: HttpRequest, delivery: Delivery, values: Values) -> str:
    send_again(delivery_id=delivery.pk, actor=Actor.user(request.user))
    return _now("It waits to be sent again.")


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    """Deliveries of notices, newest first; for the operator's staff only."""

    merchant_path = None
    list_display = (
        "title_shown", "state_badge", "channel_shown", "step_badge", "attempts", "why_shown",
        "created_at_when", "sent_at_when",
    )  # fmt: skip
    list_display_links = ("title_shown",)
    list_filter = (("state", MultipleChoicesDropdownFilter), "robot", "mail_target")
    search_exact = ("notice__uid", "notice__subject", "digest")
    search_help_text = _("ID of the notice, of what it is about, or of a digest")
    state_badge = badge_column("state", DeliveryState, _("state"))
    step_badge = badge_column("step", DeliveryStep, _("first or second"))
    created_at_when = time_column("created_at", _("created at"), seconds=True)
    sent_at_when = time_column("sent_at", _("sent"), seconds=True)
    readonly_fields = (
        "notice_link", "state_badge", "step_badge", "channel_shown", "why_shown", "words_shown",
    )  # fmt: skip
    change_form_outer_before_template = "accounts/task_bar.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "notice_link",
                    ("channel_shown", "state_badge", "step_badge"),
                    ("attempts", "why_shown"),
                    ("created_at", "next_at", "sent_at"),
                    "digest",
                )
            },
        ),
        (_("As it was told"), {"fields": ("words_shown",)}),
    )
    tasks = (
        Task(
            name="send-again",
            label=_("Send again"),
            explain=_("It goes out once more, with all attempts before it."),
            permission="notifications.change_delivery",
            run=_again,
            icon="send",
            applies=lambda row: row.state not in {WAITING, *TOLD_STATES},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load notice and channel with the rows."""
        return super().get_queryset(request).select_related("notice", "robot", "mail_target")

    @display(description=_("notice"))
    def title_shown(self, row: Delivery) -> str:
        """The notice's title in the reader's language."""
        return row.notice.shown_title

    @display(description=_("notice"))
    def notice_link(self, row: Delivery) -> SafeString:
        """The notice's page."""
        address = reverse("admin:notifications_notice_change", args=[row.notice_id])
        return format_html('<a class="lm-link" href="{}">{}</a>', address, row.notice.shown_title)

    @display(description=_("channel"))
    def channel_shown(self, row: Delivery) -> str:
        """The robot or mail target."""
        return str(row.channel)

    @display(description=_("why not sent"))
    def why_shown(self, row: Delivery) -> str:
        """Why it was not sent, in words."""
        return reason_words(row.why, row.errcode) or EMPTY

    @display(description=_("words sent"))
    def words_shown(self, row: Delivery) -> SafeString:
        """The words with their lines."""
        return lines_of(row.words)
