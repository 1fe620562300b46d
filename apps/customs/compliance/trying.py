"""Rules tried on one parcel: which fire, and which would but for one condition. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from apps.customs.compliance.binding import binds
from apps.customs.compliance.comparing import Held, Question
from apps.customs.compliance.content import Condition, RuleContent, SetContent
from apps.customs.compliance.facts import Facts
from apps.customs.compliance.judging import Compiled, Fired, Group, Ready

MOST_NEAR = 20


@dataclass(frozen=True, slots=True)
class Near:
    """A rule one condition short: what held, the one that did not, and what was there instead.

    ``line`` is the position of the line it was nearest for, None for the parcel.
    """

    set_code: str
    rule: RuleContent
    line: int | None
    missing: Condition
    instead: Held
    why: tuple[Held, ...]


def near_misses(compiled: Compiled, facts: Facts, fired: Iterable[Fired]) -> tuple[Near, ...]:
    """Return the rules one condition short of firing, those of which most holds first.

    A group of a single condition is never near: it is simply not met.
    """
    done = {(one.set_code, one.rule.key) for one in fired}
    found = (
        near
        for ready in _all(compiled)
        if (ready.set_code, ready.rule.key) not in done and (near := _near(ready, facts))
    )
    ordered = sorted(found, key=lambda one: (-len(one.why), one.rule.priority, one.rule.key))
    return tuple(ordered[:MOST_NEAR])


def not_yet_binding(content: SetContent, at: dt.datetime) -> SetContent:
    """Return only the rules that are switched on and do not bind at a moment, as if they did."""
    rules = tuple(
        replace(rule, effective_from=None, effective_to=None)
        for rule in content.rules
        if rule.enabled and not binds(rule, at)
    )
    return replace(content, rules=rules)


def _all(compiled: Compiled) -> Iterator[Ready]:
    seen: set[tuple[str, str]] = set()
    for rules in (*compiled.by_destination.values(), compiled.anywhere):
        for ready in rules:
            key = (ready.set_code, ready.rule.key)
            if key not in seen:
                seen.add(key)
                yield ready


def _near(ready: Ready, facts: Facts) -> Near | None:
    found = [near for group in ready.groups if (near := _near_in(ready, group, facts))]
    return max(found, key=lambda one: len(one.why)) if found else None


def _near_in(ready: Ready, group: Group, facts: Facts) -> Near | None:
    if len(group.header) + len(group.lines) < 2:
        return None
    for line in facts.lines if group.lines else (None,):
        asked: list[tuple[Question, Any]] = [(one, facts) for one in group.header]
        asked += [(one, line) for one in group.lines]
        failing = [(one, about) for one, about in asked if one.test(about) is False]
        if len(failing) == 1:
            question, about = failing[0]
            why = tuple(one.tell(of) for one, of in asked if one is not question)
            position = line.position if line is not None else None
            return Near(
                ready.set_code, ready.rule, position, _condition(question), question.tell(about),
                why,
            )  # fmt: skip
    return None


def _condition(question: Question) -> Condition:
    field, op, values, currency = question.key
    return Condition(field, op, values, currency=currency)


def changed_rules(before: SetContent | None, after: SetContent) -> tuple[SetContent, SetContent]:
    """Return both contents with only the rules of which what they ask or say differs.

    Who keeps a rule, its priority and when its source was looked at change nothing for a parcel.
    A rule that names a set of countries differs where that set does.
    """
    old = before or SetContent(after.code, ())
    mine, theirs = _meanings(old), _meanings(after)
    return (
        replace(old, rules=tuple(r for r in old.rules if theirs.get(r.key) != mine[r.key])),
        replace(after, rules=tuple(r for r in after.rules if mine.get(r.key) != theirs[r.key])),
    )


def _meanings(content: SetContent) -> dict[str, Any]:
    sets = {one.code: one.members for one in content.named_sets}
    return {rule.key: (_plain(rule), _named(rule, sets)) for rule in content.rules}


def _plain(rule: RuleContent) -> RuleContent:
    return replace(
        rule, owner="", priority=0, review_by=None, source_checked_on=None, source_url=""
    )


def _named(rule: RuleContent, sets: Mapping[str, Sequence[str]]) -> tuple[Any, ...]:
    found: dict[str, Any] = {}
    waiting = [v[1:] for one in rule.conditions for v in one.values if v.startswith("@")]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = tuple(sorted(sets.get(name, ())))
            waiting += [member[1:] for member in found[name] if member.startswith("@")]
    return tuple(sorted(found.items()))
