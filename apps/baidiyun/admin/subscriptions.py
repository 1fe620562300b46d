"""Subscriptions: which numbers Baidiyun follows for us, and which it refused to."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import EMPTY, badge_column
from apps.baidiyun.admin.finding import subscription_condition
from apps.baidiyun.admin.subjects import subject_link
from apps.baidiyun.choices import Mode, SubscriptionState, Topic
from apps.baidiyun.models import Subscription
from apps.baidiyun.services import retry_subscription
from apps.core.actions import Actor, record_action


def _retry(request: HttpRequest, row: Subscription, values: Values) -> str:
    with transaction.atomic():
        if not retry_subscription(subscription_id=row.pk):
            return _now("It had not failed, or a newer one is open; nothing was done.")
        record_action(
            action="baidiyun.subscription.retried",
            actor=Actor.user(request.user),
            subject=row,
            before={"state": row.state},
            after={"state": SubscriptionState.PENDING.value},
        )
    return _now("Queued again; it is sent with the next round.")


@admin.register(Subscription)
class SubscriptionAdmin(RecordAdmin):
    """Subscriptions, newest first."""

    merchant_path = None
    list_display = (
        "number_shown",
        "state_badge",
        "topic_badge",
        "mode_badge",
        "subject_shown",
        "last_push_when",
        "attempts",
        "message_shown",
        "created_when",
    )
    list_filter = (
        ("state", MultipleChoicesDropdownFilter),
        ("topic", ChoicesDropdownFilter),
        ("mode", ChoicesDropdownFilter),
        ("created_at", LocalTimeRange),
    )
    change_form_outer_before_template = "accounts/task_bar.html"
    tasks = (
        Task(
            name="retry",
            label=_("Subscribe again"),
            explain=_(
                "The number is handed to the platform once more, with a full set of attempts."
            ),
            permission="baidiyun.change_inboxrow",
            run=_retry,
            icon="replay",
            applies=lambda row: (
                row.state == SubscriptionState.FAILED.value and row.topic == Topic.TRACKING.value
            ),
        ),
    )
    search_exact = ("number", "token")
    search_help_text = _("Tracking number, token or ID")
    last_push_when = time_column("last_push_at", _("last push at"))
    created_when = time_column("created_at", _("created at"))
    state_badge = badge_column("state", SubscriptionState, _("state"))
    topic_badge = badge_column("topic", Topic, _("topic"))
    mode_badge = badge_column("mode", Mode, _("mode"))
    readonly_fields = (
        "state_badge",
        "topic_badge",
        "mode_badge",
        "subject_shown",
        "token_short",
        "message_shown",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("state_badge", "topic_badge", "mode_badge"),
                    ("carrier", "number", "subject_shown"),
                    ("token_short", "kid", "attempts"),
                    ("return_code", "message_shown"),
                )
            },
        ),
        (
            _("Times"),
            {
                "fields": (
                    ("created_at", "subscribed_at", "last_push_at"),
                    ("next_at", "retry_at", "poll_wanted_at"),
                    "closed_at",
                )
            },
        ),
    )

    @display(description=_("number"))
    def number_shown(self, row: Subscription) -> SafeString:
        """The number over the carrier's code."""
        return format_html(
            '<span class="sp-number"><b>{}</b><span>{}</span></span>',
            row.number or EMPTY,
            row.carrier,
        )

    @display(description=_("token"))
    def token_short(self, row: Subscription) -> str:
        """The beginning of the token: the rest is the secret of its callback address."""
        return f"{row.token[:8]}…"

    @display(description=_("subject"))
    def subject_shown(self, row: Subscription) -> str | SafeString:
        """What it is about."""
        return subject_link(row.topic, row.subject)

    @display(description=_("message"))
    def message_shown(self, row: Subscription) -> SafeString:
        """What Baidiyun said last."""
        said = " ".join(part for part in (row.return_code, row.message) if part)
        return format_html('<span class="sp-clip" title="{0}">{0}</span>', said or EMPTY)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by number, token or id."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(subscription_condition(search_term)), False
