"""Rules that say the same, contradict each other or never fire are found without any parcel."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.customs.compliance.content import Condition, RuleContent
from apps.customs.compliance.overlaps import find_clashes
from apps.customs.compliance.reaches import groups_of, implies
from tests.customs.compliance.people import content, sound_rule
from tests.customs.compliance.samples import fire, line, record

TODAY = dt.date(2026, 11, 23)
TO_EU = Condition("destination", "in", ("@EU",))


def rule(key: str, *conditions: Condition, **changes: Any) -> RuleContent:
    return sound_rule(key, title_en=key, title_zh=key, conditions=conditions, **changes)


def clashes(*rules: RuleContent) -> list[tuple[str, tuple[str, ...]]]:
    found = find_clashes([content(*rules)], on=TODAY)
    return [(one.code, tuple(key for _set, key in one.rules)) for one in found]


@pytest.mark.parametrize(
    "conditions",
    [
        (Condition("destination", "in", ("DE",)), Condition("destination", "in", ("US",))),
        (TO_EU, Condition("destination", "not_in", ("DE", "FR"))),
        (Condition("gross_weight", "over", ("5",)), Condition("gross_weight", "at_most", ("5",))),
        (Condition("ioss", "empty"), Condition("ioss", "given")),
        (Condition("hs", "starts_with", ("39",)), Condition("hs", "starts_with", ("21",))),
        (Condition("hs", "starts_with", ("3926",)), Condition("hs", "not_starts_with", ("39",))),
        (Condition("vague", "true"), Condition("vague", "false")),
    ],
)
def test_conditions_that_exclude_each_other_never_fire(conditions: tuple[Condition, ...]) -> None:
    assert clashes(rule("a", *conditions)) == [("never_empty", ("a",))]
    living = Condition("service", "in", ("post",), group=2)
    assert clashes(rule("a", *conditions, living)) == []


def test_a_rule_that_is_off_or_over_never_fires() -> None:
    over = rule("over", TO_EU, effective_to=dt.date(2026, 1, 1))
    assert clashes(rule("off", TO_EU, enabled=False), over) == [
        ("never_off", ("off",)),
        ("never_over", ("over",)),
    ]


def test_a_rule_within_another_that_does_the_same_is_told() -> None:
    wide = rule("wide", TO_EU)
    narrow = rule(
        "narrow", Condition("destination", "in", ("DE",)), Condition("service", "in", ("post",))
    )
    assert clashes(wide, narrow) == [("within", ("wide", "narrow"))]
    assert clashes(wide, rule("same", Condition("destination", "in", ("FR", "DE")))) == [
        ("same", ("wide", "same"))
    ]
    assert clashes(wide, replace(narrow, stage="pack")) == []
    assert clashes(wide, replace(narrow, action="warn")) == []


def test_one_that_stops_and_one_that_only_tells_contradict() -> None:
    told = rule("told", TO_EU, action="inform")
    assert clashes(rule("stop", TO_EU), told) == [("milder", ("stop", "told"))]


def test_two_that_stop_a_parcel_whatever_it_says_contradict() -> None:
    with_number = rule("with", TO_EU, Condition("ioss", "given"))
    without = rule("without", TO_EU, Condition("ioss", "empty"))
    assert clashes(with_number, without) == [("either_way", ("with", "without"))]
    asks = replace(without, action="need_field", need="ioss", key="asks", title_en="asks")
    assert clashes(with_number, asks) == [("asked_and_stopped", ("asks", "with"))]


def test_rules_whose_days_do_not_meet_are_not_compared() -> None:
    old = rule("old", TO_EU, effective_to=dt.date(2026, 12, 31))
    new = rule("new", TO_EU, effective_from=dt.date(2027, 1, 1))
    assert clashes(old, new) == []


def test_what_is_not_known_implies_nothing() -> None:
    (nothing,) = groups_of([Condition("hs", "empty")], {})
    assert not implies(nothing, Condition("hs", "starts_with", ("39",)))
    (unweighed,) = groups_of([Condition("gross_weight", "empty")], {})
    assert not implies(unweighed, Condition("gross_weight", "over", ("5",)))


PARTS = st.sampled_from(
    [
        Condition("destination", "in", ("DE",)),
        Condition("destination", "in", ("DE", "US")),
        Condition("destination", "not_in", ("DE",)),
        Condition("service", "in", ("post",)),
        Condition("service", "not_in", ("post", "express")),
        Condition("gross_weight", "over", ("100",)),
        Condition("gross_weight", "at_least", ("100",)),
        Condition("gross_weight", "between", ("50", "100")),
        Condition("gross_weight", "under", ("60",)),
        Condition("hs", "starts_with", ("39",)),
        Condition("hs", "starts_with", ("3926", "21")),
        Condition("hs", "not_starts_with", ("3926",)),
        Condition("hs", "empty"),
        Condition("ioss", "empty"),
        Condition("ioss", "given"),
    ]
)
RULES = st.lists(PARTS, min_size=1, max_size=3, unique=True)
PARCELS = [
    record(
        line(hs_code=hs), to=to, service=service, gross_grams=grams, ioss=ioss
    )
    for to, service, grams, hs, ioss in itertools.product(
        ("DE", "US", "FR"), ("post", "line"), (50, 55, 100, 101), ("392690", "210690", "", "3901"),
        ("", "IM3720000789"),
    )
]  # fmt: skip


@given(RULES, RULES)
def test_what_is_said_of_rules_holds_for_every_parcel(
    one: list[Condition], other: list[Condition]
) -> None:
    a, b = rule("a", *one), rule("b", *other)
    said = set(clashes(a, b))
    fired = [{f.rule.key for f in fire(a, b, parcel=parcel)} for parcel in PARCELS]
    for key in "ab":
        if ("never_empty", (key,)) in said:
            assert not any(key in keys for keys in fired)
    if ("same", ("a", "b")) in said:
        assert all(len(keys) in {0, 2} for keys in fired)
    for wide, narrow in ("ab", "ba"):
        if ("within", (wide, narrow)) in said:
            assert all(wide in keys for keys in fired if narrow in keys)
