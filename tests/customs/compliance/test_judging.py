"""Rules fire for what they name, and only for that."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from apps.customs.compliance.comparing import UnreadableCondition
from apps.customs.compliance.content import (
    Condition,
    NamedSet,
    SetContent,
    digest_of,
    set_from_json,
    to_json,
)
from apps.customs.compliance.sets import CircularSet, UnknownSet, spread_sets
from apps.customs.record import Battery, UnknownField
from tests.customs.compliance.samples import EU, fire, line, record, rule

TO_EU = Condition("destination", "in", ("@EU",))


def test_all_conditions_of_a_group_must_hold() -> None:
    strict = rule(TO_EU, Condition("service", "in", ("post",)))
    assert fire(strict, parcel=record(service="post"))
    assert not fire(strict, parcel=record(service="express"))
    assert not fire(strict, parcel=record(to="US", service="post"))


def test_one_group_is_enough() -> None:
    either = rule(TO_EU, Condition("reason", "in", ("gift",), group=2))
    assert fire(either, parcel=record(to="US", reason="gift"))
    assert fire(either, parcel=record(to="FR"))
    assert not fire(either, parcel=record(to="US"))


def test_conditions_about_lines_hold_for_the_same_line() -> None:
    both = rule(Condition("goods_class", "in", ("supplement",)), Condition("prior_notice", "empty"))
    parcel = record(line(1), line(2, goods_class="supplement"))
    (fired,) = fire(both, parcel=parcel)
    assert fired.line == 2
    split = rule(
        Condition("goods_class", "in", ("supplement",)), Condition("hs", "starts_with", ("3926",))
    )
    assert not fire(
        split, parcel=record(line(1), line(2, goods_class="supplement", hs_code="2106"))
    )


def test_it_says_on_which_words_it_fired() -> None:
    (fired,) = fire(
        rule(Condition("words", "on_list", ("$vague",))),
        parcel=record(line(title="大容量充电宝 20000mAh")),
    )
    assert fired.why[0].words == ("充电",)


def test_a_word_that_must_stand_alone_does_not_fire_inside_a_description() -> None:
    alone = rule(Condition("words", "on_list", ("$vague",)))
    assert fire(alone, parcel=record(line(title="  GIFT. ")))
    assert not fire(alone, parcel=record(line(title="Gift box of paper with ribbon")))


def test_an_amount_nobody_can_convert_is_unjudged_and_not_passed() -> None:
    dear = rule(Condition("value", "over", ("#EU.h7_limit",)))
    (fired,) = fire(dear, parcel=record(currency="XAF", total=Decimal(1)))
    assert fired.unjudged
    assert not fire(dear, parcel=record(total=Decimal(100)))
    (sure,) = fire(dear, parcel=record(total=Decimal(200)))
    assert not sure.unjudged


def test_a_battery_nobody_measured_is_not_under_any_limit() -> None:
    strong = rule(Condition("watt_hours", "over", ("20",)))
    (fired,) = fire(strong, parcel=record(line(battery=Battery("un3481_inside"))))
    assert fired.unjudged
    assert not fire(strong, parcel=record(line(battery=Battery("un3481_inside", Decimal(4)))))


@pytest.mark.parametrize(
    ("moment", "fires"),
    [("2026-12-31T22:59:59+00:00", False), ("2026-12-31T23:00:00+00:00", True)],
)
def test_a_rule_begins_at_midnight_of_its_place(moment: str, fires: bool) -> None:
    coming = rule(TO_EU, effective_from=dt.date(2027, 1, 1))
    at = dt.datetime.fromisoformat(moment)
    assert bool(fire(coming, parcel=record(), at=at)) is fires


def test_a_rule_binds_to_the_end_of_its_last_day() -> None:
    ending = rule(TO_EU, effective_to=dt.date(2026, 12, 31))
    last = dt.datetime(2026, 12, 31, 22, 59, tzinfo=dt.UTC)
    assert fire(ending, parcel=record(), at=last)
    assert not fire(ending, parcel=record(), at=last + dt.timedelta(minutes=1))


def test_a_disabled_rule_and_one_of_another_stage_are_silent() -> None:
    assert not fire(rule(TO_EU, enabled=False), parcel=record())
    assert not fire(rule(TO_EU, stage="pack"), parcel=record())


def test_the_most_urgent_comes_first() -> None:
    fired = fire(
        rule(TO_EU, key="late", priority=200), rule(TO_EU, key="soon", priority=1), parcel=record()
    )
    assert [one.rule.key for one in fired] == ["soon", "late"]


@pytest.mark.parametrize(
    "condition",
    [
        Condition("moon_phase", "in", ("full",)),
        Condition("value", "sings", ("1",)),
        Condition("value", "over", ("much",), currency="USD"),
        Condition("value", "over", ()),
        Condition("hs", "starts_with", ("abc",)),
        Condition("words", "on_list", ("$nowhere",)),
        Condition("destination", "in", ("@ATLANTIS",)),
        Condition("gross_weight", "over", ("NaN",)),
    ],
)
def test_a_condition_nobody_can_ask_is_refused(condition: Condition) -> None:
    with pytest.raises(UnreadableCondition):
        fire(rule(condition), parcel=record())


def test_a_set_within_itself_is_refused_with_the_way_round() -> None:
    with pytest.raises(CircularSet, match="A > B > A"):
        spread_sets([NamedSet("A", ("@B",)), NamedSet("B", ("@A",))])
    with pytest.raises(UnknownSet):
        spread_sets([NamedSet("A", ("@C",))])


def test_content_is_read_as_it_was_written_and_keeps_its_digest() -> None:
    content = SetContent("main", (rule(TO_EU, effective_from=dt.date(2027, 1, 1)),), (EU,))
    again = set_from_json(to_json(content))
    assert again == content
    assert digest_of(again) == digest_of(content)


def test_a_key_no_rule_has_is_refused_by_its_path() -> None:
    data = to_json(SetContent("main", (rule(TO_EU),)))
    data["rules"][0]["code"] = "__import__('os')"
    with pytest.raises(UnknownField, match="rules"):
        set_from_json(data)
