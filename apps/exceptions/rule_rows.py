"""A rule's row as the content the rulebook compiles and versions keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.exceptions.models import Rule, RuleLimit

PLAIN = ("code", "name", "name_en", "sentence", "sentence_en", "anchor", "days", "conditions",
         "severity", "suppressed_by", "clears_itself")  # fmt: skip


def content_of(rule: Rule, *, limits: Iterable[RuleLimit] | None = None) -> dict[str, Any]:
    """Return what a rule says, as `RuleVersion.content` has it; hours are numbers.

    Reads the group, and the limits unless they are given.
    """
    rows = rule.limits.all() if limits is None else limits
    content = {name: getattr(rule, name) for name in PLAIN}
    return content | {
        "hours": float(rule.hours),
        "red_hours": _number(rule.red_hours),
        "group": rule.group.code,
        "limits": [_limit(row) for row in rows],
    }


def _limit(row: RuleLimit) -> dict[str, Any]:
    return {
        "carrier": row.carrier,
        "service": row.service,
        "lane_from": row.lane_from,
        "lane_to": row.lane_to,
        "hours": float(row.hours),
        "red_hours": _number(row.red_hours),
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
