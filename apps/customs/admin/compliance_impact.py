"""What a draft would change: a preview with its progress, the parcels newly held, newly free."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.errors import PortalError
from apps.core.region_names import country_name
from apps.customs.admin.compliance_drafts import Draft
from apps.customs.admin.compliance_versions import page_context
from apps.customs.admin.desk_export import csv_response
from apps.customs.choices import IMPACTS_AT_WORK, ImpactState
from apps.customs.compliance.content import set_from_json
from apps.customs.models import ImpactRow, RuleImpact, RuleSet
from apps.customs.rule_words import title_of
from apps.customs.services.compliance_impact import cancel_impact, start_impact

SHOWN = 200
MOST_ROWS = 100_000
SEES = "customs.view_consignment"


def impact_view(model_admin: Any, request: HttpRequest, *, rule_set: RuleSet) -> HttpResponseBase:
    """Show the latest preview of a set's draft; POST starts or cancels one, ``?csv`` sends it."""
    if not request.user.has_perm(SEES):
        raise PermissionDenied
    if request.method == "POST":
        return _posted(request, rule_set)
    run = RuleImpact.objects.filter(rule_set=rule_set).order_by("-id").first()
    if run is not None and "csv" in request.GET:
        return csv_response(f"impact-{rule_set.code}-{run.pk}.csv", _csv_rows(run))
    draft = Draft(rule_set)
    context = {
        **page_context(model_admin, request, draft),
        "title": _("Impact"),
        "run": run,
        "changed": len(draft.changed),
        **(_told(run) if run else {}),
        "is_stale": run is not None and run.draft_version != rule_set.draft_version,
    }
    return TemplateResponse(request, "customs/compliance_impact.html", context)


def _posted(request: HttpRequest, rule_set: RuleSet) -> HttpResponseBase:
    user: Any = request.user
    if not (user.has_perm("customs.change_ruleset") or user.has_perm("customs.publish_ruleset")):
        raise PermissionDenied
    if request.POST.get("action") == "cancel":
        for run in RuleImpact.objects.filter(rule_set=rule_set, state__in=IMPACTS_AT_WORK):
            cancel_impact(impact=run)
    else:
        try:
            start_impact(rule_set=rule_set, user=user)
        except PortalError as error:
            messages.error(request, str(error))
    return HttpResponseRedirect(reverse("admin:customs_ruleset_impact", args=[rule_set.pk]))


def _told(run: RuleImpact) -> dict[str, Any]:
    titles = _titles(run)
    return {
        "state": ImpactState(run.state),
        "at_work": run.state in IMPACTS_AT_WORK,
        "share": round(100 * run.done / run.total) if run.total else 0,
        "by_rule": [
            {"key": key, "title": title, "before": n[0], "after": n[1], "more": n[1] - n[0]}
            for key, title in titles.items()
            for n in [run.counts.get(key, [0, 0])]
        ],
        "lists": [
            (_("Newly held"), "danger", run.blocked, _rows(run, titles, is_blocked=True)),
            (_("Newly free"), "success", run.freed, _rows(run, titles, is_blocked=False)),
        ],
        "shown": SHOWN,
    }


def _titles(run: RuleImpact) -> dict[str, str]:
    both = (set_from_json(run.before), set_from_json(run.after))
    return {rule.key: title_of(rule) for content in both for rule in content.rules}


def _found(run: RuleImpact) -> Any:
    rows = ImpactRow.objects.filter(impact=run).order_by("-consignment_id")
    return rows.select_related("consignment__merchant", "consignment__shipment")


def _rows(run: RuleImpact, titles: dict[str, str], *, is_blocked: bool) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse("admin:customs_consignment_change", args=[row.consignment_id]),
            "reference": row.consignment.reference,
            "merchant": row.consignment.merchant.name,
            "country": country_name(row.consignment.destination),
            "created": row.consignment.created_at,
            "rules": [titles.get(key, key) for key in row.rule_keys],
        }
        for row in _found(run).filter(is_blocked=is_blocked)[:SHOWN]
    ]


def _csv_rows(run: RuleImpact) -> Iterator[list[Any]]:
    titles = _titles(run)
    yield [
        _("what changes"), _("order number"), _("tracking number"), _("merchant"),
        _("destination"), _("rules"),
    ]  # fmt: skip
    for row in _found(run)[:MOST_ROWS].iterator(chunk_size=2_000):
        one = row.consignment
        yield [
            _("Newly held") if row.is_blocked else _("Newly free"), one.reference,
            one.shipment.number, one.merchant.name, one.destination,
            "; ".join(titles.get(key, key) for key in row.rule_keys),
        ]  # fmt: skip
