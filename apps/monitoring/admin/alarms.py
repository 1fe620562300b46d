"""Alarms: what was wrong with the portal, since when and until when."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from apps.accounts.admin_filters import LocalTimeRange
from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import badge_column
from apps.monitoring.alarm_words import words_of
from apps.monitoring.choices import AlarmKind
from apps.monitoring.models import Alarm


@admin.register(Alarm)
class AlarmAdmin(RecordAdmin):
    """Conditions that opened and closed by themselves, the newest first."""

    merchant_path = None
    list_display = (
        "kind_badge",
        "label",
        "since_when",
        "until_when",
        "measured",
        "usually",
        "seen",
    )
    list_filter = (("kind", MultipleChoicesDropdownFilter), ("since", LocalTimeRange))
    fields = ("kind_badge", "label", "since", "until", "measured", "usually", "seen")
    readonly_fields = ("kind_badge", "measured", "usually", "seen")
    kind_badge = badge_column("kind", AlarmKind, _("kind"))
    since_when = time_column("since", _("since"))
    until_when = time_column("until", _("until"))

    @display(description=_("measured"))
    def measured(self, row: Alarm) -> str:
        """What was measured last while it was open."""
        return f"{row.value:g}"

    @display(description=_("usual"))
    def usually(self, row: Alarm) -> str:
        """What was usual when it began."""
        return f"{row.usual:.1f}"

    @display(description=_("message"))
    def seen(self, row: Alarm) -> str:
        """What was seen, in the viewer's language."""
        return words_of(row)
