"""Rules that say the same, that contradict each other, and those that can never fire. Pure.

All of it is read off the rules, without any parcel; what thresholds and word lists stand for is
not looked at. Rules of different stages, and rules whose days do not meet, are not compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from apps.customs.compliance.content import Condition, RuleContent, SetContent
from apps.customs.compliance.drafting_checks import STOPPING
from apps.customs.compliance.fields import FIELDS, Op
from apps.customs.compliance.reaches import OPPOSITE, Group, group_of, groups_of, implies
from apps.customs.compliance.sets import spread_sets

ALWAYS = dt.date(1, 1, 1)
FOR_EVER = dt.date.max
_SENTENCES = {
    "never_empty": (
        "规则“{one_zh}”永远不会触发：每一组条件都自相矛盾。",
        "“{one_en}” can never fire: the conditions of each group contradict each other.",
    ),
    "never_off": ("规则“{one_zh}”已停用。", "“{one_en}” is switched off."),
    "never_over": ("规则“{one_zh}”已失效。", "“{one_en}” has ended."),
    "same": (
        "规则“{one_zh}”和“{other_zh}”在同样的包裹上触发，处理方式也相同。",
        "“{one_en}” and “{other_en}” fire for the same parcels and do the same.",
    ),
    "within": (
        "凡触发“{other_zh}”的包裹也会触发“{one_zh}”，处理方式相同，后者已经够了。",
        "Whatever fires “{other_en}” fires “{one_en}” too, which does the same: it is enough.",
    ),
    "milder": (
        "同样的包裹，“{one_zh}”会拦下，“{other_zh}”只提示。",
        "For the same parcels “{one_en}” stops and “{other_en}” only tells.",
    ),
    "either_way": (
        "“{one_zh}”和“{other_zh}”合起来无论如何都会拦下包裹：一条要求有，另一条要求没有。",
        "“{one_en}” and “{other_en}” stop a parcel either way: what the one wants the other stops.",
    ),
    "asked_and_stopped": (
        "“{one_zh}”要求填写的内容，正是“{other_zh}”要拦下的。",
        "“{one_en}” asks for what “{other_en}” stops.",
    ),
}


@dataclass(frozen=True, slots=True)
class Clash:
    """Something found: ``kind`` is never, overlap or contradiction; ``rules`` are (set, key)."""

    kind: str
    code: str
    rules: tuple[tuple[str, str], ...]
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class Read:
    """A rule made ready to be compared."""

    set_code: str
    rule: RuleContent
    groups: tuple[Group, ...]


def find_clashes(contents: Sequence[SetContent], *, on: dt.date) -> tuple[Clash, ...]:
    """Return what is the matter between rules of all the sets as of a day and after it.

    Raises CircularSet and UnknownSet for sets nobody can spread.
    """
    rules = [one for content in contents for one in _read(content)]
    found = [clash for one in rules if (clash := _never(one, on))]
    living = [one for one in rules if not _never(one, on)]
    for one, other in combinations(living, 2):
        if one.rule.stage == other.rule.stage and _meet(one.rule, other.rule):
            clash = _between(one, other)
            if clash is not None:
                found.append(clash)
    return tuple(found)


def _read(content: SetContent) -> Iterator[Read]:
    sets = spread_sets(content.named_sets)
    for rule in content.rules:
        yield Read(content.code, rule, groups_of(rule.conditions, sets))


def _never(one: Read, on: dt.date) -> Clash | None:
    rule = one.rule
    if not rule.enabled:
        return _clash("never", "never_off", one)
    if rule.effective_to is not None and rule.effective_to < on:
        return _clash("never", "never_over", one)
    if all(group.is_never for group in one.groups):
        return _clash("never", "never_empty", one)
    return None


def _meet(one: RuleContent, other: RuleContent) -> bool:
    first = max(one.effective_from or ALWAYS, other.effective_from or ALWAYS)
    return first <= min(one.effective_to or FOR_EVER, other.effective_to or FOR_EVER)


def _between(one: Read, other: Read) -> Clash | None:
    wider, narrower = _covers(one, other), _covers(other, one)
    alike = (one.rule.action, one.rule.need) == (other.rule.action, other.rule.need)
    stopping = [read for read in (one, other) if read.rule.action in STOPPING]
    if wider and narrower and alike:
        return _clash("overlap", "same", one, other)
    if wider and narrower and len(stopping) == 1:
        (strict,) = stopping
        return _clash("contradiction", "milder", strict, other if strict is one else one)
    if alike and (wider or narrower):
        pair = (one, other) if wider else (other, one)
        return _clash("overlap", "within", *pair)
    return _deadlock(one, other) if len(stopping) == 2 else None


def _deadlock(one: Read, other: Read) -> Clash | None:
    for asks, stops in ((one, other), (other, one)):
        if asks.rule.action == "need_field" and _stops_when_given(asks, stops):
            return _clash("contradiction", "asked_and_stopped", asks, stops)
    if any(_either_way(mine, theirs) for mine in one.groups for theirs in other.groups):
        return _clash("contradiction", "either_way", one, other)
    return None


def _covers(wide: Read, narrow: Read) -> bool:
    """Whether whatever fires the narrow rule fires the wide one."""
    living = [group for group in narrow.groups if not group.is_never]
    return bool(living) and all(
        any(all(implies(group, one) for one in by.conditions) for by in wide.groups)
        for group in living
    )


def _stops_when_given(asks: Read, stops: Read) -> bool:
    """Whether a rule stops parcels for having what the other asks the same parcels for."""
    need = asks.rule.need
    for group in stops.groups:
        if any(one.op == "given" and _path_of(one) == need for one in group.conditions):
            rest = [one for one in group.conditions if _path_of(one) != need]
            for mine in asks.groups:
                own = [one for one in mine.conditions if _path_of(one) != need]
                if not group_of((*own, *rest)).is_never:
                    return True
    return False


def _path_of(condition: Condition) -> str:
    field = FIELDS.get(condition.field)
    return field.path if field else ""


def _either_way(one: Group, other: Group) -> bool:
    """Whether two groups differ in one condition only, and that is turned round."""
    mine, theirs = set(one.conditions), set(other.conditions)
    only, others = mine - theirs, theirs - mine
    if len(only) != 1 or len(others) != 1:
        return False
    (a,), (b,) = only, others
    opposite = OPPOSITE.get(Op(a.op)) if a.op in set(Op) else None
    return opposite is not None and replace(a, op=opposite.value) == b


def _clash(kind: str, code: str, one: Read, other: Read | None = None) -> Clash:
    rules = tuple((read.set_code, read.rule.key) for read in _both(one, other))
    words = {"one_zh": one.rule.title_zh, "one_en": one.rule.title_en}
    if other is not None:
        words |= {"other_zh": other.rule.title_zh, "other_en": other.rule.title_en}
    chinese, english = _SENTENCES[code]
    return Clash(kind, code, rules, chinese.format(**words), english.format(**words))


def _both(one: Read, other: Read | None) -> Iterable[Read]:
    return (one,) if other is None else (one, other)
