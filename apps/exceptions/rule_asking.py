"""Asking a rule about one real parcel: does it fire, which condition does not hold, when next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from apps.core import clock
from apps.exceptions.case_sentences import sentence_of
from apps.exceptions.facts_rows import subjects_of
from apps.exceptions.findings import Finding, evidence_of
from apps.exceptions.live_rules import LiveRule, current_book
from apps.exceptions.rule_words import condition_words, value_names, value_words
from apps.exceptions.rulebook.conditions import Condition, compile_conditions
from apps.exceptions.rulebook.fields import FieldKind
from apps.exceptions.rulebook.judging import Judgement, RuleSpec, compile_rule, judge
from apps.shipments.models import Shipment

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Line:
    """One condition: its words, whether it holds (None: only time decides), what the parcel has."""

    words: str
    holds: bool | None
    has: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says of one parcel now. ``silenced_by`` are live rules that say it already."""

    shipment: Shipment
    said: Judgement
    lines: tuple[Line, ...]
    next_at: dt.datetime | None
    silenced_by: tuple[str, ...]
    sentence: str
    sentence_en: str

    @property
    def fires(self) -> bool:
        """Whether it would have a case now."""
        return self.said.holds and not self.silenced_by


def ask_rule(content: Mapping[str, Any], shipment: Shipment) -> Answer:
    """Return what a rule's content says of a shipment now. Raises RuleRefused, KeyError never."""
    spec, book, now = compile_rule(content), current_book(), clock.now()
    subject = subjects_of([shipment.pk])[0]
    facts = subject.facts
    said = judge(spec, facts, now=now, calendars=book.calendars)
    rows, names = list(content["conditions"]), value_names()
    lines = [
        _line(row, condition, facts, names, now)
        for row, condition in zip(rows, compile_conditions(rows), strict=True)
    ]
    silenced = [
        rule.spec.code for rule in book.rules
        if rule.spec.code in spec.suppressed_by and not rule.is_shadow
        and judge(rule.spec, facts, now=now, calendars=book.calendars).holds
    ]  # fmt: skip
    evidence = {}
    if said.since is not None:
        finding = Finding(subject, _as_live(spec), said, spec.severity)
        evidence = evidence_of(finding)
    return Answer(
        shipment, said, tuple(lines), said.next_after(now), tuple(silenced),
        sentence_of(str(content["sentence"]), evidence, language="zh-hans"),
        sentence_of(str(content["sentence_en"]), evidence, language="en"),
    )  # fmt: skip


def _as_live(spec: RuleSpec) -> LiveRule:
    return LiveRule(spec, rule_id=0, version=0, group_id=0, is_shadow=False)


def _line(
    row: Mapping[str, Any],
    condition: Condition,
    facts: Any,
    names: Mapping[str, Mapping[str, str]],
    now: dt.datetime,
) -> Line:
    held = condition.field.read(facts)
    holds = None if condition.is_age else condition.holds(facts)
    if held is None:
        has = ""
    elif condition.field.kind is FieldKind.AGE:
        hours = (now - held).total_seconds() / HOUR
        has = f"{hours:.1f} h ({timezone.localtime(held):%m-%d %H:%M})"
        if condition.op != "unknown":
            early = hours < condition.value
            holds = not early if condition.op == "at_least" else early
    else:
        has = value_words(condition.field.name, held, names)
    return Line(condition_words(row, names), holds, has)
