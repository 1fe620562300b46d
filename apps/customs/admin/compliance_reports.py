"""Reports over the rules that bind: overlap, contradiction, never fires, ends soon, unchecked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.language import spoken
from apps.customs.admin.compliance_rows import expires_soon, is_unchecked, standing_of
from apps.customs.compliance.binding import binds, day_at
from apps.customs.compliance.content import RuleContent
from apps.customs.compliance.overlaps import Clash, find_clashes
from apps.customs.compliance_live import binding_versions, content_of
from apps.customs.compliance_selectors import last_fired
from apps.customs.rule_words import day_words, title_of
from apps.shipments.zones import CHINA

QUIET_DAYS = 30


def reports_view(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """Show what is worth a look in the versions that bind now."""
    now = clock.now()
    versions = binding_versions(now)
    sets = {one.rule_set.code: one.rule_set.pk for one in versions}
    contents = [content_of(one) for one in versions]
    rules = [(content.code, rule) for content in contents for rule in content.rules]
    clashes = find_clashes(contents, on=day_at(CHINA, now))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Reports about the rules"),
        "rules": len(rules),
        "reports": [
            *(
                {"code": kind, "title": title, "help": words, "rows": rows}
                for kind, title, words in _clash_kinds()
                for rows in [[_clash(one, sets) for one in clashes if one.kind == kind]]
            ),
            *_dated(rules, sets, now),
        ],
    }
    return TemplateResponse(request, "customs/compliance_reports.html", context)


def _clash_kinds() -> tuple[tuple[str, str, str], ...]:
    return (
        ("contradiction", _("Contradict each other"),
         _("The same parcel is told opposite things.")),
        ("overlap", _("Say the same"), _("One of them would do.")),
        ("never", _("Can never fire"), _("By their own conditions, switch or dates.")),
    )  # fmt: skip


def _dated(
    rules: list[tuple[str, RuleContent]], sets: dict[str, int], now: dt.datetime
) -> list[dict[str, Any]]:
    since = now - dt.timedelta(days=QUIET_DAYS)
    fired = last_fired(rules=[(code, rule.key) for code, rule in rules])
    quiet = [
        (code, rule) for code, rule in rules
        if binds(rule, now) and fired.get((code, rule.key), dt.datetime.min.replace(tzinfo=dt.UTC))
        < since
    ]  # fmt: skip
    parts = (
        ("quiet", _("Did not fire for 30 days"),
         _("In no check of the last 30 days: perhaps right, perhaps written too narrowly."), quiet),
        ("expiring", _("End or are due for review within 30 days"),
         _("Renew them, or let them end."),
         [one for one in rules if standing_of(one[1], now).code == "on"
          and expires_soon(one[1], now)]),
        ("unchecked", _("Source unchecked for 180 days"),
         _("Look at the source again and enter the day."),
         [one for one in rules if one[1].enabled and is_unchecked(one[1], now)]),
    )  # fmt: skip
    return [
        {"code": kind, "title": title, "help": words, "rows": [_row(one, sets) for one in found]}
        for kind, title, words, found in parts
    ]


def _clash(one: Clash, sets: dict[str, int]) -> dict[str, Any]:
    said = one.message_zh if spoken() == "zh" else one.message_en
    return {"words": said, "links": [_link(code, key, key, sets) for code, key in one.rules]}


def _row(one: tuple[str, RuleContent], sets: dict[str, int]) -> dict[str, Any]:
    code, rule = one
    dates = [day_words(rule.effective_from, rule.effective_to)]
    if rule.review_by:
        dates.append(_("review by %(day)s") % {"day": rule.review_by})
    checked = rule.source_checked_on
    dates.append(
        _("source checked %(day)s") % {"day": checked} if checked else _("source never checked")
    )
    return {
        "words": " · ".join(part for part in (rule.owner, *dates) if part),
        "links": [_link(code, rule.key, title_of(rule), sets)],
    }


def _link(code: str, key: str, words: str, sets: dict[str, int]) -> dict[str, str]:
    return {"words": words, "url": reverse("admin:customs_ruleset_rule", args=[sets[code], key])}
