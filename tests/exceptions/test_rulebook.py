"""The pure rulebook: what is refused, which limit wins, what is not known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from apps.exceptions.rulebook.conditions import Problem, RuleRefused
from apps.exceptions.rulebook.durations import say_duration, say_limit
from apps.exceptions.rulebook.facts import Facts
from apps.exceptions.rulebook.fields import same_city
from apps.exceptions.rulebook.judging import compile_rule, hours_for

NOON = dt.datetime(2026, 11, 3, 4, 0, tzinfo=dt.UTC)
SOUND: dict[str, Any] = {
    "code": "quiet", "anchor": "last_scan", "hours": 48, "severity": "amber", "days": "wall",
    "conditions": [], "suppressed_by": [],
}  # fmt: skip


def refusal(**changes: Any) -> tuple[Problem, ...]:
    """Return why a rule is refused."""
    with pytest.raises(RuleRefused) as refused:
        compile_rule(SOUND | changes)
    return refused.value.problems


def condition(field: str, op: str, value: Any) -> dict[str, Any]:
    """Return one condition as a row holds it."""
    return {"field": field, "op": op, "value": value}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (condition("weather", "is", ["rain"]), Problem("field", "unknown_field", 1)),
        (condition("status", "at_least", 3), Problem("op", "unknown_comparison", 1)),
        (condition("value", "at_least", "much"), Problem("value", "wrong_value", 1)),
        (condition("value", "at_least", float("nan")), Problem("value", "wrong_value", 1)),
        (condition("scan_area", "begins", ["Hangzhou"]), Problem("value", "wrong_value", 1)),
        ("status", Problem("conditions", "not_a_condition", 1)),
    ],
)
def test_a_wrong_condition_is_refused_by_its_field(row: Any, problem: Problem) -> None:
    assert refusal(conditions=[condition("status", "is", ["customs"]), row]) == (problem,)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = refusal(anchor="birth", severity="black", hours="soon", suppressed_by=["quiet"])
    assert [one.where for one in found] == ["anchor", "severity", "hours", "suppressed_by"]
    assert refusal(red_hours=24) == (Problem("red_hours", "wrong_hours"),)


def test_what_is_not_known_meets_no_condition_but_unknown() -> None:
    facts = Facts(status="created", created_at=NOON)
    conditions = [
        condition("value", "below", 10_000),
        condition("substatus", "is_not", ["held"]),
        condition("goods", "has_not", ["food"]),
        condition("signed_elsewhere", "is", False),
        condition("value", "unknown", True),
    ]
    held = compile_rule(SOUND | {"conditions": conditions}).conditions
    assert [one.holds(facts) for one in held] == [False, False, False, False, True]


def test_the_limit_that_names_most_wins_and_a_carrier_before_a_lane() -> None:
    limits = [
        {"lane_to": "65", "hours": 96},
        {"carrier": "yunda", "hours": 36},
        {"carrier": "yunda", "lane_to": "65", "hours": 120, "red_hours": 150},
    ]
    spec = compile_rule(SOUND | {"limits": limits})

    def hours(carrier: str, lane_to: str) -> tuple[float, float | None]:
        facts = Facts(status="in_transit", created_at=NOON, carrier=carrier, lane_to=lane_to)
        return hours_for(spec, facts)

    assert hours("sf", "44") == (48, None)
    assert hours("sf", "65") == (96, None)
    assert hours("yunda", "44") == (36, None)
    assert hours("yunda", "65") == (120, 150)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("440305000000", "440300000000", True),
        ("440305", "440106", False),
        ("110101000000", "110228000000", True),
        ("440000000000", "440305000000", None),
        ("", "440305000000", None),
    ],
)
def test_cities_are_compared_only_where_both_are_known(
    one: str, other: str, same: bool | None
) -> None:
    assert same_city(one, other) is same


def test_stretches_are_said_as_people_say_them() -> None:
    said = [say_duration(seconds, "zh") for seconds in (-5, 2_400, 90_000, 273_600, 864_000)]
    assert said == ["0 分钟", "40 分钟", "25 小时", "3 天 4 小时", "10 天"]
    assert say_duration(3_600, "en") == "1 hour"
    assert say_limit(72, business=True, language="zh") == "3 个工作日"
    assert say_limit(24, business=True, language="en") == "1 business day"
