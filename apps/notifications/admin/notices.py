"""Notices: what staff are told, and what became of it."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import EMPTY, badge_column, enum_badge
from apps.accounts.models import User
from apps.notifications.choices import Audience, DeliveryState, NoticeSeverity, NoticeState
from apps.notifications.models import Delivery, Notice
from apps.notifications.policy import may_acknowledge
from apps.notifications.reasons import reason_words
from apps.notifications.services import acknowledge_notice


def _acknowledge(request: HttpRequest, notice: Notice, values: Values) -> str:
    done = acknowledge_notice(notice_uid=notice.uid, user=cast(User, request.user))
    return done.sentence or _now("Acknowledged. It goes to nobody else.")


@admin.register(Notice)
class NoticeAdmin(RecordAdmin):
    """Notices, newest first; for the operator's staff only."""

    merchant_path = None
    list_display = (
        "title_shown", "severity_badge", "audience_badge", "state_badge", "happened_at_when",
        "queued_at_when", "sent_at_when", "acknowledged_by",
    )  # fmt: skip
    list_display_links = ("title_shown",)
    list_filter = (
        ("audience", MultipleChoicesDropdownFilter),
        ("severity", MultipleChoicesDropdownFilter),
        ("state", MultipleChoicesDropdownFilter),
    )
    search_exact = ("uid", "subject")
    search_help_text = _("ID of the notice or of what it is about")
    severity_badge = badge_column("severity", NoticeSeverity, _("severity"))
    audience_badge = badge_column("audience", Audience, _("audience"))
    state_badge = badge_column("state", NoticeState, _("state"))
    happened_at_when = time_column("happened_at", _("happened"))
    queued_at_when = time_column("queued_at", _("queued"), seconds=True)
    sent_at_when = time_column("sent_at", _("sent"), seconds=True)
    readonly_fields = (
        "severity_badge", "audience_badge", "state_badge", "page_link", "text_shown",
        "text_en_shown", "why_shown", "told",
    )  # fmt: skip
    change_form_outer_before_template = "accounts/task_bar.html"
    tasks = (
        Task(
            name="acknowledge",
            label=_("Acknowledge"),
            explain=_("You take care of it. It is written down, and nobody else is called for it."),
            permission="notifications.change_notice",
            run=_acknowledge,
            icon="done",
            applies=lambda row: (
                row.acknowledged_at is None
                and may_acknowledge(kind=row.kind, severity=row.severity)
            ),
        ),
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("severity_badge", "audience_badge", "state_badge"),
                    ("kind", "subject"),
                    "page_link",
                    ("happened_at", "queued_at", "sent_at"),
                    ("acknowledged_at", "acknowledged_by", "second_at"),
                    "why_shown",
                    "told",
                )
            },
        ),
        (_("As it is told"), {"fields": ("title", "text_shown", "title_en", "text_en_shown")}),
    )

    @display(description=_("title"))
    def title_shown(self, row: Notice) -> str:
        """The title in the reader's language."""
        return row.shown_title

    @display(description=_("page"))
    def page_link(self, row: Notice) -> SafeString | str:
        """The page it is about."""
        if not row.path:
            return EMPTY
        return format_html('<a class="lm-link" href="{0}">{0}</a>', row.path)

    @display(description=_("why not sent"))
    def why_shown(self, row: Notice) -> str:
        """Why nobody was told, in words."""
        return reason_words(row.why) or EMPTY

    @display(description=_("who was told"))
    def told(self, row: Notice) -> SafeString | str:
        """Each channel with what became of it there."""
        rows = Delivery.objects.filter(notice=row).select_related("robot", "mail_target")
        shown = [
            (
                reverse("admin:notifications_delivery_change", args=[one.pk]),
                str(one.channel),
                enum_badge(one.state, DeliveryState),
                reason_words(one.why, one.errcode),
            )
            for one in rows.order_by("id")
        ]
        line = '<p><a class="lm-link" href="{}">{}</a> {} {}</p>'
        return format_html_join("", line, shown) or EMPTY

    @display(description=_("text"))
    def text_shown(self, row: Notice) -> SafeString:
        """The Chinese text with its lines."""
        return lines_of(row.body)

    @display(description=_("text in English"))
    def text_en_shown(self, row: Notice) -> SafeString:
        """The English text with its lines."""
        return lines_of(row.body_en)


def lines_of(text: str) -> SafeString:
    """Return a text with its lines as a page shows them."""
    return format_html_join("", "<p>{}</p>", ((line,) for line in (text or EMPTY).splitlines()))
