"""Trials of rules over the past: a list, and a page that shows how far one is."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin, time_column
from apps.accounts.faces import badge_column
from apps.exceptions.admin.trial_words import trial_context, trial_name
from apps.exceptions.choices import BackTestState
from apps.exceptions.models import RuleTrial


@admin.register(RuleTrial)
class RuleTrialAdmin(RecordAdmin):
    """Trials, the newest first."""

    merchant_path = None
    created_when = time_column("created_at", _("created"))
    state_badge = badge_column("state", BackTestState, _("state"))
    list_display = ("rule_code", "state_badge", "days", "far", "created_by", "created_when")
    list_select_related = ("rule", "created_by")
    change_form_template = "exceptions/trial_page.html"

    @admin.display(description=_("rule"))
    def rule_code(self, row: RuleTrial) -> str:
        """The rule's code; a trial from a file has none stored."""
        return str(row.content.get("code", "")) or "—"

    @admin.display(description=_("looked at"))
    def far(self, row: RuleTrial) -> str:
        """How far it is."""
        return f"{row.done} / {row.total}"

    def name_of(self, row: RuleTrial) -> str:
        """Return the tried rule's name."""
        return trial_name(row)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show what the trial found so far."""
        row: RuleTrial = kwargs.get("obj") or context["original"]
        context |= trial_context(row, wanted=request.GET.get("world", ""))
        context["title"] = _("Trial of %(code)s") % {"code": row.content.get("code", "")}
        return super().render_change_form(request, context, *args, **kwargs)
