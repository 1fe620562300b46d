"""Judging: does a rule hold for a shipment now, since when, and when may that change by itself?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from apps.exceptions.choices import Anchor, DayKind, Severity
from apps.exceptions.rulebook.business_time import Calendars
from apps.exceptions.rulebook.conditions import (
    MOST_HOURS,
    Condition,
    Problem,
    RuleRefused,
    compile_conditions,
)
from apps.exceptions.rulebook.facts import Facts

HOUR = dt.timedelta(hours=1)
ANCHORS = {
    Anchor.CREATED: "created_at",
    Anchor.NUMBERED: "numbered_at",
    Anchor.PICKED_UP: "picked_up_at",
    Anchor.LAST_SCAN: "last_scan_at",
    Anchor.STATUS_SINCE: "status_at",
    Anchor.CUSTOMS_SINCE: "customs_since",
    Anchor.OUT_SINCE: "out_since",
    Anchor.DELIVERED: "delivered_at",
    Anchor.PROMISE_END: "promise_to",
    Anchor.BOOKING_PROBLEM: "booking_problem_at",
    Anchor.CARRIER_CORRECTED: "carrier_corrected_at",
    Anchor.SIGNATURE_UNDONE: "signature_undone_at",
    Anchor.FLAGGED: "flagged_at",
    Anchor.EXPORT_SINCE: "export_since",
    Anchor.IMPORT_SINCE: "import_since",
    Anchor.CUSTOMS_WAITS: "customs_waits_since",
    Anchor.PAPERS_BY: "papers_by",
}
"""The fact each anchor counts from."""
PACES = {
    "customs_since": "import_pace",
    "import_since": "import_pace",
    "export_since": "export_pace",
}
"""The lane's own hours that a rule counted from such a fact waits for at least."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Other hours for a carrier, a service, a lane; an empty text stands for all."""

    carrier: str
    service: str
    lane_from: str
    lane_to: str
    hours: float
    red_hours: float | None

    def fits(self, facts: Facts) -> bool:
        """Tell whether the limit is about this parcel."""
        return (
            self.carrier in ("", facts.carrier)
            and self.service in ("", facts.service)
            and self.lane_from in ("", facts.lane_from)
            and self.lane_to in ("", facts.lane_to)
        )

    @property
    def weight(self) -> tuple[int, bool, int]:
        """How much it names: the heavier limit wins; a carrier counts before a lane."""
        lanes = bool(self.lane_from) + bool(self.lane_to)
        return bool(self.carrier) + bool(self.service) + lanes, bool(self.carrier), lanes


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule ready to be asked. Hours count from the anchor; limits are sorted, heaviest first."""

    code: str
    anchor: str
    hours: float
    red_hours: float | None
    business: bool
    severity: str
    conditions: tuple[Condition, ...]
    ages: tuple[Condition, ...]
    limits: tuple[Limit, ...]
    suppressed_by: frozenset[str]
    clears_itself: bool

    def may_hold(self, status: str) -> bool:
        """Tell whether its conditions on the status alone allow it to hold."""
        asked = (one for one in self.conditions if one.field.name == "status")
        return all(one.compares(status) for one in asked)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says of a shipment at one moment.

    ``since`` is the moment counted from (None: the rule has nothing to do with the parcel as it
    is), ``due_at`` when it begins to hold, ``ends_at`` when it stops by itself, ``red_at`` when
    it turns red. ``suppressed``: it would hold, but another rule says it already. ``paced``: it
    would hold but for the lane's own hours; an open case does not close by that.
    """

    holds: bool
    since: dt.datetime | None = None
    due_at: dt.datetime | None = None
    red_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    hours: float = 0.0
    suppressed: bool = False
    paced: bool = False

    def next_after(self, now: dt.datetime) -> dt.datetime | None:
        """Return when to look again although nothing happens, or None."""
        if self.since is None:
            return None
        later = [at for at in (self.due_at, self.red_at, self.ends_at) if at and at > now]
        if self.ends_at is not None and self.ends_at <= now:
            return None
        return min(later, default=None)


NOTHING = Judgement(holds=False)


def compile_rule(content: Mapping[str, Any]) -> RuleSpec:
    """Return a rule from its content (as `RuleVersion.content` keeps it).

    Raises `RuleRefused` naming every field that is wrong.
    """
    problems: list[Problem] = []
    anchor = Anchor.parse(str(content.get("anchor", "")))
    if anchor is None:
        problems.append(Problem("anchor", "unknown_anchor"))
    severity = Severity.parse(str(content.get("severity", "")))
    if severity is None:
        problems.append(Problem("severity", "unknown_severity"))
    hours, red = _hours(content, problems)
    conditions: tuple[Condition, ...] = ()
    try:
        conditions = compile_conditions(content.get("conditions", []))
    except RuleRefused as refused:
        problems.extend(refused.problems)
    code = str(content.get("code", ""))
    suppressed = frozenset(map(str, content.get("suppressed_by", ())))
    if code in suppressed:
        problems.append(Problem("suppressed_by", "itself"))
    if problems or anchor is None or severity is None:
        raise RuleRefused(problems)
    return RuleSpec(
        code=code,
        anchor=ANCHORS[anchor],
        hours=hours,
        red_hours=red,
        business=content.get("days") == DayKind.BUSINESS.value,
        severity=severity.value,
        conditions=tuple(one for one in conditions if not one.is_age),
        ages=tuple(one for one in conditions if one.is_age),
        limits=_limits(content.get("limits", ())),
        suppressed_by=suppressed,
        clears_itself=bool(content.get("clears_itself", True)),
    )


def judge(rule: RuleSpec, facts: Facts, *, now: dt.datetime, calendars: Calendars) -> Judgement:
    """Return what a rule says of a shipment now, suppression aside."""
    since: dt.datetime | None = getattr(facts, rule.anchor)
    if since is None or not all(one.holds(facts) for one in rule.conditions):
        return NOTHING
    hours, red_hours = hours_for(rule, facts)
    due = _later(rule, since, hours, facts, calendars)
    red = None if red_hours is None else _later(rule, since, red_hours, facts, calendars)
    ends: dt.datetime | None = None
    for age in rule.ages:
        begun = age.field.read(facts)
        if begun is None:
            return NOTHING
        at = _later(rule, begun, age.value, facts, calendars)
        if age.op == "at_least":
            due = max(due, at)
        else:
            ends = at if ends is None else min(ends, at)
    usual_due, pace = due, _pace(rule, facts)
    if pace is not None:
        due = max(due, since + pace * HOUR)
        hours = hours if rule.business else max(hours, pace)
    goes_on = ends is None or now < ends
    return Judgement(
        due <= now and goes_on,
        since,
        due,
        red and max(red, due),
        ends,
        hours,
        paced=usual_due <= now < due and goes_on,
    )


def judge_all(
    rules: Sequence[RuleSpec],
    facts: Facts,
    *,
    now: dt.datetime,
    calendars: Calendars,
    standing: Collection[str] = (),
) -> tuple[dict[str, Judgement], dt.datetime | None]:
    """Return all judgements by code, suppressed ones not holding, and when to look again.

    ``standing`` are codes that suppress others though they need not hold any more: their case
    waits for a person.
    """
    said = {rule.code: judge(rule, facts, now=now, calendars=calendars) for rule in rules}
    holding = {code for code, one in said.items() if one.holds}
    upcoming = [at for one in said.values() if (at := one.next_after(now)) is not None]
    saying = holding.union(standing)
    for rule in rules:
        if rule.code in holding and not rule.suppressed_by.isdisjoint(saying):
            said[rule.code] = replace(said[rule.code], holds=False, suppressed=True)
    return said, min(upcoming, default=None)


def severity_at(rule: RuleSpec, said: Judgement, *, now: dt.datetime) -> str:
    """Return how bad a case under the rule is now."""
    if said.red_at is not None and said.red_at <= now:
        return Severity.RED.value
    return rule.severity


def hours_for(rule: RuleSpec, facts: Facts) -> tuple[float, float | None]:
    """Return the hours and the hours to red: of the limit that names most, else the rule's."""
    for limit in rule.limits:
        if limit.fits(facts):
            return limit.hours, limit.red_hours
    return rule.hours, rule.red_hours


def _pace(rule: RuleSpec, facts: Facts) -> float | None:
    """Return the lane's own hours a rule waits for, None where it waits for none."""
    name = PACES.get(rule.anchor)
    found: float | None = getattr(facts, name) if name else None
    return found


def _later(
    rule: RuleSpec, since: dt.datetime, hours: float, facts: Facts, calendars: Calendars
) -> dt.datetime:
    """Return the moment hours later; in a year no calendar knows, all hours count."""
    if rule.business:
        with suppress(ValueError):
            return calendars.of(facts.region).add(since, hours)
    return since + hours * HOUR


def _hours(content: Mapping[str, Any], problems: list[Problem]) -> tuple[float, float | None]:
    hours = _number(content.get("hours"))
    if hours is None or abs(hours) > MOST_HOURS:
        problems.append(Problem("hours", "wrong_hours"))
        hours = 0.0
    raw = content.get("red_hours")
    red = None if raw is None else _number(raw)
    if raw is not None and (red is None or red < hours or red > MOST_HOURS):
        problems.append(Problem("red_hours", "wrong_hours"))
    return hours, red


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None


def _limits(rows: Iterable[Mapping[str, Any]]) -> tuple[Limit, ...]:
    made = [
        Limit(
            carrier=row.get("carrier", ""),
            service=row.get("service", ""),
            lane_from=row.get("lane_from", ""),
            lane_to=row.get("lane_to", ""),
            hours=float(row["hours"]),
            red_hours=None if row.get("red_hours") is None else float(row["red_hours"]),
        )
        for row in rows
    ]
    return tuple(sorted(made, key=lambda one: one.weight, reverse=True))
