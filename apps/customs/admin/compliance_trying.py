"""试算: rules tried on one parcel, picked or pasted; nothing is stored."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.language import spoken
from apps.core.region_names import country_name
from apps.core.regions import COUNTRIES, CURRENCY_DIGITS
from apps.customs.admin.compliance_drafts import Draft
from apps.customs.admin.compliance_versions import page_context
from apps.customs.choices import HOLDING_ACTIONS, RuleAction, RuleStage
from apps.customs.compliance.binding import day_at
from apps.customs.compliance.comparing import Held
from apps.customs.compliance.content import RuleContent, SetContent
from apps.customs.compliance.judging import Fired
from apps.customs.compliance.outcome import why_told
from apps.customs.compliance.pasted import LONGEST, UnreadablePaste, read_paste
from apps.customs.compliance.trying import Near
from apps.customs.field_labels import field_label, known_fields
from apps.customs.models import RuleSet
from apps.customs.record import Record
from apps.customs.rule_names import names_of
from apps.customs.rule_words import (
    RuleNames,
    condition_words,
    day_words,
    field_words,
    held_words,
    title_of,
)
from apps.customs.selectors import consignments_visible_to, current_record
from apps.customs.services.compliance_editing import draft_content
from apps.customs.services.compliance_trying import Tried, contents_at, try_rules
from apps.shipments.zones import CHINA

WRONG = {
    "unknown": _("No parcel abroad has the number “%(what)s”."),
    "empty": _("Pick an order by its number, or paste one."),
    "too_long": _("That is more than 100,000 characters."),
    "too_many_lines": _("At most 200 lines can be tried."),
    "no_json": _("This begins like JSON and is none: %(what)s"),
    "no_record": _("This is no record of a parcel: %(what)s"),
    "no_lines": _("No line of goods is in it."),
    "no_title": _("Line %(line)s has no title."),
    "no_destination": _("Choose the destination: a country of two letters."),
    "too_many_cells": _("Line %(line)s has more than title, price, weight, HS and destination."),
    "bad_price": _("Line %(line)s: “%(what)s” is no price."),
    "bad_quantity": _("Line %(line)s: “%(what)s” is no quantity."),
    "bad_weight": _("Line %(line)s: “%(what)s” is no weight; write 120 g or 0.5 kg."),
}


class TryForm(forms.Form):
    """Which parcel, by which rules, on which day."""

    number = forms.CharField(label=_("order or tracking number"), max_length=64, required=False)
    text = forms.CharField(
        label=_("or paste an order"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )  # fmt: skip
    destination = forms.ChoiceField(label=_("destination"), required=False)
    currency = forms.ChoiceField(
        label=_("currency"), choices=[(c, c) for c in sorted(CURRENCY_DIGITS)], initial="USD"
    )
    which = forms.ChoiceField(
        label=_("by which rules"), initial="draft",
        choices=[("draft", _("the draft")), ("live", _("what binds on that day"))],
    )  # fmt: skip
    day = forms.DateField(
        label=_("on which day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((country_name(code), code) for code in COUNTRIES)
        choices = [("", "—"), *((code, f"{name} {code}") for name, code in named)]
        for field in self.fields.values():
            field.widget.attrs["class"] = "lm-input"
        self.fields["destination"].choices = choices  # type: ignore[attr-defined]


def try_view(
    model_admin: Any, request: HttpRequest, *, rule_set: RuleSet | None = None
) -> HttpResponseBase:
    """Show the box; POST shows what rules say of the parcel and stores nothing."""
    today = day_at(CHINA, clock.now())
    form = TryForm(request.POST or None, initial={"day": today})
    told: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            told = _tried(request, form, rule_set)
        except UnreadablePaste as error:
            words = WRONG[error.code] % {"line": error.line, "what": error.what}
            form.add_error("text", words)
        except ValueError as error:
            form.add_error(None, _now("The draft cannot be evaluated: %(what)s") % {"what": error})
    base = (
        page_context(model_admin, request, Draft(rule_set))
        if rule_set
        else model_admin.admin_site.each_context(request)
    )
    context = {
        **base, "title": _("Try rules"), "form": form, "told": told, "is_in_set": bool(rule_set),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return TemplateResponse(request, "customs/compliance_try.html", context, status=status)


def _tried(request: HttpRequest, form: TryForm, rule_set: RuleSet | None) -> dict[str, Any]:
    given = form.cleaned_data
    record, name = _record(request, given)
    at = moment_of(given["day"])
    contents = _contents(rule_set, draft=given["which"] == "draft", at=at)
    tried = try_rules(record=record, contents=contents, at=at)
    return {
        "name": name, "record": record, "at": at, "asked": sum(len(c.rules) for c in contents),
        "country": country_name(record.destination),
        "held": any(one.rule.action in HOLDING_ACTIONS for one in tried.fired),
        **_results(tried, names_of(contents, at=at), request.GET.get("rule", "")),
    }  # fmt: skip


def moment_of(day: dt.date) -> dt.datetime:
    """Return now for today, for any other day its noon in China."""
    if day == day_at(CHINA, clock.now()):
        return clock.now()
    return dt.datetime.combine(day, dt.time(12), ZoneInfo(CHINA))


def _contents(rule_set: RuleSet | None, *, draft: bool, at: dt.datetime) -> tuple[SetContent, ...]:
    """Return what binds that day; with ``draft`` drafts in its place, of the set or of all."""
    bound = contents_at(at)
    if not draft:
        return bound
    sets = [rule_set] if rule_set else list(RuleSet.objects.order_by("code"))
    drafts = tuple(draft_content(one) for one in sets)
    codes = {one.code for one in drafts}
    return (*drafts, *(one for one in bound if one.code not in codes))


def _record(request: HttpRequest, given: dict[str, Any]) -> tuple[Record, str]:
    number = given["number"].strip()
    if not number:
        pasted = read_paste(
            given["text"], destination=given["destination"], currency=given["currency"]
        )
        return pasted, _now("pasted order")
    if not request.user.has_perm("customs.view_consignment"):
        raise PermissionDenied
    rows = consignments_visible_to(request.user)
    wanted = Q(reference=number) | Q(uid=number) | Q(shipment__number=number)
    found = rows.filter(wanted).first()
    if found is None:
        raise UnreadablePaste("unknown", what=number)
    return current_record(found), found.reference


def _results(tried: Tried, names: RuleNames, asked: str) -> dict[str, Any]:
    fired = [_fired(one, asked) for one in tried.fired]
    later = [_fired(one, asked) for one in tried.on_other_days]
    near = [_near(one, names, asked) for one in tried.near]
    keys = {one["key"] for one in (*fired, *later, *near)}
    return {
        "fired": fired, "later": later, "near": near,
        "far_rule": asked if asked and asked not in keys else "",
    }  # fmt: skip


def _rule(rule: RuleContent, set_code: str, asked: str) -> dict[str, Any]:
    zh = spoken() == "zh"
    return {
        "key": rule.key, "set_code": set_code, "title": title_of(rule),
        "action": RuleAction.parse(rule.action), "stage": RuleStage.parse(rule.stage),
        "message": rule.message_zh if zh else rule.message_en,
        "fix": rule.fix_zh if zh else rule.fix_en,
        "other": f"{rule.message_en} {rule.fix_en}" if zh else f"{rule.message_zh} {rule.fix_zh}",
        "days": day_words(rule.effective_from, rule.effective_to), "is_asked": rule.key == asked,
        "basis": rule.legal_basis,
    }  # fmt: skip


def _fired(one: Fired, asked: str) -> dict[str, Any]:
    return {
        **_rule(one.rule, one.set_code, asked), "line": one.line, "unjudged": one.unjudged,
        "field": _place(one), "why": _why(one.why),
        "words": list(dict.fromkeys(word for held in one.why for word in held.words)),
    }  # fmt: skip


def _near(one: Near, names: RuleNames, asked: str) -> dict[str, Any]:
    return {
        **_rule(one.rule, one.set_code, asked), "line": one.line, "why": _why(one.why),
        "missing": condition_words(one.missing, names), "instead": _instead(one.instead),
    }  # fmt: skip


def _why(held: tuple[Held, ...]) -> list[str]:
    """Say why conditions held; numbers of a party are not shown, only that they are there."""
    return [held_words(why_told(one)) for one in held]


def _instead(held: Held) -> str:
    """Say what was there instead, "" where that is nothing, only yes or no, or a party's number."""
    told = why_told(held)
    return held_words(told) if told.get("fact") else ""


def _place(one: Fired) -> str:
    """Say which field is to be put right; without a name of its own what the rule last asked."""
    for path in (one.path, f"lines.{one.path}"):
        if path in known_fields():
            return field_label(path)
    return field_words(one.why[-1].field) if one.why else ""
