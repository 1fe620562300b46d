"""What holds of the engine for any text, any parcel and any rules."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.customs.checks.vague import vagueness
from apps.customs.choices import BatteryKind, GoodsClass, SendReason, ServiceKind
from apps.customs.compliance.content import (
    Condition,
    RuleContent,
    SetContent,
    digest_of,
    set_from_json,
    to_json,
)
from apps.customs.compliance.judging import Fired, compile_sets, judge
from apps.customs.compliance.words import compile_terms, found_terms, read_texts
from apps.customs.record import Battery, Record
from tests.customs.compliance.samples import EU, FIGURES, NOON, facts, line, record, rule
from tests.customs.compliance.starter import fired

EXAMPLES = 25
TEXTS = st.text(max_size=40)
WORDS = st.sampled_from(["Gift", "充电宝 20000mAh", "Nike", "silicone phone case", "明胶", "vape"])
AMOUNTS = st.one_of(
    st.decimals(allow_nan=True, allow_infinity=True), st.decimals(0, 5000, places=2)
)
CONDITIONS = st.one_of(
    st.builds(Condition, st.just("destination"), st.just("in"),
              st.sampled_from([("@EU",), ("US",)]), st.integers(1, 3)),
    st.builds(Condition, st.just("value"), st.sampled_from(["over", "at_most"]),
              st.sampled_from([("10",), ("100",)]), st.integers(1, 3), st.just("USD")),
    st.builds(Condition, st.just("goods_class"), st.sampled_from(["in", "not_in"]),
              st.just(("food", "general")), st.integers(1, 3)),
    st.builds(Condition, st.just("words"), st.just("on_list"), st.just(("$vague",)),
              st.integers(1, 3)),
    st.builds(Condition, st.just("watt_hours"), st.just("over"), st.just(("20",)),
              st.integers(1, 3)),
    st.builds(Condition, st.just("vague"), st.just("true"), st.just(()), st.integers(1, 3)),
)  # fmt: skip


def made(conditions: list[Condition], key: str = "r") -> RuleContent:
    """Return a rule of conditions."""
    return rule(*conditions, key=key)


SETS = st.lists(st.lists(CONDITIONS, min_size=1, max_size=4), min_size=1, max_size=5).map(
    lambda groups: [made(conditions, f"r{number}") for number, conditions in enumerate(groups)]
)


@st.composite
def parcels(draw: Any) -> Record:
    """Return any parcel, however strange."""
    lines = [
        line(
            position,
            title=draw(TEXTS | WORDS),
            description_en=draw(TEXTS),
            material=draw(TEXTS),
            brand=draw(TEXTS),
            hs_code=draw(st.sampled_from(["", "392690", "950300", "x"])),
            goods_class=draw(st.sampled_from([*GoodsClass.values(), "?"])),
            battery=draw(st.none() | st.builds(
                Battery, st.sampled_from(BatteryKind.values()), st.none() | AMOUNTS)),
            total=draw(AMOUNTS),
            unit_price=draw(AMOUNTS),
        )
        for position in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    given_ = {
        "currency": draw(st.sampled_from(["USD", "EUR", "XAF", ""])),
        "total": draw(AMOUNTS),
        "service": draw(st.sampled_from([*ServiceKind.values(), ""])),
        "reason": draw(st.sampled_from([*SendReason.values(), ""])),
    }
    parcel = record(to=draw(st.sampled_from(["DE", "US", "JP", "KP", "", "??"])), **given_)
    return _with(parcel, lines)


def _with(parcel: Record, lines: list[Any]) -> Record:
    return replace(parcel, lines=tuple(lines))


def judged(rules: list[RuleContent], parcel: Record) -> tuple[Fired, ...]:
    """Return what of rules fires for a parcel."""
    lists = {"vague": compile_terms([("gift", "whole"), ("充电", "word"), ("nike", "word")])}
    compiled = compile_sets(
        [SetContent("main", tuple(rules), (EU,))], lists=lists, figures=FIGURES, at=NOON
    )
    return judge(compiled, facts(parcel), stages=("order",))


def told(found: tuple[Fired, ...]) -> set[tuple[str, int | None, bool]]:
    """Return what fired for which line, and whether surely."""
    return {(one.rule.key, one.line, one.unjudged) for one in found}


@given(parcels())
@settings(max_examples=EXAMPLES)
def test_the_starter_set_judges_any_parcel(parcel: Record) -> None:
    positions = {one.position for one in parcel.lines} | {None}
    assert {one.line for one in fired(parcel)} <= positions


@given(SETS, parcels(), st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES)
def test_the_order_of_rules_and_conditions_changes_nothing(
    rules: list[RuleContent], parcel: Record, rng: Any
) -> None:
    turned = [
        replace(one, conditions=tuple(rng.sample(one.conditions, len(one.conditions))))
        for one in rules
    ]
    rng.shuffle(turned)
    assert told(judged(turned, parcel)) == told(judged(rules, parcel))


@given(SETS, st.lists(CONDITIONS, min_size=1, max_size=4), parcels())
@settings(max_examples=EXAMPLES)
def test_another_rule_silences_none(
    rules: list[RuleContent], more: list[Condition], parcel: Record
) -> None:
    alone = told(judged(rules, parcel))
    assert alone <= told(judged([*rules, made(more, "another")], parcel))


@given(SETS, TEXTS, st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)))
@settings(max_examples=EXAMPLES)
def test_a_set_is_read_from_json_as_it_was_written(
    rules: list[RuleContent], text: str, day: dt.date | None
) -> None:
    content = SetContent("main", tuple(replace(one, message_zh=text, effective_from=day)
                                       for one in rules), (EU,))  # fmt: skip
    again = set_from_json(json.loads(json.dumps(to_json(content))))
    assert again == content
    assert digest_of(again) == digest_of(content)


@given(TEXTS, TEXTS)
@settings(max_examples=EXAMPLES)
def test_any_text_is_looked_up_and_measured(text: str, brand: str) -> None:
    assert vagueness(text, brand) in {"", "empty", "refused", "vague"}
    terms = compile_terms([(text, "word"), (brand, "whole"), ("充电", "prefix")])
    assert all(found_terms(read_texts(text, brand), terms))


def test_the_amounts_of_the_samples_are_compared() -> None:
    dear = made([Condition("value", "over", ("10",), currency="USD")])
    assert told(judged([dear], record(total=Decimal(11)))) == {("r", None, False)}
    assert judged([dear], record(total=Decimal(10))) == ()
