"""What is wrong with a draft is named, place by place, in both languages; nothing crashes on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.customs.compliance.content import (
    Condition,
    DocumentTypeContent,
    NamedSet,
    RequirementContent,
    RuleContent,
    SetContent,
    set_from_json,
    to_json,
)
from apps.customs.compliance.drafting_checks import problems_of
from apps.customs.compliance.drafting_conditions import Known
from apps.customs.compliance.drafting_sets import overlapping
from apps.customs.compliance.fields import FIELDS, Op
from apps.customs.compliance.overlaps import find_clashes
from tests.customs.compliance.people import content, sound_rule

TODAY = dt.date(2026, 11, 23)
KNOWN = Known(
    countries=frozenset({"DE", "FR", "US", "CN"}),
    sets=frozenset({"EU"}),
    lists=frozenset({"stop"}),
    thresholds=frozenset({"EU.low_value"}),
    currencies=frozenset({"EUR", "USD"}),
    options={
        "ServiceKind": frozenset({"post", "express"}),
        "IdentifierKind": frozenset({"ioss", "br_cpf"}),
        "CertificateKind": frozenset({"un383"}),
    },
)


def codes(said: SetContent) -> list[str]:
    return [one.code for one in problems_of(said, KNOWN, TODAY)]


def asks(*conditions: Condition) -> list[str]:
    return codes(content(sound_rule(conditions=conditions)))


def test_a_sound_draft_has_no_problem() -> None:
    assert (
        asks(
            Condition("destination", "in", ("@EU", "US")),
            Condition("service", "in", ("post",)),
            Condition("hs", "starts_with", ("2106.90",)),
            Condition("words", "on_list", ("$stop",)),
            Condition("value", "over", ("#DE.low_value",)),
            Condition("value", "between", ("10", "150"), currency="EUR"),
            Condition("gross_weight", "at_most", ("2000",)),
            Condition("ioss", "empty"),
            Condition("vague", "true", group=2),
        )
        == []
    )


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (Condition("__class__", "in", ("x",)), "unknown_field"),
        (Condition("value", "on_list", ("$stop",)), "unknown_op"),
        (Condition("destination", "in"), "values_count"),
        (Condition("gross_weight", "over", ("1", "2")), "values_count"),
        (Condition("ioss", "empty", ("x",)), "values_count"),
        (Condition("destination", "in", ("Germany",)), "unknown_country"),
        (Condition("destination", "in", ("@ATLANTIS",)), "unknown_set"),
        (Condition("service", "in", ("rocket",)), "bad_value"),
        (Condition("hs", "starts_with", ("food",)), "bad_value"),
        (Condition("gross_weight", "over", ("NaN",)), "bad_value"),
        (Condition("gross_weight", "over", ("-1",)), "bad_value"),
        (Condition("gross_weight", "over", ("1e999999999",)), "bad_value"),
        (Condition("value", "over", ("5",)), "bad_currency"),
        (Condition("value", "between", ("5", "4"), currency="EUR"), "between_reversed"),
        (Condition("value", "over", ("#EU.moon",)), "unknown_threshold"),
        (Condition("words", "on_list", ("$gone",)), "unknown_list"),
        (Condition("vague", "true", group=3), "empty_group"),
    ],
)
def test_a_condition_nobody_can_ask_is_named(condition: Condition, code: str) -> None:
    assert code in asks(condition)


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"key": "Bad key"}, "bad_key", "key"),
        ({"stage": "later"}, "unknown_stage", "stage"),
        ({"action": "explode"}, "unknown_action", "action"),
        ({"title_zh": " "}, "no_text", "title_zh"),
        ({"message_en": ""}, "no_text", "message_en"),
        ({"fix_zh": ""}, "no_fix", "fix_zh"),
        ({"message_zh": "长" * 601}, "long_text", "message_zh"),
        ({"action": "need_field"}, "no_need", "need"),
        ({"legal_basis": ""}, "no_source", "legal_basis"),
        ({"source_url": "javascript:alert(1)"}, "bad_source", "source_url"),
        ({"source_checked_on": dt.date(2027, 1, 1)}, "checked_later", "source_checked_on"),
        ({"zone": "Moon/Crater"}, "unknown_zone", "zone"),
        ({"zone": "", "effective_from": TODAY}, "no_zone", "zone"),
        ({"conditions": ()}, "no_conditions", "conditions"),
    ],
)
def test_a_rule_that_lacks_something_is_named_with_its_place(
    changes: dict[str, Any], code: str, path: str
) -> None:
    found = problems_of(content(sound_rule(**changes)), KNOWN, TODAY)
    assert [(one.code, one.path, one.stops) for one in found] == [(code, f"rules.0.{path}", True)]


def test_what_is_over_or_due_is_told_and_stops_nothing() -> None:
    old = sound_rule(effective_to=dt.date(2026, 1, 1), review_by=dt.date(2026, 1, 1))
    unseen = sound_rule(source_checked_on=None)
    found = problems_of(content(old), KNOWN, TODAY)
    assert [(one.code, one.stops) for one in found] == [("over", False), ("review_due", False)]
    assert [(one.code, one.stops) for one in problems_of(content(unseen), KNOWN, TODAY)] == [
        ("not_checked", False)
    ]
    back = sound_rule(effective_from=TODAY, effective_to=dt.date(2026, 1, 1))
    assert codes(content(back)) == ["days_reversed"]


def test_sets_that_contain_each_other_are_named_with_the_way_round() -> None:
    said = replace(
        content(), named_sets=(NamedSet("EU", ("@B",)), NamedSet("B", ("@EU", "DE", "Mars")))
    )
    found = problems_of(said, KNOWN, TODAY)
    assert [one.code for one in found] == ["unknown_country", "circular_set"]
    assert "EU > B > EU" in found[1].message_zh


def test_empty_and_doubled_things_are_named() -> None:
    assert codes(replace(content(), rules=())) == ["no_rules"]
    assert codes(content(sound_rule(), sound_rule())) == ["rule_twice"]
    twice = (NamedSet("EU", ("DE",)), NamedSet("EU", ()))
    assert codes(replace(content(), named_sets=twice)) == ["set_twice", "empty_set"]


def test_requirements_and_papers_that_hold_twice_are_named() -> None:
    brazil = RequirementContent(
        "DE", "tax", ("br_cpf",), True, dt.date(2025, 1, 1), dt.date(2026, 1, 1), "DHL"
    )
    again = replace(brazil, valid_from=dt.date(2026, 1, 1), valid_to=None, kinds=("soul",))
    paper = DocumentTypeContent("un383", "报告", "Summary", ("un383",), TODAY, source="IATA")
    said = replace(
        content(), requirements=(brazil, again), document_types=(paper, replace(paper, source=""))
    )
    assert codes(said) == ["unknown_kind", "dates_overlap", "no_source", "dates_overlap"]
    following = replace(again, valid_from=dt.date(2026, 1, 2), kinds=("ioss",))
    assert codes(replace(content(), requirements=(brazil, following))) == []


def test_a_value_of_another_type_is_named_before_anything_reads_it() -> None:
    data = to_json(content())
    data["rules"][0] |= {"priority": "high", "title_en": 5, "enabled": 1, "owner": "a\x00b"}
    found = problems_of(set_from_json(data), KNOWN, TODAY)
    assert {one.path for one in found} == {
        f"rules.0.{name}" for name in ("priority", "title_en", "enabled", "owner")
    }


ANYTHING = st.text(max_size=12) | st.sampled_from(
    ["", "@EU", "#EU.low_value", "$stop", "DE", "5", "NaN", "1e9", "-", "39.26"]
)
CONDITIONS = st.builds(
    Condition,
    st.sampled_from(sorted(FIELDS)) | st.text(max_size=5),
    st.sampled_from([one.value for one in Op]) | st.text(max_size=5),
    st.lists(ANYTHING, max_size=3).map(tuple),
    st.integers(-2, 70),
    st.sampled_from(["", "EUR", "???"]),
)
RULES = st.builds(
    sound_rule,
    key=st.text(max_size=8),
    stage=st.sampled_from(["order", "pack"]),
    action=st.sampled_from(["block", "warn", "need_field", "?"]),
    conditions=st.lists(CONDITIONS, max_size=3).map(tuple),
    effective_from=st.none() | st.dates(),
    effective_to=st.none() | st.dates(),
    zone=st.sampled_from(["", "Europe/Brussels", "../etc/passwd", "\x00"]),
)


@settings(max_examples=40)
@given(st.lists(RULES, max_size=2))
def test_no_draft_whatever_it_says_breaks_the_checks(rules: list[RuleContent]) -> None:
    said = content(*rules)
    for one in problems_of(said, KNOWN, TODAY):
        assert one.message_zh
        assert one.message_en
    find_clashes([said], on=TODAY)


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 20))


@given(st.lists(st.tuples(DAYS, st.none() | DAYS).filter(lambda p: p[1] is None or p[0] <= p[1])))
def test_days_overlap_exactly_where_one_day_has_two(periods: list[Any]) -> None:
    days = [dt.date(2026, 1, day) for day in range(1, 32)]
    doubled = any(
        sum(first <= day and (last is None or day <= last) for first, last in periods) > 1
        for day in days
    )
    assert bool(overlapping(periods)) is doubled
