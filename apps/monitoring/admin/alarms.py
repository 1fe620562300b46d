"""Alarms: what was wrong with the portal, since when, who was told and who is at it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import badge, badge_column, enum_badge
from apps.core import clock
from apps.core.actions import Actor
from apps.monitoring.alarm_words import (
    amount,
    detail_of,
    runbook_path,
    sentence_of,
    terms_words,
    title_of,
)
from apps.monitoring.choices import AlarmEnd
from apps.monitoring.models import Alarm, AlertRule, Silence
from apps.monitoring.services import acknowledge_alarm, silence_alarm
from apps.notifications.choices import NoticeSeverity
from apps.notifications.models import Notice

CHANGE = "monitoring.change_alarm"
EARLIER = 10
MOST_HOURS = 14 * 24


class SilenceForm(forms.Form):
    """Asks how long and why."""

    hours = forms.IntegerField(
        label=_("For how many hours"), min_value=1, max_value=MOST_HOURS, initial=2,
        help_text=_("It ends by itself; if the alarm is open then, it is told."),
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


class RuleFilter(DropdownFilter):
    """Alarms of one rule."""

    title = _("rule")
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every rule by its name."""
        return [(str(rule.pk), rule.shown_name) for rule in AlertRule.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the alarms of the chosen rule."""
        value = self.value() or ""
        return queryset.filter(rule_id=int(value)) if value.isdecimal() else queryset


class OpenFilter(DropdownFilter):
    """Alarms that are open, or those that have ended."""

    title = _("state")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer both."""
        return [("1", _("open")), ("0", _("ended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one of both."""
        if self.value() in ("0", "1"):
            return queryset.filter(until__isnull=self.value() == "1")
        return queryset


def acknowledge(request: HttpRequest, row: Alarm, values: Values) -> str:
    """Take an alarm up, for the person asking."""
    alarm = acknowledge_alarm(uid=row.uid, actor=Actor.user(request.user))
    return _now("%(who)s is at it.") % {"who": alarm.acknowledged_by}


def silence(request: HttpRequest, row: Alarm, values: Values) -> str:
    """Silence an alarm, for the person asking."""
    until = clock.real_now() + dt.timedelta(hours=values["hours"])
    silence_alarm(uid=row.uid, until=until, why=values["why"], actor=Actor.user(request.user))
    return _now("Nobody is told of it for %(n)s hours.") % {"n": values["hours"]}


@admin.register(Alarm)
class AlarmAdmin(RecordAdmin):
    """Conditions that opened and closed by themselves: the open ones, then the newest."""

    merchant_path = None
    ordering = (F("until").desc(nulls_first=True), "-id")
    list_display = (
        "named", "severity_badge", "state_shown", "since_when", "until_when", "said", "taken",
    )  # fmt: skip
    list_display_links = ("named",)
    list_select_related = ("rule__objective",)
    list_filter = (
        OpenFilter,
        RuleFilter,
        ("severity", MultipleChoicesDropdownFilter),
        ("since", LocalTimeRange),
    )
    change_form_template = "monitoring/alarm_page.html"
    severity_badge = badge_column("severity", NoticeSeverity, _("severity"))
    since_when = time_column("since", _("since"))
    until_when = time_column("until", _("until"))
    tasks = (
        Task(
            name="acknowledge",
            label=_("I am at it"),
            explain=_("Nobody else is called. It stays open until it is measured as right again."),
            permission=CHANGE,
            run=acknowledge,
            icon="front_hand",
            applies=lambda row: row.until is None and row.acknowledged_at is None,
        ),
        Task(
            name="silence",
            label=_("Silence it"),
            explain=_("It is still measured and shown, but nobody is told until the silence ends."),
            permission=CHANGE,
            run=silence,
            form=SilenceForm,
            icon="notifications_paused",
        ),
    )

    class Media:
        css = {"all": ("portal/alarms.css",)}

    @display(description=_("alarm"))
    def named(self, row: Alarm) -> str:
        """What it is called."""
        return title_of(row)

    @display(description=_("state"))
    def state_shown(self, row: Alarm) -> SafeString:
        """Whether it is open, whose consequence it is, or how it ended."""
        return state_badge(row)

    @display(description=_("measured"))
    def said(self, row: Alarm) -> str:
        """The worst that was measured."""
        return amount(row.rule, row.worst if row.worst is not None else row.value)

    @display(description=_("taken up by"))
    def taken(self, row: Alarm) -> str:
        """Who is or was at it."""
        return row.acknowledged_by or "—"

    def task_subject(self, row: Alarm) -> str:
        """What it is called."""
        return title_of(row)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show what it is, what it means, what to do, who was told."""
        row: Alarm = kwargs.get("obj") or context["original"]
        context |= page_context(row)
        context["title"] = title_of(row)
        context["may_edit_rule"] = request.user.has_perm("monitoring.change_alertrule")
        return super().render_change_form(request, context, *args, **kwargs)


def state_badge(row: Alarm) -> SafeString:
    """Return what has become of an alarm as a badge."""
    if row.until is not None:
        return enum_badge(row.ended, AlarmEnd)
    if row.suppressed_by_id:
        return badge(_now("consequence"), "default")
    if row.acknowledged_at:
        return badge(_now("taken up"), "info")
    return badge(_now("open"), "danger" if row.severity == NoticeSeverity.RED.value else "warning")


def page_context(row: Alarm) -> dict[str, Any]:
    """Return what the page of one alarm shows; a handful of queries by index."""
    now = clock.real_now()
    silences = Silence.objects.filter(rule=row.rule, label__in=["", row.label], lifted_at=None)
    others = Alarm.objects.filter(rule=row.rule).exclude(pk=row.pk)
    return {
        "alarm": row,
        "state": state_badge(row),
        "severity": enum_badge(row.severity, NoticeSeverity),
        "sentence": sentence_of(row),
        "detail": detail_of(row),
        "worst": amount(row.rule, row.worst),
        "terms": terms_words(row.rule),
        "runbook": runbook_path(row.rule),
        "lasted": ((row.until or now) - row.since).total_seconds(),
        "cause": row.suppressed_by,
        "cause_title": title_of(row.suppressed_by) if row.suppressed_by else "",
        "consequences": [
            {"row": one, "title": title_of(one), "state": state_badge(one)}
            for one in row.consequences.select_related("rule__objective")[:20]
        ],
        "silence": silences.filter(until__gt=now).order_by("-until").first(),
        "notices": Notice.objects.filter(subject=row.uid).order_by("id")[:20],
        "earlier": [
            {"row": one, "title": title_of(one), "worst": amount(one.rule, one.worst),
             "state": state_badge(one)}
            for one in others.select_related("rule__objective").order_by("-id")[:EARLIER]
        ],
    }  # fmt: skip
