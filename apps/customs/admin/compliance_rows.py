"""Rules as rows of a list: the sentence, what can be filtered by, what is wrong with each."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.language import spoken
from apps.customs.admin.compliance_editor import both_areas, both_names
from apps.customs.choices import RuleAction, RuleStage
from apps.customs.compliance.binding import binds, day_at, starts_at
from apps.customs.compliance.content import RuleContent, SetContent
from apps.customs.compliance.differing import Kind
from apps.customs.compliance.drafting_problem import Problem
from apps.customs.compliance.sets import CircularSet, UnknownSet, spread_sets
from apps.customs.rule_words import RuleNames, conditions_words, day_words, title_of
from apps.shipments.zones import CHINA

EXPIRES_WITHIN = dt.timedelta(days=30)
UNCHECKED_AFTER = dt.timedelta(days=180)
CHANGES = {
    Kind.ADDED: ("success", "new"),
    Kind.CHANGED: ("info", "changed"),
    Kind.REMOVED: ("danger", "removed"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a rule stands in time: ``code`` for filters, words and a colour for people."""

    code: str
    label: str
    colour: str


def standing_of(rule: RuleContent, at: dt.datetime) -> Standing:
    """Return whether a rule is off, to come, in force or over at a moment."""
    if not rule.enabled:
        return Standing("off", _("switched off"), "default")
    if binds(rule, at):
        return Standing("on", _("in force"), "success")
    starts = starts_at(rule)
    if starts is not None and starts > at:
        return Standing("future", _("from %(day)s") % {"day": rule.effective_from}, "info")
    return Standing("over", _("over"), "default")


def expires_soon(rule: RuleContent, at: dt.datetime) -> bool:
    """Whether a rule that binds ends within 30 days, or its review is due by then."""
    today = day_at(rule.zone or CHINA, at)
    limit = today + EXPIRES_WITHIN
    ends = rule.effective_to is not None and today <= rule.effective_to <= limit
    return rule.enabled and (ends or (rule.review_by is not None and rule.review_by <= limit))


def is_unchecked(rule: RuleContent, at: dt.datetime) -> bool:
    """Whether nobody looked at the source for 180 days, or ever."""
    checked = rule.source_checked_on
    return checked is None or day_at(rule.zone or CHINA, at) - checked > UNCHECKED_AFTER


def rule_rows(
    content: SetContent,
    names: RuleNames,
    *,
    changed: Mapping[str, Kind],
    problems: Sequence[Problem],
) -> list[dict[str, Any]]:
    """Return a row for every rule of a set, in the order in which they are asked."""
    at = clock.now()
    wrong: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        wrong[problem.rule_key].append(problem)
    spread = spread_or_empty(content)
    ordered = sorted(content.rules, key=lambda one: (one.priority, one.key))
    return [
        _row(rule, names, at=at, kind=changed.get(rule.key), wrong=wrong[rule.key], spread=spread)
        for rule in ordered
    ]


def _row(
    rule: RuleContent,
    names: RuleNames,
    *,
    at: dt.datetime,
    kind: Kind | None,
    wrong: Sequence[Problem],
    spread: Mapping[str, frozenset[str]],
) -> dict[str, Any]:
    standing, stage = standing_of(rule, at), RuleStage.parse(rule.stage)
    flags = [
        code
        for code, holds in (
            (kind.value if kind else "", kind is not None),
            ("wrong", any(one.stops for one in wrong)),
            ("noted", bool(wrong)),
            ("expiring", expires_soon(rule, at)),
            ("unchecked", is_unchecked(rule, at)),
        )
        if holds
    ]
    said = conditions_words(rule.conditions, names) or _("nothing is asked yet")
    title = title_of(rule)
    return {
        "rule": rule,
        "title": title,
        "when": said,
        "stage": stage,
        "action": RuleAction.parse(rule.action),
        "standing": standing,
        "days": day_words(rule.effective_from, rule.effective_to),
        "change": CHANGES.get(kind) if kind else None,
        "problems": [problem_words(one) for one in wrong],
        "stops": any(one.stops for one in wrong),
        "flags": " ".join((standing.code, *flags)),
        "expiring": "expiring" in flags,
        "unchecked": "unchecked" in flags,
        "places": " ".join(sorted(places_of(rule, spread))),
        "search": " ".join(
            (rule.key, rule.title_zh, rule.title_en, said, rule.legal_basis, rule.owner)
        ).casefold(),
    }


def places_of(rule: RuleContent, spread: Mapping[str, frozenset[str]]) -> set[str]:
    """Return the destinations a rule names: countries and the sets by their own name too."""
    found: set[str] = set()
    for one in rule.conditions:
        if one.field != "destination" or one.op != "in":
            continue
        for value in one.values:
            found.add(value)
            if value.startswith("@"):
                found |= spread.get(value[1:], frozenset())
    return found


def spread_or_empty(content: SetContent) -> dict[str, frozenset[str]]:
    """Return the countries of named sets; none at all while one of them is wrong."""
    try:
        return spread_sets(content.named_sets)
    except (CircularSet, UnknownSet):
        return {}


def filters_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the list can be narrowed to, each with how many rules it would leave."""
    given = list(rows)
    places = Counter(place for row in given for place in str(row["places"]).split())
    flags = Counter(flag for row in given for flag in str(row["flags"]).split())
    stages = Counter(row["rule"].stage for row in given)
    actions = Counter(row["rule"].action for row in given)
    return {
        "stages": [(s.value, s.label, stages[s.value]) for s in RuleStage if stages[s.value]],
        "actions": [(a.value, a.label, actions[a.value]) for a in RuleAction if actions[a.value]],
        "places": sorted(
            ((place, place_words(place), number) for place, number in places.items()),
            key=lambda one: (not one[0].startswith("@"), -one[2], one[1]),
        ),
        "states": [
            (code, label, flags[code]) for code, label in state_words().items() if flags[code]
        ],
    }


def place_words(place: str) -> str:
    """Return what a destination or a set of them is called."""
    return both_areas(place[1:]) if place.startswith("@") else both_names(place)


def state_words() -> dict[str, str]:
    """Return what a rule can be besides its stage and action, by filter."""
    return {
        "on": _("in force"),
        "future": _("to come"),
        "over": _("over"),
        "off": _("switched off"),
        "wrong": _("keeps the draft from being published"),
        "noted": _("worth a look"),
        "added": _("new in the draft"),
        "changed": _("changed in the draft"),
        "expiring": _("ends or is due within 30 days"),
        "unchecked": _("source unchecked for 180 days"),
    }


def problem_words(problem: Problem) -> dict[str, Any]:
    """Return a problem in the reader's language, with where it is."""
    said = problem.message_zh if spoken() == "zh" else problem.message_en
    return {
        "code": problem.code,
        "message": said,
        "path": problem.path,
        "stops": problem.stops,
        "rule_key": problem.rule_key,
    }
