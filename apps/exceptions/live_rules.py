"""The rules that hold now, compiled once per process and kept until somebody changes one."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from django.db import connection

from apps.exceptions.choices import RuleState
from apps.exceptions.models import CalendarDay, Rule
from apps.exceptions.rule_rows import content_of
from apps.exceptions.rulebook.business_time import Calendars, WorkCalendar
from apps.exceptions.rulebook.conditions import RuleRefused
from apps.exceptions.rulebook.judging import RuleSpec, compile_rule

log = structlog.get_logger(__name__)
STAMP = "SELECT stamp FROM exceptions_rulestamp WHERE id = 1"


@dataclass(frozen=True, slots=True)
class LiveRule:
    """A rule ready to be asked, and the row it stands for; a shadow rule opens nothing."""

    spec: RuleSpec
    rule_id: int
    version: int
    group_id: int
    is_shadow: bool


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All live and shadow rules as of one ``stamp``, the calendars, and their ``fingerprint``.

    The fingerprint is the same as long as the same would be judged the same way: a draft that
    is edited leaves it alone. It fits a BIGINT. ``unreadable`` are the ids of rules that hold but
    cannot be evaluated: nothing is said of them, neither that they hold nor that they do not.
    """

    stamp: int
    fingerprint: int
    rules: tuple[LiveRule, ...]
    calendars: Calendars
    by_code: Mapping[str, LiveRule] = field(default_factory=dict)
    by_id: Mapping[int, LiveRule] = field(default_factory=dict)
    unreadable: frozenset[int] = frozenset()
    _by_status: dict[str, tuple[LiveRule, ...]] = field(default_factory=dict)

    def rules_for(self, status: str) -> tuple[LiveRule, ...]:
        """Return the rules that may hold in a status: most ask for it, and need not be asked."""
        found = self._by_status.get(status)
        if found is None:
            found = tuple(rule for rule in self.rules if rule.spec.may_hold(status))
            self._by_status[status] = found
        return found


_held: RuleBook | None = None


def current_book() -> RuleBook:
    """Return the rules as they are now; costs one indexed read unless something changed.

    What a transaction that is still open has changed is seen by itself only.
    """
    global _held  # noqa: PLW0603 - a per-process cache, checked against the stamp
    stamp = _stamp()
    if _held is None or _held.stamp != stamp:
        _held = _load(stamp)
    return _held


def calendars_now() -> Calendars:
    """Return the calendars as they are now."""
    return current_book().calendars


def _stamp() -> int:
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _load(stamp: int) -> RuleBook:
    rows = list(
        Rule.objects.filter(state__in=[RuleState.LIVE.value, RuleState.SHADOW.value])
        .select_related("group")
        .prefetch_related("limits")
        .order_by("position", "code")
    )
    days = list(CalendarDay.objects.order_by("region", "day"))
    contents = {row.pk: content_of(row) for row in rows}
    rules = _unsuppressed([made for row in rows if (made := _compiled(row, contents[row.pk]))])
    said = [[row.pk, row.state, contents[row.pk]] for row in rows]
    said.append([[day.region, day.day.isoformat(), day.is_working] for day in days])
    return RuleBook(
        stamp,
        _fingerprint(said),
        rules,
        _calendars(days),
        {rule.spec.code: rule for rule in rules},
        {rule.rule_id: rule for rule in rules},
        frozenset(row.pk for row in rows) - {rule.rule_id for rule in rules},
    )


def _compiled(row: Rule, content: Mapping[str, Any]) -> LiveRule | None:
    """Return the rule, or None with a word in the log where it cannot be evaluated: one broken
    row must not silence the others."""
    try:
        spec = compile_rule(content)
    except RuleRefused as refused:
        log.error("a rule cannot be evaluated", rule=row.code, problems=str(refused))
        return None
    is_shadow = row.state == RuleState.SHADOW.value
    return LiveRule(spec, row.pk, row.version, row.group_id, is_shadow)


def _unsuppressed(rules: list[LiveRule]) -> tuple[LiveRule, ...]:
    """Return the rules in which nothing that opens no case suppresses one that does."""
    live = frozenset(rule.spec.code for rule in rules if not rule.is_shadow)
    return tuple(
        replace(rule, spec=replace(rule.spec, suppressed_by=rule.spec.suppressed_by & live))
        for rule in rules
    )


def _calendars(days: Iterable[CalendarDay]) -> Calendars:
    by_region: defaultdict[str, dict[Any, bool]] = defaultdict(dict)
    for day in days:
        by_region[day.region][day.day] = day.is_working
    return Calendars({region: WorkCalendar(region, held) for region, held in by_region.items()})


def _fingerprint(said: Any) -> int:
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
