"""What is wrong with a draft before anybody publishes it, place by place. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from apps.customs.compliance.content import RuleContent, SetContent
from apps.customs.compliance.drafting_conditions import Known, condition_problems
from apps.customs.compliance.drafting_problem import Problem
from apps.customs.compliance.drafting_sets import set_problems
from apps.customs.compliance.drafting_types import type_problems
from apps.customs.compliance.drafting_words import LANGUAGES, problem

STAGES = frozenset({"order", "pack", "declare", "hand_over"})
STOPPING = frozenset({"block", "need_document", "need_field", "manual_review"})
ACTIONS = STOPPING | {"warn", "inform"}
MOST_RULES = 2_000
MOST_CONDITIONS = 60
LONGEST = {"title": 120, "message": 600, "fix": 600, "legal_basis": 300, "source_url": 500}
_KEY = re.compile("[a-z0-9_]{1,60}")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_TEXTS = {"title": ("标题", "title"), "message": ("提示语", "message")}


def problems_of(content: SetContent, known: Known, on: dt.date) -> tuple[Problem, ...]:
    """Return everything wrong with a draft as of a day, what stops it first; never raises.

    A value of a wrong type hides all else: nothing after it could be read.
    """
    found = list(type_problems(content))
    if not found:
        found = [*set_problems(content, known), *_rules(content, known, on)]
    return tuple(sorted(found, key=lambda one: not one.stops))


def _rules(content: SetContent, known: Known, on: dt.date) -> Iterator[Problem]:
    if not content.rules:
        yield problem("no_rules", path="rules")
    if len(content.rules) > MOST_RULES:
        yield problem("too_many", path="rules", what="规则", what_en="rules", most=MOST_RULES)
        return
    seen: set[str] = set()
    for number, rule in enumerate(content.rules):
        path = f"rules.{number}."
        if rule.key in seen:
            yield problem("rule_twice", rule_key=rule.key, path=f"{path}key", what=rule.key)
        seen.add(rule.key)
        for one in rule_problems(rule, known, on):
            yield Problem(
                one.code, one.message_zh, one.message_en, rule.key, path + one.path, one.stops
            )


def rule_problems(rule: RuleContent, known: Known, on: dt.date) -> Iterator[Problem]:
    """Yield what is wrong with one rule; paths begin at the rule."""
    if not _KEY.fullmatch(rule.key):
        yield problem("bad_key", path="key", what=rule.key)
    if rule.stage not in STAGES:
        yield problem("unknown_stage", path="stage", what=rule.stage)
    if rule.action not in ACTIONS:
        yield problem("unknown_action", path="action", what=rule.action)
    yield from _texts(rule)
    yield from _need(rule, known)
    yield from _source(rule, on)
    yield from _dates(rule, on)
    yield from _conditions(rule, known)


def _texts(rule: RuleContent) -> Iterator[Problem]:
    for name, (what, what_en) in _TEXTS.items():
        for language, (spoken, spoken_en) in LANGUAGES.items():
            path = f"{name}_{language}"
            if not getattr(rule, path).strip():
                words: dict[str, Any] = {"language": spoken, "language_en": spoken_en}
                yield problem("no_text", path=path, what=what, what_en=what_en, **words)
    if rule.action in STOPPING:
        for language, (spoken, spoken_en) in LANGUAGES.items():
            path = f"fix_{language}"
            if not getattr(rule, path).strip():
                yield problem("no_fix", path=path, language=spoken, language_en=spoken_en)
    for name, most in LONGEST.items():
        for path in [name] if hasattr(rule, name) else [f"{name}_zh", f"{name}_en"]:
            if len(getattr(rule, path)) > most:
                yield problem("long_text", path=path, what=path, what_en=path, most=most)


def _need(rule: RuleContent, known: Known) -> Iterator[Problem]:
    if rule.action in {"need_field", "need_document"} and not rule.need:
        yield problem("no_need", path="need")
    if rule.need and known.needs and rule.need not in known.needs:
        yield problem("unknown_need", path="need", what=rule.need)


def _source(rule: RuleContent, on: dt.date) -> Iterator[Problem]:
    if not rule.legal_basis.strip():
        yield problem("no_source", path="legal_basis")
    if rule.source_url and not _ADDRESS.fullmatch(rule.source_url):
        yield problem("bad_source", path="source_url", what=rule.source_url[:100])
    if rule.source_checked_on is None:
        yield problem("not_checked", path="source_checked_on", stops=False)
    elif rule.source_checked_on > on:
        yield problem("checked_later", path="source_checked_on", what=rule.source_checked_on)


def _dates(rule: RuleContent, on: dt.date) -> Iterator[Problem]:
    first, last = rule.effective_from, rule.effective_to
    if first and last and last < first:
        yield problem("days_reversed", path="effective_to", what=rule.key)
    elif last and last < on:
        yield problem("over", path="effective_to", stops=False, what=last)
    if rule.zone and not _is_zone(rule.zone):
        yield problem("unknown_zone", path="zone", what=rule.zone)
    elif (first or last) and not rule.zone:
        yield problem("no_zone", path="zone")
    if rule.review_by and rule.review_by < on:
        yield problem("review_due", path="review_by", stops=False, what=rule.review_by)


def _conditions(rule: RuleContent, known: Known) -> Iterator[Problem]:
    if not rule.conditions:
        yield problem("no_conditions", path="conditions")
    if len(rule.conditions) > MOST_CONDITIONS:
        words: dict[str, Any] = {"what": "条件", "what_en": "conditions", "most": MOST_CONDITIONS}
        yield problem("too_many", path="conditions", **words)
        return
    groups = {condition.group for condition in rule.conditions}
    for missing in _gaps(groups):
        yield problem("empty_group", path="conditions", what=missing)
    for number, condition in enumerate(rule.conditions):
        yield from condition_problems(condition, known, f"conditions.{number}.")


def _gaps(groups: Iterable[int]) -> list[int]:
    """Return the numbers from 1 that no condition has, and those that are no group's number."""
    used = set(groups)
    strange = sorted(one for one in used if not 1 <= one <= MOST_CONDITIONS)
    if strange or not used:
        return strange
    return sorted(set(range(1, max(used) + 1)) - used)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
