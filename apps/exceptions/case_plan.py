"""What judging one shipment comes to: cases to open, redden, move and clear. No database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from apps.exceptions.choices import CaseState, CloseReason, Severity
from apps.exceptions.facts_rows import Subject
from apps.exceptions.findings import Finding
from apps.exceptions.live_rules import LiveRule, RuleBook
from apps.exceptions.rulebook.judging import NOTHING, Judgement, judge_all, severity_at
from apps.shipments.choices import ShipmentStatus

ENDS = {
    ShipmentStatus.DELIVERED.value: CloseReason.DELIVERED,
    ShipmentStatus.RETURNED.value: CloseReason.RETURNED,
    ShipmentStatus.CANCELLED.value: CloseReason.CANCELLED,
}


class LiveCase(NamedTuple):
    """What judging needs of a live case."""

    id: int
    rule_id: int
    rule_version: int
    state: str
    severity: str
    anchored_at: dt.datetime


@dataclass(slots=True)
class Plan:
    """What is to be done for a batch of shipments. ``looks`` says when to look at each again."""

    opened: list[Finding] = field(default_factory=list)
    reddened: dict[int, Finding] = field(default_factory=dict)
    moved: dict[int, Finding] = field(default_factory=dict)
    cleared: dict[int, CloseReason] = field(default_factory=dict)
    hits: list[Finding] = field(default_factory=list)
    missed: list[tuple[int, int]] = field(default_factory=list)
    looks: dict[int, dt.datetime | None] = field(default_factory=dict)

    @property
    def touched(self) -> list[int]:
        """The ids of the cases that are changed."""
        return sorted({*self.reddened, *self.moved, *self.cleared})


def plan_shipment(
    plan: Plan,
    subject: Subject,
    *,
    cases: Collection[LiveCase],
    hit_rules: Collection[int],
    book: RuleBook,
    now: dt.datetime,
) -> None:
    """Judge one shipment and add what follows to the plan.

    ``hit_rules`` are the ids of the shadow rules that held when it was last looked at.
    """
    held = {case.rule_id: case for case in cases}
    standing = [
        rule.spec.code for rule_id in held
        if (rule := book.by_id.get(rule_id)) and not rule.spec.clears_itself
    ]  # fmt: skip
    rules = book.rules_for(subject.facts.status)
    said, plan.looks[subject.shipment_id] = judge_all(
        [rule.spec for rule in rules],
        subject.facts,
        now=now,
        calendars=book.calendars,
        standing=standing,
    )
    holding = [rule for rule in rules if said[rule.spec.code].holds]
    for rule in holding:
        one = said[rule.spec.code]
        found = Finding(subject, rule, one, severity_at(rule.spec, one, now=now))
        _holding(plan, found, held.get(rule.rule_id), hit_rules)
    over = set(hit_rules).difference(rule.rule_id for rule in holding)
    plan.missed.extend((subject.shipment_id, rule_id) for rule_id in sorted(over))
    for case in held.values():
        reason = _over(case, book, said, subject)
        if reason is not None:
            plan.cleared[case.id] = reason


def _holding(plan: Plan, found: Finding, case: LiveCase | None, hit_rules: Collection[int]) -> None:
    if found.rule.is_shadow:
        if found.rule.rule_id not in hit_rules:
            plan.hits.append(found)
    elif case is None:
        plan.opened.append(found)
    elif found.severity == Severity.RED.value != case.severity:
        plan.reddened[case.id] = found
    elif found.since != case.anchored_at:
        plan.moved[case.id] = found


def _over(
    case: LiveCase, book: RuleBook, said: Mapping[str, Judgement], subject: Subject
) -> CloseReason | None:
    """Return why a live case is over, None where it is not.

    That the platform looks no more (expired) puts nothing right, nor does it that a lane has
    become slower: the case stays.
    """
    rule: LiveRule | None = book.by_id.get(case.rule_id)
    if rule is None or rule.is_shadow:
        return None if case.rule_id in book.unreadable else CloseReason.RULE_CHANGED
    one = said.get(rule.spec.code, NOTHING)
    if one.holds:
        return None
    if one.suppressed:
        return CloseReason.DUPLICATE if case.state == CaseState.OPEN.value else None
    waits_longer = one.paced and one.since == case.anchored_at
    is_expired = subject.facts.status == ShipmentStatus.EXPIRED.value
    if waits_longer or not rule.spec.clears_itself or is_expired:
        return None
    if case.rule_version != rule.version:
        return CloseReason.RULE_CHANGED
    return ENDS.get(subject.facts.status, CloseReason.MOVED_ON)
