"""Pages of the clocks of customs: who is told again and when, and how fast lanes are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.faces import badge_column
from apps.customs.choices import Direction
from apps.exceptions.models import LanePace, RuleReminder


class RuleReminderForm(forms.ModelForm):
    """Hours of a reminder, with what an empty one means."""

    class Meta:
        model = RuleReminder
        fields = ("rule", "again_hours", "manager_hours")
        help_texts = {
            "again_hours": _("Counted from turning red and from each reminder. Empty: never."),
            "manager_hours": _("Counted from the moment the rule counts from. Empty: never."),
        }


@admin.register(RuleReminder)
class RuleReminderAdmin(ScopedModelAdmin):
    """Which red cases are told again, and after how many hours a manager hears."""

    merchant_path = None
    can_add = True
    form = RuleReminderForm
    list_display = ("name", "again_hours", "manager_hours")
    list_select_related = ("rule",)
    ordering = ("rule__position",)
    fields = ("rule", ("again_hours", "manager_hours"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A reminder stays with its rule."""
        return ("rule",) if obj else ()

    @admin.display(description=_("rule"), ordering="rule__position")
    def name(self, row: RuleReminder) -> str:
        """What people call the rule."""
        return row.rule.name


@admin.register(LanePace)
class LanePaceAdmin(ScopedModelAdmin):
    """How fast nine of ten parcels of a lane get through customs; only to be looked at."""

    merchant_path = None
    direction_badge = badge_column("direction", Direction, _("direction"))
    list_display = (
        "destination", "origin", "service", "direction_badge", "parcels", "p90_hours",
        "reckoned_on",
    )  # fmt: skip
    search_fields = ("destination", "origin", "service")
    ordering = ("destination", "origin", "service", "direction")
    fields = readonly_fields = (
        "direction", "origin", "destination", "service", "parcels", "p90_hours", "reckoned_on",
    )  # fmt: skip
