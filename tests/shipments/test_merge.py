"""Merging what is known about a node: a join."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from apps.shipments.choices import Certainty
from apps.shipments.codes import TABLES, meaning_of
from apps.shipments.merge import Facts, merge_facts

START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def build(  # noqa: PLR0917 - the arguments of one strategy each
    minute: int, code: str, area: tuple[str, str], place: str, point: object, src: int
) -> Facts:
    meaning = meaning_of(code)
    known = (meaning.status, meaning.substatus, meaning.certainty) if meaning else ("", "", 0)
    longitude, latitude = point or (None, None)  # type: ignore[misc]
    return Facts(
        START + dt.timedelta(minutes=minute), code, *known, *area, place, longitude, latitude, src
    )


facts = st.builds(
    build,
    st.integers(0, 99),
    st.sampled_from(["", "211", *TABLES["baidiyun"]]),
    st.sampled_from(
        [("", ""), ("CN330000000000", "浙江"), ("CN330100000000", "浙江,杭州市"), ("", "杭州")]
    ),
    st.sampled_from(["", "杭州", "杭州转运中心", "深圳转运中心"]),
    st.sampled_from([None, (120.1, 30.2), (120.153576, 30.287459), (-0.5, 51.5)]),
    st.integers(1, 7),
)


@given(facts, facts)
def test_merging_is_commutative(one: Facts, other: Facts) -> None:
    assert merge_facts(one, other) == merge_facts(other, one)


@given(facts, facts, facts)
def test_merging_is_associative(one: Facts, two: Facts, three: Facts) -> None:
    left = merge_facts(merge_facts(one, two), three)
    assert left == merge_facts(one, merge_facts(two, three))


@given(facts, facts)
def test_merging_is_idempotent(one: Facts, other: Facts) -> None:
    merged = merge_facts(one, other)
    assert merge_facts(merged, one) == merge_facts(merged, other) == merged


@given(facts, facts)
def test_nothing_known_is_lost(one: Facts, other: Facts) -> None:
    merged = merge_facts(one, other)
    assert bool(merged.status) == bool(one.status or other.status)
    assert bool(merged.location) == bool(one.location or other.location)
    assert (merged.longitude is None) == (one.longitude is None and other.longitude is None)
    assert merged.sources == one.sources | other.sources
    assert merged.heard_at == min(one.heard_at, other.heard_at)


def test_a_guess_gives_way_to_a_code() -> None:
    guess = Facts(START, "", "delivered", "", Certainty.TEXT.value)
    coded = Facts(START, "204", "attempt_failed", "other", Certainty.ADVANCED.value)
    assert merge_facts(guess, coded).status == "attempt_failed"


def test_an_advanced_code_outweighs_a_basic_one() -> None:
    basic = Facts(START, "3", "delivered", "", Certainty.BASIC.value)
    advanced = Facts(START, "304", "delivered", "locker", Certainty.ADVANCED.value)
    assert merge_facts(basic, advanced).substatus == "locker"


def test_the_deeper_division_wins_with_its_name() -> None:
    city = Facts(START, area_code="CN330100000000", area_name="浙江,杭州市,一个很长的名字")
    town = Facts(START, area_code="CN330106004000", area_name="西溪")
    assert merge_facts(city, town).area_name == "西溪"
