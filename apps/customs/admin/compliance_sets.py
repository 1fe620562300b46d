"""Rule sets: all at a glance, and one set's rules as sentences that are searched and filtered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.admin_records import RecordAdmin
from apps.core import clock
from apps.customs.admin import (
    compliance_impact,
    compliance_parts,
    compliance_reports,
    compliance_rules,
    compliance_trying,
    compliance_versions,
)
from apps.customs.admin.compliance_changes import change_counts
from apps.customs.admin.compliance_drafts import Draft, draft_line
from apps.customs.admin.compliance_rows import (
    expires_soon,
    filters_of,
    is_unchecked,
    problem_words,
    rule_rows,
)
from apps.customs.models import FindingOverride, RuleSet
from apps.customs.services.compliance_publishing import EDIT, PUBLISH

View = Callable[..., HttpResponseBase]


@admin.register(RuleSet)
class RuleSetAdmin(RecordAdmin):
    """The rules of compliance: drafts that people write, versions that bind."""

    merchant_path = None
    can_add = True
    fields = ("code", ("title_zh", "title_en"), "note")
    ordering = ("code",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a new set has a form of fields; whatever it says is edited on its own pages."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of a set: its rules one by one, its parts, publishing, versions."""
        pages: list[tuple[str, str, View]] = [
            ("hs/", "hs", compliance_rules.hs_view),
            ("<int:object_id>/rule/new/", "rule_new", compliance_rules.new_view),
            ("<int:object_id>/rule/<slug:key>/", "rule", compliance_rules.edit_view),
            ("<int:object_id>/rule/<slug:key>/keep/", "rule_keep", compliance_rules.keep_view),
            (
                "<int:object_id>/rule/<slug:key>/switch/",
                "rule_switch",
                compliance_rules.switch_view,
            ),
            (
                "<int:object_id>/rule/<slug:key>/remove/",
                "rule_remove",
                compliance_rules.remove_view,
            ),
            ("try/", "trial", compliance_trying.try_view),
            ("reports/", "reports", compliance_reports.reports_view),
            ("<int:object_id>/try/", "try", compliance_trying.try_view),
            ("<int:object_id>/impact/", "impact", compliance_impact.impact_view),
            ("<int:object_id>/parts/", "parts", compliance_parts.parts_view),
            ("<int:object_id>/publish/", "publish", compliance_versions.publish_view),
            ("<int:object_id>/discard/", "discard", compliance_versions.discard_view),
            ("<int:object_id>/versions/", "versions", compliance_versions.versions_view),
            (
                "<int:object_id>/versions/<int:number>/",
                "version",
                compliance_versions.version_view,
            ),
            (
                "<int:object_id>/versions/<int:number>/restore/",
                "restore",
                compliance_versions.restore_view,
            ),
            (
                "<int:object_id>/versions/<int:number>/retire/",
                "retire",
                compliance_versions.retire_view,
            ),
        ]
        own = [
            path(route, self.admin_site.admin_view(self._bound(view)), name=self.url_name(name))
            for route, name, view in pages
        ]
        return [*own, *super().get_urls()]

    def _bound(self, view: View) -> View:
        def answer(request: HttpRequest, **given: Any) -> HttpResponseBase:
            self._check_may_view(request)
            if "object_id" in given:
                given["rule_set"] = self.get_visible_or_404(request, str(given.pop("object_id")))
            return view(self, request, **given)

        return answer

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show every set: what binds, what is drafted, what is due."""
        self._check_may_view(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Compliance rules"),
            "sets": [set_card(Draft(one)) for one in RuleSet.objects.select_related("draft_by")],
            "to_review": open_overrides(),
            "may_add": self.has_add_permission(request),
        }
        return self.timed(
            lambda: TemplateResponse(request, "customs/compliance_sets.html", context), request
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one set's draft: its rules as sentences."""
        if self._is_closed_to(request):
            raise Http404
        draft = Draft(self.get_visible_or_404(request, object_id))
        return self.timed(
            lambda: TemplateResponse(
                request, "customs/compliance_set.html", self._set_context(request, draft)
            ),
            request,
        )

    def _set_context(self, request: HttpRequest, draft: Draft) -> dict[str, Any]:
        rows = rule_rows(draft.content, draft.names, changed=draft.changed, problems=draft.problems)
        return {
            **page_context(self, request, draft),
            "rows": rows,
            "filters": filters_of(rows),
            "of_the_set": [problem_words(one) for one in draft.problems if not one.rule_key],
        }

    def name_of(self, row: RuleSet) -> str:
        """Return the set's title in the reader's language."""
        return compliance_versions.set_name(row)

    def response_add(
        self, request: HttpRequest, obj: RuleSet, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the new set's page."""
        page = reverse("admin:customs_ruleset_change", args=[obj.pk])
        return super().response_add(request, obj, page)


def page_context(model_admin: RuleSetAdmin, request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """Return what every page of a set has: its name, its standing, what the viewer may do."""
    return compliance_versions.page_context(model_admin, request, draft)


def set_card(draft: Draft) -> dict[str, Any]:
    """Return what the overview says of a set."""
    at = clock.now()
    rules = draft.base.rules if draft.base else draft.content.rules
    return {
        **draft_line(draft),
        "name": compliance_versions.set_name(draft.rule_set),
        "counts": change_counts(draft.base, draft.content),
        "in_force": len(rules),
        "expiring": sum(expires_soon(rule, at) for rule in rules),
        "unchecked": sum(is_unchecked(rule, at) for rule in rules),
        "problems": len(draft.problems),
    }


def open_overrides() -> int:
    """Return how many overrides nobody reviewed yet."""
    found = FindingOverride.objects.filter(reviewed_at__isnull=True).aggregate(n=Count("pk"))
    return int(found["n"])


__all__ = ["EDIT", "PUBLISH", "RuleSetAdmin"]
