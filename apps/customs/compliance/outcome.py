"""What a check came to: findings with their words, what an override holds for, the result. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson

from apps.customs.choices import HOLDING_ACTIONS, CheckResult, RuleAction
from apps.customs.compliance.comparing import Held
from apps.customs.compliance.content import Condition, RuleContent
from apps.customs.compliance.fields import FIELDS, Kind
from apps.customs.compliance.judging import Fired
from apps.customs.record import Record

MOST_WORDS = 20
_HIDDEN = frozenset({Kind.PRESENCE, Kind.TEXT, Kind.TRUTH})


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as it will be stored. ``about`` is what an override of it would hold for.

    ``is_final``: no override lets it go, it is decided where it comes from.
    """

    set_code: str
    set_version: int
    rule_key: str
    action: str
    said: Mapping[str, Any]
    about: str
    line: int | None = None
    field: str = ""
    why: tuple[Mapping[str, Any], ...] = ()
    is_unjudged: bool = False
    is_final: bool = False
    is_overridden: bool = False

    @property
    def holds(self) -> bool:
        """Whether it keeps the parcel unless somebody lets it go."""
        return self.action in HOLDING_ACTIONS


def found_of(
    fired: Iterable[Fired], *, record: Record, versions: Mapping[str, Mapping[str, Any]]
) -> list[Found]:
    """Return what fired as findings.

    A rule that would hold the parcel but could not be judged asks for a person, whatever else it
    would do; one that only warns or informs still only does that.
    """
    return [_found(one, record, versions) for one in fired]


def digests_of(found: Iterable[Found]) -> dict[str, str]:
    """Return by rule what an override of it holds for: what it said, and of which goods."""
    about: dict[str, list[str]] = {}
    for one in found:
        about.setdefault(one.rule_key, []).append(one.about)
    return {key: _sha256(sorted(parts)) for key, parts in about.items()}


def let_go(found: Sequence[Found], keys: Collection[str]) -> list[Found]:
    """Return the findings with those of some rules marked as let go by a person."""
    return [
        replace(one, is_overridden=one.holds and not one.is_final and one.rule_key in keys)
        for one in found
    ]


def result_of(found: Iterable[Found]) -> CheckResult:
    """Return what the findings come to: the worst that nobody let go counts."""
    result = CheckResult.PASSED
    for one in found:
        if one.holds and not one.is_overridden:
            return CheckResult.HELD
        if one.is_overridden:
            result = CheckResult.LET_GO
        elif one.action == RuleAction.WARN.value and result is CheckResult.PASSED:
            result = CheckResult.WARNED
    return result


def words_in(found: Found) -> list[str]:
    """Return the words of the shop's own text that a finding is about, once each."""
    return list(dict.fromkeys(word for one in found.why for word in one.get("words", ())))


def _found(fired: Fired, record: Record, versions: Mapping[str, Mapping[str, Any]]) -> Found:
    rule = fired.rule
    doubtful = fired.unjudged and rule.action in HOLDING_ACTIONS
    why = tuple(why_told(one) for one in fired.why)
    return Found(
        set_code=fired.set_code,
        set_version=versions[fired.set_code]["number"],
        rule_key=rule.key,
        action=RuleAction.MANUAL_REVIEW.value if doubtful else rule.action,
        said=_said(rule),
        about=_about(fired, record, why),
        line=fired.line,
        field=fired.path,
        why=why,
        is_unjudged=fired.unjudged,
    )


def why_told(one: Held) -> dict[str, Any]:
    """Return why a condition held; numbers of a party are not written down, only that they are."""
    shown: dict[str, Any] = {"field": one.field, "op": one.op}
    if one.words:
        shown["words"] = list(one.words[:MOST_WORDS])
    if one.fact and FIELDS[one.field].kind not in _HIDDEN:
        shown["fact"] = one.fact
    return shown


def _about(fired: Fired, record: Record, why: Sequence[Mapping[str, Any]]) -> str:
    words = sorted({word for one in why for word in one.get("words", ())})
    goods: list[Any] = [record.destination, record.currency, str(record.total)]
    if fired.line is not None:
        goods = [
            [one.position, one.sku, one.title, one.hs_code, one.quantity, str(one.unit_price)]
            for one in record.lines
            if one.position == fired.line
        ]
    return _sha256([_meaning(fired.rule), fired.line, fired.path, fired.unjudged, words, goods])


@lru_cache(maxsize=4096)
def _meaning(rule: RuleContent) -> str:
    """Return a digest of what a rule says, without who keeps it and when it was looked after."""
    return _sha256(
        [
            rule.key, rule.stage, rule.action, rule.need, rule.legal_basis, rule.message_zh,
            rule.message_en, rule.fix_zh, rule.fix_en, [_condition(c) for c in rule.conditions],
        ]
    )  # fmt: skip


def _condition(one: Condition) -> list[Any]:
    return [one.group, one.field, one.op, list(one.values), one.currency]


@lru_cache(maxsize=4096)
def _said(rule: RuleContent) -> Mapping[str, Any]:
    """Return what people are told, as it is kept with the finding."""
    both = {
        "title": (rule.title_zh, rule.title_en),
        "message": (rule.message_zh, rule.message_en),
        "fix": (rule.fix_zh, rule.fix_en),
    }
    said: dict[str, Any] = {
        name: {"zh": zh, "en": en} for name, (zh, en) in both.items() if zh or en
    }
    rest = {
        "stage": rule.stage, "action": rule.action, "need": rule.need,
        "legal_basis": rule.legal_basis, "source_url": rule.source_url,
    }  # fmt: skip
    return said | {name: value for name, value in rest.items() if value}


def _sha256(data: Any) -> str:
    return hashlib.sha256(orjson.dumps(data)).hexdigest()
