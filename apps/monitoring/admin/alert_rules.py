"""Alert rules: what they look at, how often they spoke, their form with a look at the past."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import badge, enum_badge
from apps.core import clock
from apps.core.actions import Actor
from apps.monitoring.admin.alarms import state_badge
from apps.monitoring.admin.alert_rule_form import AlertRuleForm, initial_of
from apps.monitoring.alarm_words import amount, label_words, runbook_path, terms_words, title_of
from apps.monitoring.errors import AlertRuleInvalid
from apps.monitoring.models import Alarm, AlertRule
from apps.monitoring.preview import Preview, preview_rule
from apps.monitoring.rule_checking import problems_of
from apps.monitoring.runbook import has_page
from apps.monitoring.services import draft_of, save_rule, switch_alert_rule
from apps.notifications.choices import Audience, NoticeSeverity

ADD, CHANGE = "monitoring.add_alertrule", "monitoring.change_alertrule"
WEEK = dt.timedelta(days=7)
MOST_EARLIER = 20


def switch(enabled: bool) -> Any:
    """Return what the task of switching runs."""

    def run(request: HttpRequest, row: AlertRule, values: Values) -> str:
        switch_alert_rule(rule_id=row.pk, enabled=enabled, actor=Actor.user(request.user))
        return _now("Switched on.") if enabled else _now("Switched off.")

    return run


@admin.register(AlertRule)
class AlertRuleAdmin(RecordAdmin):
    """Rules in the order of their positions, all on one page."""

    merchant_path = None
    ordering = ("position", "slug")
    list_display = ("name",)
    change_form_template = "monitoring/alert_rule_page.html"
    tasks = (
        Task(
            name="on", label=_("Switch on"), icon="play_arrow", permission=CHANGE,
            explain=_("It is looked at from the next look on, a few seconds from now."),
            run=switch(True), applies=lambda row: not row.enabled,
        ),
        Task(
            name="off", label=_("Switch off"), icon="block", permission=CHANGE, danger=True,
            explain=_("Nothing is judged by it any more; its open alarms end, and nobody is told."),
            run=switch(False), applies=lambda row: row.enabled,
        ),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        """Add the form."""
        wrap, name = self.admin_site.admin_view, self.url_name
        return [
            path("draft/", wrap(self.edit_view), name=name("draft")),
            path("<int:rule_id>/edit/", wrap(self.edit_view), name=name("edit")),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show all rules on one page with how often they spoke."""
        self._check_may_view(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Alert rules"),
            "may_add": request.user.has_perm(ADD),
            "lines": lines(),
        }
        return self.timed(
            lambda: TemplateResponse(request, "monitoring/alert_rules.html", context), request
        )

    def task_subject(self, row: AlertRule) -> str:
        """The rule's name."""
        return row.shown_name

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show what a rule says, and its last alarms; asked for, what it would have done."""
        row: AlertRule = kwargs.get("obj") or context["original"]
        context |= page_context(row)
        context["title"] = row.shown_name
        context["may_change"] = request.user.has_perm(CHANGE)
        if "preview" in request.GET:
            context["preview"] = preview_words(row, preview_rule(row, at=clock.real_now()))
        return super().render_change_form(request, context, *args, **kwargs)

    def edit_view(self, request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
        """Ask what a rule says; look at the past or save it. What is wrong stands at its field."""
        self._check_may_view(request)
        if not request.user.has_perm(ADD if rule_id is None else CHANGE):
            raise PermissionDenied
        rule = self.get_visible_or_404(request, str(rule_id)) if rule_id is not None else None
        form = AlertRuleForm(
            request.POST or None, rule=rule, initial=initial_of(rule) if rule else {}
        )
        context: dict[str, Any] = {"form": form, "rule": rule}
        if request.method == "POST" and form.is_valid():
            try:
                if request.POST.get("do") == "preview":
                    context["preview"] = self._preview(form, rule)
                else:
                    return self._saved(request, form, rule)
            except AlertRuleInvalid as error:
                form.take(error)
        context |= self.admin_site.each_context(request)
        context["title"] = rule.shown_name if rule else _("New alert rule")
        status = 422 if form.errors else 200
        return TemplateResponse(request, "monitoring/alert_rule_form.html", context, status=status)

    def _preview(self, form: AlertRuleForm, rule: AlertRule | None) -> dict[str, Any]:
        content = form.content()
        if problems := problems_of(content, rule=rule):
            raise AlertRuleInvalid(problems)
        draft = draft_of(content)
        return preview_words(draft, preview_rule(draft, at=clock.real_now()))

    def _saved(
        self, request: HttpRequest, form: AlertRuleForm, rule: AlertRule | None
    ) -> HttpResponse:
        made = save_rule(
            content=form.content(), actor=Actor.user(request.user),
            rule_id=rule.pk if rule else None,
        )  # fmt: skip
        messages.success(request, _now("Saved; it holds from the next look on."))
        return HttpResponseRedirect(reverse("admin:monitoring_alertrule_change", args=[made.pk]))


def lines() -> list[dict[str, Any]]:
    """Return every rule as the list shows it, in two queries."""
    since = clock.real_now() - WEEK
    rules = AlertRule.objects.select_related("objective").prefetch_related("depends_on")
    counted = rules.annotate(
        week=Count("alarms", filter=Q(alarms__since__gte=since)),
        open_now=Count("alarms", filter=Q(alarms__until__isnull=True)),
    )
    return [
        {
            "rule": rule,
            "severity": enum_badge(rule.severity, NoticeSeverity),
            "audience": Audience(rule.audience).label,
            "when": terms_words(rule),
            "hidden_by": [cause.shown_name for cause in rule.depends_on.all()],
        }
        for rule in counted.order_by("-enabled", "position", "slug")
    ]


def page_context(row: AlertRule) -> dict[str, Any]:
    """Return what the page of one rule shows."""
    alarms = Alarm.objects.filter(rule=row).select_related("rule__objective")
    return {
        "rule": row,
        "severity": enum_badge(row.severity, NoticeSeverity),
        "audience": Audience(row.audience).label,
        "off": badge(_now("switched off")) if not row.enabled else "",
        "when": terms_words(row),
        "ends": amount(row, row.ends_at) if row.ends_at is not None else "",
        "runbook": runbook_path(row) if has_page(row.runbook) else "",
        "hidden_by": row.depends_on.all(),
        "hides": row.consequences.all(),
        "alarms": [
            {"row": one, "title": title_of(one), "worst": amount(row, one.worst),
             "state": state_badge(one)}
            for one in alarms.order_by("-id")[:MOST_EARLIER]
        ],
    }  # fmt: skip


def preview_words(rule: AlertRule, found: Preview) -> dict[str, Any]:
    """Return what a rule would have done, as the pages show it: the newest first."""
    return {
        "count": found.count,
        "since": found.since,
        "minutes": round(found.step / dt.timedelta(minutes=1)),
        "measured": round(found.measured * 100),
        "firings": [
            {"label": label_words(rule, one.label), "since": one.since, "until": one.until,
             "seconds": one.seconds, "worst": amount(rule, one.worst)}
            for one in reversed(found.firings)
        ],
    }  # fmt: skip
