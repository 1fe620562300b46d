"""Alarms: what was wrong with the portal, since when and until when."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import badge_column
from apps.monitoring.alarm_words import sentence_of, title_of
from apps.monitoring.models import Alarm
from apps.notifications.choices import NoticeSeverity


@admin.register(Alarm)
class AlarmAdmin(RecordAdmin):
    """Conditions that opened and closed by themselves, the newest first."""

    merchant_path = None
    list_display = ("named", "severity_badge", "since_when", "until_when", "said")
    list_display_links = ("named",)
    list_select_related = ("rule__objective",)
    list_filter = (("severity", MultipleChoicesDropdownFilter), ("since", LocalTimeRange))
    fields = ("named", "severity_badge", "since", "until", "said")
    readonly_fields = ("named", "severity_badge", "said")
    severity_badge = badge_column("severity", NoticeSeverity, _("severity"))
    since_when = time_column("since", _("since"))
    until_when = time_column("until", _("until"))

    @display(description=_("alarm"))
    def named(self, row: Alarm) -> str:
        """What it is called."""
        return title_of(row)

    @display(description=_("measured"))
    def said(self, row: Alarm) -> str:
        """What was measured, in a sentence."""
        return sentence_of(row)
