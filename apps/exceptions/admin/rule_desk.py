"""What the pages of rules show: figures, conditions in words, versions with their changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.language import spoken
from apps.exceptions.admin.rule_forms import RuleForm
from apps.exceptions.admin.trial_words import trial_context
from apps.exceptions.choices import Anchor, DayKind, RuleState, Severity
from apps.exceptions.errors import RuleInvalid
from apps.exceptions.models import OwnerGroup, Rule, RuleVersion
from apps.exceptions.rule_asking import ask_rule
from apps.exceptions.rule_checking import check_rule
from apps.exceptions.rule_figures import (
    LEAST_CASES,
    WEEKS,
    Figures,
    rule_figures,
    shadow_figures,
    worlds_with_cases,
)
from apps.exceptions.rule_rows import content_of
from apps.exceptions.rule_words import condition_words, value_names
from apps.shipments.carriers import carrier_name
from apps.shipments.selectors import find_shipments

WORLDS = {"real": gettext_lazy("Real parcels"), "sandbox": gettext_lazy("Sandbox")}
MOST_VERSIONS = 50
STATES = (RuleState.LIVE, RuleState.SHADOW, RuleState.DRAFT, RuleState.OFF)
BAR_HIGH = 36


def rule_name(row: Rule) -> str:
    """Return a rule's name in the reader's language."""
    return row.name if spoken() == "zh" else row.name_en


def group_name(row: OwnerGroup) -> str:
    """Return a group's name in the reader's language."""
    return row.name if spoken() == "zh" else row.name_en


def world_of(request: HttpRequest) -> str:
    """Return whose figures the page shows."""
    wanted = request.GET.get("world", "")
    return wanted if wanted in WORLDS else worlds_with_cases()


def world_tabs(chosen: str) -> list[tuple[str, Any, bool]]:
    """Return the two tabs of figures."""
    return [(name, label, name == chosen) for name, label in WORLDS.items()]


def list_context(request: HttpRequest) -> dict[str, Any]:
    """Return all rules by state, with their figures of the last eight weeks."""
    world = world_of(request)
    figures = rule_figures(world=world)
    rows = list(Rule.objects.select_related("group").order_by("position", "code"))
    lines = [_list_line(row, figures.get(row.pk, Figures())) for row in rows]
    return {
        "world": world,
        "worlds": world_tabs(world),
        "weeks": WEEKS,
        "together": figures.get(0, Figures()),
        "blocks": [
            (state, mine)
            for state in STATES
            if (mine := [one for one in lines if one["rule"].state == state.value])
        ],
        "never": [
            one for one in lines
            if one["rule"].state == RuleState.LIVE.value and one["figures"].never_leads
        ],
        "least": LEAST_CASES,
    }  # fmt: skip


def _list_line(row: Rule, figures: Figures) -> dict[str, Any]:
    return {
        "rule": row,
        "name": rule_name(row),
        "group": group_name(row.group),
        "severity": Severity(row.severity),
        "when": when_words(content_of(row, limits=())),
        "figures": figures,
        "url": reverse("admin:exceptions_rule_change", args=[row.pk]),
    }


def when_words(content: Mapping[str, Any]) -> str:
    """Return in words when a rule fires: hours, which hours, from which moment, red."""
    anchor, days = Anchor(content["anchor"]).label, DayKind(content["days"]).label
    hours, red = content["hours"], content.get("red_hours")
    if not hours:
        said = _("at once: %(anchor)s") % {"anchor": anchor}
    elif hours < 0:
        said = _("%(hours)g h before: %(anchor)s") % {"hours": -hours, "anchor": anchor}
    else:
        said = _("%(hours)g h after: %(anchor)s") % {"hours": hours, "anchor": anchor}
    if red is not None:
        said += _(", red after %(hours)g h") % {"hours": red}
    if content["days"] == DayKind.BUSINESS.value:
        said += f" ({days})"
    return said


def page_context(request: HttpRequest, row: Rule) -> dict[str, Any]:
    """Return what the page of one rule shows."""
    world = world_of(request)
    figures = rule_figures(world=world, rule_id=row.pk).get(row.pk, Figures())
    content = content_of(row)
    context = {
        "rule": row,
        "state": RuleState(row.state),
        "severity": Severity(row.severity),
        "group": group_name(row.group),
        "when": when_words(content),
        "conditions": condition_lines(content),
        "limits": [limit_words(one) for one in content["limits"]],
        "silencers": _named_rules(row.suppressed_by),
        "world": world,
        "worlds": world_tabs(world),
        "weeks": WEEKS,
        "figures": figures,
        "chart": chart_of(figures),
        "versions": versions_of(row),
        "shadow": None,
    }
    if row.state == RuleState.SHADOW.value or row.hits.exists():
        context["shadow"] = _shadow(row, world)
    trial = row.trials.select_related("created_by").order_by("-id").first()
    if trial is not None:
        context |= trial_context(trial, wanted=world)
    return context


def condition_lines(content: Mapping[str, Any]) -> list[str]:
    """Return a rule's conditions in words."""
    names = value_names()
    return [condition_words(one, names) for one in content["conditions"]]


def limit_words(one: Mapping[str, Any]) -> str:
    """Return one limit in words."""
    places = value_names()["lane_to"]
    parts = [
        carrier_name(one["carrier"], spoken()) if one["carrier"] else "",
        one["service"],
        _("from %(place)s") % {"place": places.get(one["lane_from"], one["lane_from"])}
        if one["lane_from"] else "",
        _("to %(place)s") % {"place": places.get(one["lane_to"], one["lane_to"])}
        if one["lane_to"] else "",
    ]  # fmt: skip
    hours = _("%(hours)g h") % {"hours": one["hours"]}
    if one["red_hours"] is not None:
        hours += _(", red after %(hours)g h") % {"hours": one["red_hours"]}
    return f"{' · '.join(part for part in parts if part)}: {hours}"


def _named_rules(codes: list[str]) -> list[str]:
    rows = Rule.objects.filter(code__in=codes).order_by("position")
    return [rule_name(row) for row in rows]


def _shadow(row: Rule, world: str) -> dict[str, Any]:
    found = shadow_figures(rule_id=row.pk, world=world)
    named = {one.code: rule_name(one) for one in Rule.objects.all()}
    beside = [
        {"name": named.get(code, code), "hits": hits, "earlier": earlier}
        for code, hits, earlier in found.beside
    ]
    return {"found": found, "beside": beside}


def chart_of(figures: Figures) -> list[dict[str, Any]]:
    """Return a bar for each week: its cases, and those the customer complained about later."""
    most = max([1, *(one.cases for _week, one in figures.weeks)])
    return [
        {
            "week": week,
            "figures": one,
            "high": round(one.cases * BAR_HIGH / most, 1),
            "later": round(one.later * BAR_HIGH / most, 1),
        }
        for week, one in figures.weeks
    ]


def versions_of(row: Rule) -> list[dict[str, Any]]:
    """Return a rule's versions, the newest first, each with what it changed."""
    kept = list(row.versions.order_by("-version")[: MOST_VERSIONS + 1])
    names = value_names()
    shown = []
    for index, one in enumerate(kept[:MOST_VERSIONS]):
        before = kept[index + 1] if index + 1 < len(kept) else None
        shown.append(
            {
                "version": one,
                "is_now": one.version == row.version,
                "changes": changes_between(before, one, names),
            }
        )
    return shown


def changes_between(
    before: RuleVersion | None, after: RuleVersion, names: Mapping[str, Mapping[str, str]]
) -> list[dict[str, str]]:
    """Return what one version changed of the one before, field by field, in words."""
    if before is None:
        return []
    old, new = before.content, after.content
    return [
        {
            "field": str(RuleForm.base_fields[name].label or _LISTS[name]),
            "before": _said(name, old, names),
            "after": _said(name, new, names),
        }
        for name in (*RuleForm.base_fields,)
        if name in new and old.get(name) != new.get(name)
    ]


_LISTS: dict[str, Any] = {
    "conditions": gettext_lazy("Conditions"), "limits": gettext_lazy("Other hours"),
}  # fmt: skip


def _said(name: str, content: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> str:
    value = content.get(name)
    if name == "conditions":
        return "; ".join(condition_words(one, names) for one in value or ()) or "—"
    if name == "limits":
        return "; ".join(limit_words(one) for one in value or ()) or "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—"
    words = {"anchor": Anchor, "days": DayKind, "severity": Severity}.get(name)
    member = words.parse(str(value)) if words else None
    return str(member.label if member else value if value is not None else "—")


def try_context(request: HttpRequest) -> dict[str, Any]:
    """Return what a rule says of the parcel somebody named: stored, or as it is being edited."""
    parcel = find_shipments(merchant_id=None, ref=request.POST.get("parcel", "")).first()
    if parcel is None:
        return {"wrong": _("No parcel has this number.")}
    content, wrong = _content_of(request.POST)
    if content is None:
        return {"wrong": wrong}
    answer = ask_rule(content, parcel)
    silenced = _named_rules(list(answer.silenced_by))
    shipment_url = reverse("admin:shipments_shipment_change", args=[parcel.pk])
    return {"answer": answer, "silenced": silenced, "shipment_url": shipment_url}


def _content_of(post: QueryDict) -> tuple[dict[str, Any] | None, str]:
    """Return the content of the stored rule or of the form, or why there is none."""
    stored = post.get("rule", "")
    rule = Rule.objects.filter(pk=int(stored)).first() if _is_number(stored) else None
    if "anchor" not in post:
        return (content_of(rule), "") if rule else (None, _("There is no such rule."))
    data = post.copy()
    data.setdefault("note", "-")
    data["note"] = post.get("note") or "-"
    form = RuleForm(data, rule=rule)
    if not form.is_valid():
        named = [
            str(form.fields[name].label or name) for name in form.errors if name in form.fields
        ]
        return None, _("First put right: %(fields)s.") % {"fields": ", ".join(named)}
    content = form.content()
    try:
        check_rule(content)
    except RuleInvalid as error:
        return None, " ".join(form.words_of(one) for one in error.problems)
    return content, ""


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10
