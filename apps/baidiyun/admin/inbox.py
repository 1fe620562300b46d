"""The inbox: callbacks and answers as they came, and what became of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import action, display

from apps.accounts.admin_filters import LocalTimeRange
from apps.accounts.admin_payloads import pretty_payload
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import EMPTY, badge_column, shown
from apps.baidiyun.admin.finding import inbox_condition
from apps.baidiyun.admin.subjects import subject_link
from apps.baidiyun.choices import InboxState, Source, Topic
from apps.baidiyun.models import InboxRow
from apps.baidiyun.services import requeue_parked
from apps.core.actions import Actor, record_action

PERMISSION = "baidiyun.change_inboxrow"


def replay(request: HttpRequest, ids: list[int]) -> int:
    """Queue parked rows again and write down who did it; returns how many."""
    with transaction.atomic():
        count = requeue_parked(row_ids=ids)
        if count:
            record_action(
                action="baidiyun.callbacks.replayed",
                actor=Actor.user(request.user),
                subject=("baidiyun.inboxrow", str(ids[0]) if len(ids) == 1 else ""),
                after={"rows": ids[:50], "count": count},
            )
    return count


def _replay_one(request: HttpRequest, row: InboxRow, values: Values) -> str:
    if replay(request, [row.pk]):
        return _now("Queued again; it is applied within seconds.")
    return _now("It was no longer parked; nothing was done.")


@admin.register(InboxRow)
class InboxRowAdmin(RecordAdmin):
    """Callbacks and answers to polls, newest first."""

    merchant_path = None
    list_display = (
        "received_when",
        "state_badge",
        "topic_badge",
        "source_badge",
        "number_shown",
        "subject_shown",
        "attempts",
        "error_shown",
    )
    list_filter = (
        ("state", MultipleChoicesDropdownFilter),
        ("topic", ChoicesDropdownFilter),
        ("source", ChoicesDropdownFilter),
        ("received_at", LocalTimeRange),
    )
    list_display_links = ("received_when",)
    search_exact = ("number",)
    search_help_text = _("Tracking number, token, ID or request")
    received_when = time_column("received_at", _("received at"), seconds=True)
    actions = ("replay_parked",)
    state_badge = badge_column("state", InboxState, _("state"))
    topic_badge = badge_column("topic", Topic, _("topic"))
    source_badge = badge_column("source", Source, _("source"))
    change_form_outer_before_template = "baidiyun/record_bar.html"
    readonly_fields = (
        "state_badge",
        "topic_badge",
        "source_badge",
        "subject_shown",
        "token_short",
        "request_shown",
        "error_full",
        "content",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("state_badge", "topic_badge", "source_badge"),
                    ("carrier", "number", "subject_shown"),
                    ("received_at", "applied_at", "next_at"),
                    ("attempts", "token_short", "request_shown"),
                    "error_full",
                )
            },
        ),
        (_("Message as it came"), {"fields": ("content",)}),
    )
    tasks = (
        Task(
            name="replay",
            label=_("Replay"),
            explain=_(
                "The callback goes back to the queue with six new attempts. Applying it twice"
                " changes nothing."
            ),
            permission=PERMISSION,
            run=_replay_one,
            icon="replay",
            applies=lambda row: row.state == InboxState.PARKED.value,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the content out of the list: a row may hold a megabyte."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and (match.url_name or "").endswith("_changelist")
        return rows.defer("param") if is_list else rows

    @display(description=_("number"))
    def number_shown(self, row: InboxRow) -> SafeString:
        """The number over the carrier's code."""
        return format_html(
            '<span class="sp-number"><b>{}</b><span>{}</span></span>',
            row.number or EMPTY,
            row.carrier,
        )

    @display(description=_("token"))
    def token_short(self, row: InboxRow) -> str:
        """The beginning of the token: the rest is the secret of its callback address."""
        return f"{row.token[:8]}…" if row.token else EMPTY

    @display(description=_("request"))
    def request_shown(self, row: InboxRow) -> str:
        """The id by which the log, the messages and what else followed from it are found."""
        return row.request_id

    @display(description=_("subject"))
    def subject_shown(self, row: InboxRow) -> str | SafeString:
        """What it is about."""
        return subject_link(row.topic, row.subject)

    @display(description=_("error"))
    def error_shown(self, row: InboxRow) -> SafeString:
        """The beginning of the error."""
        text = shown(row.error[:300], "text") or EMPTY
        return format_html('<span class="sp-clip" title="{0}">{0}</span>', text)

    @display(description=_("error"))
    def error_full(self, row: InboxRow) -> str:
        """The whole error; it may quote what came, so it is masked too."""
        return shown(row.error, "text", revealed=row.__dict__.get("revealed", False)) or EMPTY

    @display(description="")
    def content(self, row: InboxRow) -> SafeString:
        """The message, indented; personal data masked unless revealed."""
        text = pretty_payload(row.param, revealed=row.__dict__.get("revealed", False))
        return format_html('<pre class="sp-pre">{}</pre>', text)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> InboxRow | None:
        """Find one row and note whether the viewer has revealed it."""
        row: InboxRow | None = super().get_object(request, object_id, from_field)
        if row is not None:
            row.__dict__["revealed"] = self.is_revealed(request, row)
        return row

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by number, token or id."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(inbox_condition(search_term)), False

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody may queue rows again."""
        return bool(request.user.has_perm(PERMISSION))

    @action(description=_("Replay parked callbacks"), permissions=["replay"])
    def replay_parked(self, request: HttpRequest, queryset: QuerySet[InboxRow]) -> None:
        """Queue the parked ones among the chosen rows again."""
        ids = list(queryset.values_list("pk", flat=True)[:10_000])
        count = replay(request, ids)
        text = ngettext("%(n)s callback queued again.", "%(n)s callbacks queued again.", count)
        rest = len(ids) - count
        level = messages.SUCCESS if count else messages.WARNING
        said = text % {"n": count}
        if rest:
            said += " " + _now("%(n)s were not parked and stay as they are.") % {"n": rest}
        self.message_user(request, said, level)
