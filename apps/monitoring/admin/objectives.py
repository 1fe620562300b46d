"""Objectives: what was promised of the portal, how it stands, and what is left of the budget."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_base import ScopedModelAdmin
from apps.accounts.faces import badge
from apps.monitoring.alarm_words import amount_in, when_words
from apps.monitoring.burn import FAST, SLOW
from apps.monitoring.choices import Comparison, Unit
from apps.monitoring.models import Objective
from apps.monitoring.objectives import ObjectiveState, objective_states
from apps.monitoring.series import SERIES
from apps.monitoring.templatetags.durations import duration

HELP: dict[str, Any] = {
    "target": _("In the unit of the series: seconds, a share (0.001 is 0.1 %), a number."),
    "share": _("0.95 means that 95 of 100 must be on the good side; the rest is the error budget."),
    "window_days": _("The error budget is for so many days."),
    "shown_seconds": _("The figure on the pages is taken over this time."),
}


class ObjectiveForm(forms.ModelForm):
    """What of an objective people change; what it measures stays."""

    class Meta:
        model = Objective
        fields = (
            "name", "name_en", "counts", "counts_en", "target", "share", "window_days",
            "shown_seconds", "enabled",
        )  # fmt: skip
        help_texts = HELP

    def clean(self) -> dict[str, Any]:
        """Refuse what no observation could ever meet or miss."""
        values = super().clean() or {}
        share, target = values.get("share"), values.get("target")
        if share is not None and not 0 < share < 1:
            self.add_error("share", _("Between 0 and 1, without both ends."))
        series = SERIES.get(self.instance.series)
        if target is not None and not target >= 0:
            self.add_error("target", _("This must not be below 0."))
        elif target and series and series.unit is Unit.SHARE and target > 1:
            self.add_error("target", _("A share lies between 0 and 1 (0.05 is 5 %)."))
        return values


@admin.register(Objective)
class ObjectiveAdmin(ScopedModelAdmin):
    """One page with how all of them stand; each has a form."""

    merchant_path = None
    form = ObjectiveForm
    fieldsets = (
        (None, {"fields": (("name", "name_en"), ("counts", "counts_en"))}),
        (_("What is promised"), {"fields": (("target", "share"), ("window_days", "shown_seconds"),
                                            "enabled")}),
    )  # fmt: skip

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show every objective with its figure, its budget and how fast it goes."""
        self._check_may_view(request)
        return self.timed(lambda: self._page_of_all(request), request)

    def _page_of_all(self, request: HttpRequest) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Objectives"),
            "rows": [line_of(state) for state in objective_states()],
            "off": Objective.objects.filter(enabled=False),
            "may_change": self.has_change_permission(request),
            "fast": FAST.rate,
            "slow": SLOW.rate,
        }
        return TemplateResponse(request, "monitoring/objectives.html", context)


def line_of(state: ObjectiveState) -> dict[str, Any]:
    """Return one objective as the page shows it."""
    row = state.objective
    series = SERIES.get(row.series)
    unit = series.unit.value if series else ""
    left = state.budget_left
    return {
        "row": row,
        "state": _state(state),
        "value": amount_in(unit, state.value),
        "target": amount_in(unit, state.target),
        "sign": "≥" if row.comparison == Comparison.BELOW.value else "≤",
        "since": when_words(state.since) if state.since else "",
        "count": state.count,
        "over": duration(row.shown_seconds),
        "left": None if left is None else left * 100,
        "spent": None if left is None else 1 - left,
        "bar": 0 if left is None else round(max(0.0, min(left, 1.0)) * 100),
        "burn_fast": state.burn_fast,
        "burn_slow": state.burn_slow,
        "is_fast": (state.burn_fast or 0) > FAST.rate,
        "is_slow": (state.burn_slow or 0) > SLOW.rate,
    }


def _state(state: ObjectiveState) -> Any:
    if state.ok is None:
        return badge(_("not measured"))
    return badge(_("kept"), "success") if state.ok else badge(_("missed"), "danger")
