"""What one content of a rule set has that another has not: rules, sets, requirements. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.customs.compliance.content import RuleContent, SetContent


class Kind(StrEnum):
    """What became of a part."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A part that differs: rule, set, requirement or document; ``fields`` name what changed."""

    part: str
    key: str
    kind: Kind
    before: Any
    after: Any
    fields: tuple[str, ...] = ()


def differences(before: SetContent | None, after: SetContent) -> tuple[Difference, ...]:
    """Return what differs, rules first, in the order they stand; nothing was there before None."""
    old = before or SetContent(after.code, ())
    return (
        *_between("rule", _by_key(old.rules), _by_key(after.rules)),
        *_between(
            "set",
            {one.code: one for one in old.named_sets},
            {one.code: one for one in after.named_sets},
        ),
        *_between("requirement", _requirements(old), _requirements(after)),
        *_between("document", _documents(old), _documents(after)),
    )


def changed_keys(before: SetContent | None, after: SetContent) -> dict[str, Kind]:
    """Return the rules that differ, by key."""
    return {one.key: one.kind for one in differences(before, after) if one.part == "rule"}


def _by_key(rules: Iterable[RuleContent]) -> dict[str, RuleContent]:
    return {rule.key: rule for rule in rules}


def _requirements(content: SetContent) -> dict[str, Any]:
    return {
        f"{one.country} {one.field} {','.join(one.kinds)} {one.valid_from}": one
        for one in content.requirements
    }


def _documents(content: SetContent) -> dict[str, Any]:
    return {f"{one.code} {one.valid_from}": one for one in content.document_types}


def _between(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Difference]:
    for key, one in new.items():
        was = old.get(key)
        if was is None:
            yield Difference(part, key, Kind.ADDED, None, one)
        elif was != one:
            names = (item.name for item in dataclasses.fields(one))
            fields = tuple(name for name in names if getattr(was, name) != getattr(one, name))
            yield Difference(part, key, Kind.CHANGED, was, one, fields)
    for key, was in old.items():
        if key not in new:
            yield Difference(part, key, Kind.REMOVED, was, None)
