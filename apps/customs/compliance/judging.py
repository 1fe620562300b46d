"""Rules over one parcel: which fire, for which line, on which words. Pure.

A rule fires where one of its groups holds. A group's conditions about the parcel are asked once;
those about lines must all hold for the same line. Where a group would hold but for a fact nobody
knows, the rule is *unjudged*: the parcel goes to a person, never through by ignorance.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.customs.compliance.asking import Asked
from apps.customs.compliance.binding import binds
from apps.customs.compliance.comparing import Held, Names, Question, prepare
from apps.customs.compliance.content import Condition, RuleContent, SetContent
from apps.customs.compliance.facts import Facts
from apps.customs.compliance.fields import FIELDS
from apps.customs.compliance.sets import spread_sets
from apps.customs.compliance.words import Terms
from apps.customs.figures import Figures
from apps.customs.record import Line

_LINE_FIELDS = frozenset({"lines"} | {item.name for item in dataclasses.fields(Line)})


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired, or could not be judged; ``line`` is a position, None for the parcel."""

    set_code: str
    rule: RuleContent
    line: int | None
    path: str
    why: tuple[Held, ...]
    unjudged: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions that must hold together: of the parcel, and of one and the same line.

    ``of_parcel``: what is to be put right is the parcel's, whichever line it fired for.
    """

    header: tuple[Question, ...]
    lines: tuple[Question, ...]
    path: str
    of_parcel: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A rule ready to be asked; ``destinations`` None where it may fire anywhere."""

    set_code: str
    rule: RuleContent
    groups: tuple[Group, ...]
    destinations: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Compiled:
    """Rule sets ready to be asked: by destination those that name theirs, and all others."""

    by_destination: Mapping[str, tuple[Ready, ...]]
    anywhere: tuple[Ready, ...]

    def for_destination(self, country: str) -> tuple[Ready, ...]:
        """Return the rules that may fire for a destination."""
        return self.by_destination.get(country, ()) + self.anywhere


def compile_sets(
    contents: Iterable[SetContent],
    *,
    lists: Mapping[str, Terms],
    figures: Figures,
    at: dt.datetime,
) -> Compiled:
    """Return rule sets ready to be asked at a moment: rules that do not bind then are out.

    ``lists`` are the keyword lists by key as of that moment. Raises UnreadableCondition,
    CircularSet, UnknownSet.
    """
    by_destination: dict[str, list[Ready]] = {}
    anywhere: list[Ready] = []
    for content in contents:
        names = Names(spread_sets(content.named_sets), lists, figures, at)
        for rule in content.rules:
            if not binds(rule, at):
                continue
            ready = _ready(content.code, rule, names)
            if ready.destinations is None:
                anywhere.append(ready)
                continue
            for country in ready.destinations:
                by_destination.setdefault(country, []).append(ready)
    return Compiled({key: tuple(rules) for key, rules in by_destination.items()}, tuple(anywhere))


def judge(compiled: Compiled, facts: Facts, *, stages: Sequence[str]) -> tuple[Fired, ...]:
    """Return what fires at the stages, the most urgent first; never raises for a parcel's data."""
    asked = Asked(facts)
    found: list[Fired] = []
    for ready in compiled.for_destination(facts.destination):
        if ready.rule.stage in stages:
            found += _fire(ready, asked)
    return tuple(sorted(found, key=lambda one: (one.rule.priority, one.rule.key, one.line or 0)))


def _ready(set_code: str, rule: RuleContent, names: Names) -> Ready:
    groups: list[Group] = []
    reach: set[str] | None = set()
    for number in dict.fromkeys(condition.group for condition in rule.conditions):
        own = [condition for condition in rule.conditions if condition.group == number]
        questions = [prepare(condition, names) for condition in own]
        header = tuple(one for one in questions if not one.field.of_line)
        lines = tuple(one for one in questions if one.field.of_line)
        asks_parcel = rule.action == "need_field" and bool(rule.need)
        of_parcel = asks_parcel and rule.need.split(".")[0] not in _LINE_FIELDS
        groups.append(Group(header, lines, _path(rule, lines or header), of_parcel))
        places = _places(own, names)
        reach = None if reach is None or places is None else reach | places
    return Ready(set_code, rule, tuple(groups), None if reach is None else frozenset(reach))


def _path(rule: RuleContent, questions: Sequence[Question]) -> str:
    """Return where it is put right: what the rule asks for, else what its last condition asked."""
    if rule.action == "need_document":
        return FIELDS["papers"].path
    return rule.need or questions[-1].field.path


def _places(own: Sequence[Condition], names: Names) -> set[str] | None:
    """Return the destinations a group can hold for, None where it names none."""
    named = [
        {c for v in one.values for c in (names.sets[v[1:]] if v.startswith("@") else (v,))}
        for one in own
        if one.field == "destination" and one.op == "in"
    ]
    return set.intersection(*named) if named else None


def _fire(ready: Ready, asked: Asked) -> list[Fired]:
    fired: dict[int | None, Fired] = {}
    for group in ready.groups:
        held = asked.header_holds(group.header)
        if held is False:
            continue
        if not group.lines:
            _keep(fired, _told(ready, group, asked, index=None, surely=held is True))
            continue
        surely, perhaps = asked.lines_holding(group.lines)
        for index in asked.indices(surely | perhaps):
            certain = held is True and bool(surely >> index & 1)
            _keep(fired, _told(ready, group, asked, index=index, surely=certain))
    return list(fired.values())


def _told(ready: Ready, group: Group, asked: Asked, *, index: int | None, surely: bool) -> Fired:
    facts = asked.facts
    why = [one.tell(facts) for one in group.header]
    line = None
    if index is not None:
        why += [one.tell(facts.lines[index]) for one in group.lines]
        line = None if group.of_parcel else facts.lines[index].position
    return Fired(ready.set_code, ready.rule, line, group.path, tuple(why), not surely)


def _keep(fired: dict[int | None, Fired], one: Fired) -> None:
    """One answer for a rule and line: a group that surely holds counts before a doubtful one."""
    known = fired.get(one.line)
    if known is None or (known.unjudged and not one.unjudged):
        fired[one.line] = one
