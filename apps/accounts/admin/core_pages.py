"""The pages of core: action log, job runs, counters. Core itself knows no admin base."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, TextFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import EMPTY, badge
from apps.core.models import ActionLog, Counter, JobRun

ACTOR_KINDS = (("user", _("User")), ("api_key", _("API key")), ("system", _("The system")))


class ActorFilter(DropdownFilter):
    """Actions of people, of keys, or of the system."""

    title = _("actor kind")
    parameter_name = "actor_kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the kinds."""
        return list(ACTOR_KINDS)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the actions of that kind of actor."""
        return queryset.filter(actor_kind=self.value()) if self.value() else queryset


class ExactFilter(TextFilter):
    """Rows with exactly one value in a field."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows with that value."""
        value = (self.value() or "").strip()
        return queryset.filter(**{self.parameter_name: value}) if value else queryset


class ActionFilter(ExactFilter):
    """One kind of action."""

    title = _("action")
    parameter_name = "action"


class ActorNameFilter(ExactFilter):
    """What one person did."""

    title = _("actor")
    parameter_name = "actor_name"


class JobFilter(ExactFilter):
    """One job."""

    title = _("job")
    parameter_name = "job"


class CounterNameFilter(ExactFilter):
    """One counter."""

    title = _("name")
    parameter_name = "name"


class JobStateFilter(DropdownFilter):
    """Slots that were not finished, or ended with an error."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the states."""
        return [("done", _("Finished")), ("open", _("Not finished")), ("error", _("With an error"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the slots in that state."""
        if self.value() == "error":
            return queryset.exclude(error="")
        if self.value() in {"done", "open"}:
            return queryset.filter(finished_at__isnull=self.value() == "open")
        return queryset


@admin.register(ActionLog)
class ActionLogAdmin(RecordAdmin):
    """Who decided what. The table itself refuses changes; this page only reads."""

    merchant_path = None
    list_display = ("at_when", "actor_shown", "action", "subject_shown", "changes_shown", "note")
    at_when = time_column("at", _("at"))
    list_filter = (ActionFilter, ActorNameFilter, ActorFilter, ("at", LocalTimeRange))
    search_exact = ("subject_id",)
    search_help_text = _("ID of the record it was done to")
    readonly_fields = ("actor_shown", "subject_shown", "before_shown", "after_shown")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("at", "real_at"),
                    ("action", "actor_shown"),
                    ("subject_shown", "merchant_id"),
                    "note",
                    "request_id",
                )
            },
        ),
        (_("Before"), {"fields": ("before_shown",)}),
        (_("After"), {"fields": ("after_shown",)}),
    )

    @display(description=_("actor"))
    def actor_shown(self, row: ActionLog) -> SafeString:
        """Who, and what kind of actor."""
        kind = dict(ACTOR_KINDS).get(row.actor_kind, row.actor_kind)
        return format_html(
            '<span class="sp-number"><b>{}</b><span>{}</span></span>', row.actor_name, kind
        )

    @display(description=_("subject"))
    def subject_shown(self, row: ActionLog) -> str:
        """What it was done to."""
        return f"{row.subject_kind} {row.subject_id}".strip()

    @display(description=_("changes"))
    def changes_shown(self, row: ActionLog) -> SafeString:
        """Before and after, field by field."""
        names = dict.fromkeys([*row.before, *row.after])
        lines = [(name, row.before.get(name, EMPTY), row.after.get(name, EMPTY)) for name in names]
        return format_html_join("", '<span class="sp-pair">{}: {} → {}</span>', lines)

    @display(description="")
    def before_shown(self, row: ActionLog) -> SafeString:
        """The state before, as it was written down."""
        return json_block(row.before)

    @display(description="")
    def after_shown(self, row: ActionLog) -> SafeString:
        """The state after."""
        return json_block(row.after)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find what was done to a record: the index asks for its kind first."""
        word = search_term.strip()
        if not word:
            return queryset, False
        kinds = [model._meta.label_lower for model in apps.get_models()]
        return queryset.filter(subject_kind__in=kinds, subject_id=word), False


@admin.register(JobRun)
class JobRunAdmin(RecordAdmin):
    """Slots of periodic jobs, newest first."""

    merchant_path = None
    list_display = (
        "job",
        "state_shown",
        "slot_when",
        "started_when",
        "duration_shown",
        "result_shown",
        "holder",
    )
    slot_when = time_column("slot", _("slot"))
    started_when = time_column("started_at", _("started at"), seconds=True)
    list_filter = (JobFilter, JobStateFilter, ("started_at", LocalTimeRange))
    readonly_fields = ("state_shown", "duration_shown", "result_full")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("job", "slot", "state_shown"),
                    ("started_at", "finished_at", "duration_shown"),
                    "holder",
                    "error",
                )
            },
        ),
        (_("Result"), {"fields": ("result_full",)}),
    )

    @display(description=_("state"))
    def state_shown(self, run: JobRun) -> SafeString:
        """Finished, running, or failed."""
        if run.finished_at:
            return badge(_("Finished"), "success")
        if run.error:
            return badge(_("Failed"), "danger", hint=run.error[:200])
        return badge(_("Running"), "info")

    @display(description=_("duration"))
    def duration_shown(self, run: JobRun) -> str:
        """How long it took, in seconds."""
        if run.finished_at is None:
            return EMPTY
        return f"{(run.finished_at - run.started_at).total_seconds():.1f} s"

    @display(description=_("result"))
    def result_shown(self, run: JobRun) -> SafeString:
        """The error, or what the job says it did."""
        said = run.error or ", ".join(f"{name} {value}" for name, value in run.result.items())
        return format_html('<span class="sp-clip" title="{0}">{0}</span>', said or EMPTY)

    @display(description=_("result"))
    def result_full(self, run: JobRun) -> SafeString:
        """The whole result."""
        return json_block(run.result)


@admin.register(Counter)
class CounterAdmin(RecordAdmin):
    """Daily counters: what was cleaned, refused, unknown."""

    merchant_path = None
    list_display = ("day", "name", "label", "value")
    list_filter = (CounterNameFilter,)
    ordering = ("-id",)
    list_display_links = None


def json_block(value: Any) -> SafeString:
    """Return JSON, indented."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return format_html('<pre class="sp-pre">{}</pre>', text)
