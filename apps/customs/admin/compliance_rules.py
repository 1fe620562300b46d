"""One rule of a draft: edited by picking, kept while it is edited, read as a sentence."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import PortalError
from apps.customs.admin.compliance_drafts import Draft, problems_of
from apps.customs.admin.compliance_editor import editor_tables, hs_choices, hs_titles
from apps.customs.admin.compliance_rows import problem_words, standing_of
from apps.customs.admin.compliance_rule_input import Unreadable, read_rule
from apps.customs.admin.compliance_versions import page_context
from apps.customs.choices import RuleAction, RuleStage
from apps.customs.compliance.content import RuleContent, to_json
from apps.customs.models import RuleSet
from apps.customs.rule_names import names_of
from apps.customs.rule_words import rule_sentence, title_of
from apps.customs.services.compliance_editing import (
    PartChanged,
    draft_content,
    keep_rule,
    mark_of,
    new_rule_key,
    remove_rule,
    rule_of,
)
from apps.customs.services.compliance_publishing import EDIT
from apps.shipments.zones import CHINA

MOST_BYTES = 100_000
LANGUAGES = ("zh-hans", "en")


def edit_view(
    model_admin: Any, request: HttpRequest, *, rule_set: RuleSet, key: str
) -> HttpResponseBase:
    """Show the editor of a rule; whoever may not edit reads it."""
    draft = Draft(rule_set)
    rule = rule_of(draft.content, key)
    if rule is None:
        raise Http404
    before = rule_of(draft.base, key) if draft.base else None
    may_edit = request.user.has_perm(EDIT)
    editor = {
        **editor_tables(draft.content, draft.names),
        "rule": full_json(rule),
        "before": full_json(before) if before else None,
        "was": mark_of(rule),
        "keep": reverse("admin:customs_ruleset_rule_keep", args=[rule_set.pk, key]),
        "hs": reverse("admin:customs_ruleset_hs"),
        "hs_titles": hs_titles([v for c in rule.conditions if c.field == "hs" for v in c.values]),
        "readonly": not may_edit,
        "problems": told(rule, draft)["problems"],
        "today": timezone.localtime(clock.now()).date().isoformat(),
    }
    context = {
        **page_context(model_admin, request, draft),
        "title": title_of(rule),
        "rule": rule,
        "before": before,
        "editor": editor,
        "said": told(rule, draft),
        "owners": list(User.objects.filter(merchant=None, is_active=True)
                       .order_by("username").values_list("username", flat=True)[:200]),
        "neighbours": neighbours(draft, key),
    }  # fmt: skip
    return TemplateResponse(request, "customs/compliance_rule.html", context)


def keep_view(
    model_admin: Any, request: HttpRequest, *, rule_set: RuleSet, key: str
) -> HttpResponseBase:
    """POST JSON {rule, was}: keep an edit in the draft; says how the rule reads now."""
    refuse_unless_editor(request)
    try:
        if len(request.body) > MOST_BYTES:
            raise Unreadable({"": _("This rule is too long.")})
        given = json.loads(request.body)
        rule, was = read_rule(key, given.get("rule")), str(given.get("was", ""))
    except Unreadable as error:
        return JsonResponse({"problems": told_problems(error.problems)}, status=422)
    except (ValueError, AttributeError, RecursionError):
        return JsonResponse({"error": _("This cannot be read.")}, status=400)
    try:
        kept = keep_rule(rule_set=rule_set, rule=rule, was=was, user=request.user)
    except PartChanged as error:
        return JsonResponse(conflict(rule_set, key, error), status=409)
    except PortalError as error:
        return JsonResponse({"error": str(error)}, status=422)
    answer = {
        **told(rule, Draft(kept)),
        "was": mark_of(rule),
        "at": timezone.localtime(clock.real_now()).strftime("%H:%M:%S"),
    }
    return JsonResponse(answer)


def new_view(model_admin: Any, request: HttpRequest, *, rule_set: RuleSet) -> HttpResponseBase:
    """POST: begin a rule, empty or as a copy of another, and go to its editor."""
    refuse_unless_editor(request)
    copied = rule_of(draft_content(rule_set), request.POST.get("copy", ""))
    made = copied_rule(copied) if copied else empty_rule()
    try:
        keep_rule(rule_set=rule_set, rule=made, was="", user=request.user)
    except PortalError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(set_page(rule_set))
    return HttpResponseRedirect(reverse("admin:customs_ruleset_rule", args=[rule_set.pk, made.key]))


def switch_view(
    model_admin: Any, request: HttpRequest, *, rule_set: RuleSet, key: str
) -> HttpResponseBase:
    """POST: switch a rule of the draft on or off."""
    refuse_unless_editor(request)
    rule = rule_of(draft_content(rule_set), key)
    if rule is None:
        raise Http404
    changed = dataclasses.replace(rule, enabled=not rule.enabled)
    said = _("“%(rule)s” is switched on in the draft.") if changed.enabled else _(
        "“%(rule)s” is switched off in the draft."
    )  # fmt: skip
    try:
        keep_rule(rule_set=rule_set, rule=changed, was=mark_of(rule), user=request.user)
    except PortalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said % {"rule": title_of(rule)})
    return HttpResponseRedirect(set_page(rule_set))


def remove_view(
    model_admin: Any, request: HttpRequest, *, rule_set: RuleSet, key: str
) -> HttpResponseBase:
    """POST: take a rule out of the draft; ``undo`` holds what it was, to bring it back."""
    refuse_unless_editor(request)
    if request.POST.get("undo"):
        return _bring_back(request, rule_set, key)
    rule = rule_of(draft_content(rule_set), key)
    if rule is None:
        raise Http404
    try:
        remove_rule(rule_set=rule_set, key=key, was=mark_of(rule), user=request.user)
    except PortalError as error:
        messages.error(request, str(error))
    else:
        request.session["compliance_removed"] = {
            "set": rule_set.pk, "key": key, "title": title_of(rule), "rule": to_json(rule),
        }  # fmt: skip
    return HttpResponseRedirect(set_page(rule_set))


def _bring_back(request: HttpRequest, rule_set: RuleSet, key: str) -> HttpResponseBase:
    held = request.session.pop("compliance_removed", None)
    if not held or (held["set"], held["key"]) != (rule_set.pk, key):
        raise Http404
    rule = read_rule(key, {**held["rule"], "conditions": held["rule"].get("conditions", [])})
    try:
        keep_rule(rule_set=rule_set, rule=rule, was="", user=request.user)
    except PortalError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(set_page(rule_set))


def hs_view(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """GET ?q=: HS codes for digits typed or goods described."""
    asked = request.GET.get("q", "")
    return JsonResponse({"found": [] if "\x00" in asked else hs_choices(asked)})


def refuse_unless_editor(request: HttpRequest) -> None:
    """Raise PermissionDenied for readers, 404 for anything but a POST."""
    if request.method != "POST":
        raise Http404
    if not request.user.has_perm(EDIT):
        raise PermissionDenied


def told(rule: RuleContent, draft: Draft) -> dict[str, Any]:
    """Return how a rule reads in both languages, where it stands, and what is wrong with it."""
    standing = standing_of(rule, clock.now())
    return {
        "sentences": sentences(rule, draft),
        "standing": {"label": standing.label, "colour": standing.colour},
        "problems": [
            problem_words(one) for one in problems_of(draft.content) if one.rule_key == rule.key
        ],
        "changed": rule.key in draft.changed,
    }


def sentences(rule: RuleContent, draft: Draft) -> dict[str, str]:
    """Return the rule as a sentence, by language."""
    said: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language[:2]] = rule_sentence(rule, names_of([draft.content]))
    return said


def told_problems(problems: dict[str, str]) -> list[dict[str, Any]]:
    """Return what the page marks beside fields."""
    return [{"path": path, "message": message, "stops": True} for path, message in problems.items()]


def conflict(rule_set: RuleSet, key: str, error: PartChanged) -> dict[str, Any]:
    """Return what somebody else made of the rule, for the person to take theirs or keep both."""
    theirs = rule_of(draft_content(RuleSet.objects.get(pk=rule_set.pk)), key)
    return {
        "conflict": True,
        "by": error.by,
        "at": timezone.localtime(error.at).strftime("%m-%d %H:%M"),
        "rule": full_json(theirs) if theirs else None,
        "was": mark_of(theirs),
    }


def full_json(rule: RuleContent) -> dict[str, Any]:
    """Return a rule with every field, defaults too, as the script edits it."""
    plain = {item.name: getattr(rule, item.name) for item in dataclasses.fields(rule)}
    days = {
        name: value.isoformat() if value else "" for name, value in plain.items()
        if name in ("source_checked_on", "effective_from", "effective_to", "review_by")
    }  # fmt: skip
    conditions = [
        {"field": one.field, "op": one.op, "values": list(one.values), "group": one.group,
         "currency": one.currency}
        for one in rule.conditions
    ]  # fmt: skip
    return {**plain, **days, "conditions": conditions}


def empty_rule() -> RuleContent:
    """Return a rule that asks nothing yet and warns."""
    return RuleContent(
        key=new_rule_key(), stage=RuleStage.ORDER.value, action=RuleAction.WARN.value,
        title_zh="", title_en="", message_zh="", message_en="", conditions=(), zone=CHINA,
    )  # fmt: skip


def copied_rule(rule: RuleContent) -> RuleContent:
    """Return a copy under a key of its own, switched off until somebody finished it."""
    return dataclasses.replace(
        rule, key=new_rule_key(), enabled=False,
        title_zh=f"{rule.title_zh} 2"[:80], title_en=f"{rule.title_en} 2"[:80],
    )  # fmt: skip


def neighbours(draft: Draft, key: str) -> dict[str, Any]:
    """Return the rules before and after one, in the order in which they are asked."""
    ordered: Sequence[RuleContent] = sorted(
        draft.content.rules, key=lambda one: (one.priority, one.key)
    )
    keys = [one.key for one in ordered]
    place = keys.index(key)
    return {
        "before": keys[place - 1] if place else "",
        "after": keys[place + 1] if place + 1 < len(keys) else "",
        "number": place + 1,
        "all": len(keys),
    }


def set_page(rule_set: RuleSet) -> str:
    """Return the address of a set's page."""
    return reverse("admin:customs_ruleset_change", args=[rule_set.pk])
