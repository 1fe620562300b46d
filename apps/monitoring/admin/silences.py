"""Silences: what nobody is told of, until when and why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.admin_tasks import Task, Values
from apps.accounts.faces import badge
from apps.core import clock
from apps.core.actions import Actor
from apps.monitoring.alarm_words import label_words
from apps.monitoring.models import Silence
from apps.monitoring.services import lift_silence


def lift(request: HttpRequest, row: Silence, values: Values) -> str:
    """End a silence now, for the person asking."""
    if lift_silence(silence_id=row.pk, actor=Actor.user(request.user)):
        return _now("The silence has ended.")
    return _now("The silence was over already.")


def holds(row: Silence) -> bool:
    """Tell whether a silence still keeps somebody from being told."""
    return row.lifted_at is None and row.until > clock.real_now()


@admin.register(Silence)
class SilenceAdmin(RecordAdmin):
    """Silences, the newest first. They are made on the page of an alarm."""

    merchant_path = None
    list_display = ("named", "state_shown", "since_when", "until_when", "by", "why")
    list_display_links = ("named",)
    list_select_related = ("rule",)
    fields = ("named", "state_shown", "since", "until", "lifted_at", "by", "why")
    readonly_fields = ("named", "state_shown")
    change_form_outer_before_template = "baidiyun/record_bar.html"
    since_when = time_column("since", _("since"))
    until_when = time_column("until", _("until"))
    tasks = (
        Task(
            name="lift",
            label=_("End it now"),
            explain=_("What is still open is told at once."),
            permission="monitoring.change_alarm",
            run=lift,
            icon="notifications_active",
            applies=holds,
        ),
    )

    @display(description=_("silenced"))
    def named(self, row: Silence) -> str:
        """The rule, and which of its alarms."""
        label = label_words(row.rule, row.label)
        return f"{row.rule.shown_name}: {label}" if label else row.rule.shown_name

    @display(description=_("state"))
    def state_shown(self, row: Silence) -> SafeString:
        """Whether it still holds."""
        if holds(row):
            return badge(_now("holds"), "warning")
        return badge(_now("ended earlier") if row.lifted_at else _now("over"))

    def task_subject(self, row: Any) -> str:
        """The rule, and which of its alarms."""
        return self.named(row)
