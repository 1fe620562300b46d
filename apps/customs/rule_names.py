"""What named sets, keyword lists and thresholds are called, asked of their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from apps.core import clock
from apps.core.language import spoken
from apps.customs.areas import EVERYWHERE
from apps.customs.compliance.binding import day_at, zone_of_law
from apps.customs.compliance.content import SetContent
from apps.customs.compliance_live import live_rules
from apps.customs.figures import A_NUMBER, Figures
from apps.customs.models import KeywordList, RuleSet
from apps.customs.rule_words import (
    RuleNames,
    number_words,
    set_title,
    threshold_words,
    title_of,
)
from apps.customs.selectors import load_figures


def names_of(contents: Sequence[SetContent], *, at: dt.datetime | None = None) -> RuleNames:
    """Return what names in the sets' conditions are called; amounts are those of a moment."""
    return RuleNames(
        sets={one.code: set_title(one) for content in contents for one in content.named_sets},
        lists=list_titles(),
        documents={
            one.code: (one.title_zh if spoken() == "zh" else one.title_en) or one.code
            for content in contents
            for one in content.document_types
        },
        thresholds=threshold_titles(load_figures(), at or clock.now()),
    )


def list_titles() -> dict[str, str]:
    """Return every keyword list's title by key, in the reader's language."""
    titled = "title_zh" if spoken() == "zh" else "title_en"
    return dict(KeywordList.objects.order_by("key").values_list("key", titled))


def threshold_titles(figures: Figures, at: dt.datetime) -> dict[str, str]:
    """Return every threshold's title with its amount of the day, by "EU.h7_limit"."""
    named = sorted({(one.area, one.kind) for one in figures.thresholds})
    return {
        f"{area}.{kind}": _titled(figures, area, kind, at)
        for area, kind in named
        if area != EVERYWHERE
    }


def rule_titles() -> dict[str, str]:
    """Return every rule's title by key, in the reader's language; drafts count before versions."""
    titled = {rule.key: title_of(rule) for one in live_rules(hold=False).contents
              for rule in one.rules}  # fmt: skip
    for row in RuleSet.objects.order_by("code"):
        for rule in row.draft.get("rules", ()):
            own, other = ("zh", "en") if spoken() == "zh" else ("en", "zh")
            said = rule.get(f"title_{own}") or rule.get(f"title_{other}")
            titled[rule.get("key", "")] = said or rule.get("key", "")
    return titled


def _titled(figures: Figures, area: str, kind: str, at: dt.datetime) -> str:
    said = threshold_words(f"{area}.{kind}")
    row = figures.threshold(area, kind, day_at(zone_of_law(area), at))
    if row is None:
        return said
    unit = "" if row.currency == A_NUMBER else row.currency
    amount = number_words(str(row.amount), unit)
    return f"{said} ({amount})" if spoken() == "en" else f"{said}（{amount}）"
