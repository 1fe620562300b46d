"""Overrides: who let what go in spite of which rule and why, until somebody else looked at it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import ReasonForm, Task, Values
from apps.accounts.choices import Role
from apps.accounts.faces import badge
from apps.core import clock
from apps.core.actions import Actor
from apps.customs.admin.compliance_history import person_of
from apps.customs.compliance_selectors import override_counts
from apps.customs.models import FindingOverride
from apps.customs.rule_names import rule_titles
from apps.customs.services.compliance_overriding import (
    review_override,
    withdraw_finding_override,
)

REVIEW = "customs.review_override"
COUNTED = dt.timedelta(days=30)
MOST_COUNTED = 12


class NoteForm(forms.Form):
    """A word about it, if one is needed."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class ReviewedFilter(admin.SimpleListFilter):
    """What waits for a review first; the rest on request."""

    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The queue is what is shown without asking."""
        return [("done", _("was reviewed")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        """Name the default for what it is."""
        every = list(super().choices(changelist))
        every[0]["display"] = _("waits for a review")
        return every

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow by whether somebody reviewed it."""
        if self.value() == "all":
            return queryset
        return queryset.filter(reviewed_at__isnull=self.value() != "done")


def _agree(request: HttpRequest, row: FindingOverride, values: Values) -> str:
    review_override(override=row, agrees=True, actor=Actor.user(request.user), note=values["note"])
    return _now("Reviewed: it was right to let it go.")


def _disagree(request: HttpRequest, row: FindingOverride, values: Values) -> str:
    review_override(
        override=row, agrees=False, actor=Actor.user(request.user), note=values["reason"]
    )
    return _now("Reviewed: the rule holds again what has not left.")


def _withdraw(request: HttpRequest, row: FindingOverride, values: Values) -> str:
    withdraw_finding_override(override=row, actor=Actor.user(request.user), reason=values["reason"])
    return _now("The rule holds it again.")


@admin.register(FindingOverride)
class FindingOverrideAdmin(RecordAdmin):
    """The queue of overrides, with how often each rule and each person let something go."""

    merchant_path = "consignment__merchant"
    list_display = (
        "rule", "order", "reason", "person", "role_shown", "at_when", "standing", "reviewed",
    )  # fmt: skip
    list_filter = (ReviewedFilter,)
    search_exact = ("consignment__reference", "rule_key", "by")
    search_help_text = _("Order number, rule or person, whole")
    list_select_related = ("consignment",)
    list_before_template = "customs/compliance_overrides.html"
    change_form_template = "customs/compliance_override.html"
    at_when = time_column("at", _("at"))
    tasks = (
        Task(
            name="agree", label=_("It was right"), icon="check",
            explain=_("Somebody else than who let it go says so. It is kept for ever."),
            permission=REVIEW, run=_agree, form=NoteForm,
            applies=lambda row: row.reviewed_at is None,
        ),
        Task(
            name="disagree", label=_("It was wrong"), icon="block", danger=True,
            explain=_("The rule holds the parcel again if it has not left."),
            permission=REVIEW, run=_disagree, form=ReasonForm,
            applies=lambda row: row.reviewed_at is None,
        ),
        Task(
            name="withdraw", label=_("Take it back"), icon="undo",
            explain=_("The rule holds the parcel again if it has not left."),
            permission="customs.override_finding", run=_withdraw, form=ReasonForm,
            applies=lambda row: row.withdrawn_at is None,
        ),
    )  # fmt: skip

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the queue under its counts of thirty days."""
        counts = {} if self._is_closed_to(request) else counted()
        return super().changelist_view(request, {**(extra_context or {}), **counts})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Give each row of the list its rule's title, read once."""
        shown = super().get_changelist_instance(request)
        titles = rule_titles()
        for row in shown.result_list:
            row.rule_title = titles.get(row.rule_key, row.rule_key)
        return shown

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show an override with the rule it was about and the way to its order."""
        row: FindingOverride = kwargs.get("obj") or context["original"]
        context |= {
            "override": row,
            "by": person_of(row.by),
            "reviewer": person_of(row.reviewed_by),
            "rule_title": rule_titles().get(row.rule_key, row.rule_key),
            "role": role_words(row.role),
            "audit": audit_page(row),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def name_of(self, row: FindingOverride) -> str:
        """The order's number."""
        return row.consignment.reference

    @display(description=_("rule"))
    def rule(self, row: FindingOverride) -> str:
        """The rule's title, as the list read it."""
        return str(row.rule_title)  # type: ignore[attr-defined]

    @display(description=_("order number"))
    def order(self, row: FindingOverride) -> SafeString:
        """The order, with the way to why it was allowed."""
        return format_html('<a href="{}">{}</a>', audit_page(row), row.consignment.reference)

    @display(description=_("let go by"))
    def person(self, row: FindingOverride) -> str:
        """Who let it go."""
        return person_of(row.by)

    @display(description=_("role"))
    def role_shown(self, row: FindingOverride) -> str:
        """In which role they did it."""
        return role_words(row.role)

    @display(description=_("holds"))
    def standing(self, row: FindingOverride) -> SafeString:
        """Whether it still lets the parcel go."""
        if row.withdrawn_at is None:
            return badge(_("lets it go"), "warning")
        return badge(_("has ended"), "default")

    @display(description=_("reviewed by"))
    def reviewed(self, row: FindingOverride) -> SafeString:
        """By whom it was reviewed."""
        return (
            badge(person_of(row.reviewed_by), "success")
            if row.reviewed_at
            else badge(_("waits"), "info")
        )


def counted() -> dict[str, Any]:
    """Return how often each rule and each person let something go in thirty days."""
    since = clock.now() - COUNTED
    titles = rule_titles()
    rows = FindingOverride.objects.filter(at__gte=since)
    people = rows.values_list("by").annotate(n=Count("pk")).order_by("-n", "by")
    return {
        "rule_counts": [
            {"title": titles.get(one.rule_key, one.rule_key), "count": one}
            for one in override_counts(since=since)[:MOST_COUNTED]
        ],
        "person_counts": [(by, person_of(by), n) for by, n in people[:MOST_COUNTED]],
        "days": COUNTED.days,
    }


def role_words(role: str) -> str:
    """Return what a role is called."""
    member = Role.parse(role)
    return str(member.label) if member else role


def audit_page(row: FindingOverride) -> str:
    """Return the address that tells why the override's order was allowed."""
    return f"{reverse('admin:customs_compliancecheck_changelist')}?q={row.consignment.uid}"
