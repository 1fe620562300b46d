"""Each rule of the starter set: what it fires for, and the nearest thing it does not fire for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from apps.exceptions.rulebook.business_time import Calendars, WorkCalendar
from apps.exceptions.rulebook.facts import Facts
from apps.exceptions.rulebook.judging import Judgement, compile_rule, judge_all, severity_at
from apps.exceptions.rulebook.sentences import Telling, render_sentence, sentence_problems
from apps.exceptions.starter_days import calendar_rows
from apps.exceptions.starter_rules import GROUPS, RULES

NOON = dt.datetime(2026, 11, 3, 4, 0, tzinfo=dt.UTC)
"""A Tuesday, noon in China."""
SPECS = {content["code"]: compile_rule(content) for content in RULES}
CALENDARS = Calendars(
    {"CN": WorkCalendar("CN", {day: works for _, day, works, _ in calendar_rows()})}
)


def ago(hours: float) -> dt.datetime:
    """Return a moment before noon."""
    return NOON - dt.timedelta(hours=hours)


def facts(**said: Any) -> Facts:
    """Return a domestic parcel that was booked three days ago and is on its way since."""
    known: dict[str, Any] = {
        "status": "in_transit", "carrier": "yuantong", "number": "YT1", "created_at": ago(72),
        "numbered_at": ago(72), "picked_up_at": ago(60), "last_event_at": ago(1),
        "status_at": ago(1), "booking_state": "booked", "lane_from": "33", "lane_to": "44",
        "address_area": "440305000000",
    }  # fmt: skip
    return Facts(**known | said)


def said_of(found: Facts, now: dt.datetime = NOON) -> dict[str, Judgement]:
    """Return what the whole set says."""
    said, _ = judge_all(list(SPECS.values()), found, now=now, calendars=CALENDARS)
    return said


NEW: dict[str, Any] = {
    "status": "created", "picked_up_at": None, "last_event_at": None, "status_at": ago(72),
}  # fmt: skip
FAILED = {"status": "attempt_failed", "status_at": ago(2)}
CUSTOMS = {"status": "customs", "country": "US", "region": "US", "lane_to": "US"}
SIGNED = {"status": "delivered", "delivered_at": ago(3), "status_at": ago(3)}
ABROAD = {"country": "US", "region": "CN", "lane_to": "US"}

PAIRS: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    (
        "not_booked",
        {**NEW, "number": "", "booking_problem": "refused", "booking_problem_at": ago(1)},
        {**NEW, "number": "", "booking_state": "ready"},
    ),
    ("pickup_late", {**NEW, "numbered_at": ago(24)}, {**NEW, "numbered_at": ago(23)}),
    (
        "no_track",
        {**NEW, "booking_state": "brought", "numbered_at": ago(48)},
        {**NEW, "booking_state": "brought", "numbered_at": ago(47)},
    ),
    (
        "scan_before_payment",
        {"first_scan_at": ago(60), "paid_at": ago(59)},
        {"first_scan_at": ago(60), "paid_at": ago(61)},
    ),
    (
        "carrier_corrected",
        {"carrier_corrected_at": ago(1)},
        {**SIGNED, "carrier_corrected_at": ago(1)},
    ),
    ("stalled_domestic", {"last_event_at": ago(48)}, {"last_event_at": ago(47)}),
    (
        "stalled_remote",
        {"last_event_at": ago(72), "lane_to": "65"},
        {"last_event_at": ago(71), "lane_to": "65"},
    ),
    (
        "stalled_international",
        {**ABROAD, "last_event_at": ago(169)},
        {**ABROAD, "last_event_at": ago(167)},
    ),
    ("promise_missed", {"promise_to": ago(0)}, {"promise_to": ago(-1)}),
    (
        "promise_at_risk",
        {"promise_to": ago(-24)},
        {"promise_to": ago(-24), "status": "at_destination"},
    ),
    ("flagged_track", {"flagged_at": ago(1)}, {**SIGNED, "flagged_at": ago(1)}),
    (
        "customs_held",
        {**CUSTOMS, "customs_since": ago(121)},
        {**CUSTOMS, "customs_since": ago(119)},
    ),
    (
        "customs_food",
        {**CUSTOMS, "goods": frozenset({"food"}), "last_event_at": ago(20)},
        {**CUSTOMS, "goods": frozenset({"general"}), "last_event_at": ago(40)},
    ),
    ("customs_problem", {**CUSTOMS, "substatus": "held"}, {**CUSTOMS, "substatus": "processing"}),
    (
        "delivery_late",
        {"status": "out_for_delivery", "out_since": ago(24)},
        {"status": "out_for_delivery", "out_since": ago(23)},
    ),
    (
        "station_uncollected",
        {"status": "ready_for_pickup", "status_at": ago(48)},
        {"status": "ready_for_pickup", "status_at": ago(47)},
    ),
    ("attempt_failed", FAILED, {**FAILED, "substatus": "unreachable"}),
    ("unreachable", {**FAILED, "substatus": "unreachable"}, {**FAILED, "substatus": "other"}),
    ("out_of_area", {**FAILED, "substatus": "out_of_area"}, FAILED),
    ("refused", {"status": "refused"}, {"status": "refused", "signature_undone_at": ago(1)}),
    (
        "damaged",
        {"status": "exception", "substatus": "damaged"},
        {"status": "exception", "substatus": "stuck"},
    ),
    (
        "carrier_exception",
        {"status": "exception", "substatus": "lost"},
        {"status": "exception", "substatus": "damaged"},
    ),
    (
        "return_started",
        {"status": "returning"},
        {"status": "returning", "signature_undone_at": ago(1)},
    ),
    (
        "signed_elsewhere",
        {**SIGNED, "signed_area": "440105000000"},
        {**SIGNED, "signed_area": "440307000000"},
    ),
    ("not_received", {**SIGNED, "signed_score": 60}, {**SIGNED, "signed_score": 59}),
    (
        "returned_after_signature",
        {"status": "returning", "signature_undone_at": ago(1)},
        {**SIGNED, "signature_undone_at": ago(1)},
    ),
)


@pytest.mark.parametrize(("code", "fires", "silent"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_it_fires_for_the_one_and_not_for_the_other(
    code: str, fires: dict[str, Any], silent: dict[str, Any]
) -> None:
    assert said_of(facts(**fires))[code].holds
    assert not said_of(facts(**silent))[code].holds


def test_every_rule_of_the_set_has_its_pair_a_group_and_sentences() -> None:
    assert [pair[0] for pair in PAIRS] == [content["code"] for content in RULES]
    for content in RULES:
        assert content["group"] in GROUPS
        assert sentence_problems(content["sentence"]) == []
        assert sentence_problems(content["sentence_en"]) == []
        assert set(content["suppressed_by"]) <= set(SPECS)


def test_a_sound_parcel_is_left_alone() -> None:
    assert [code for code, one in said_of(facts()).items() if one.holds] == []
    signed = facts(**SIGNED, signed_area="440307000000", signed_score=20)
    assert [code for code, one in said_of(signed).items() if one.holds] == []


def test_a_parcel_the_platform_gave_up_on_has_not_moved_on() -> None:
    lost = said_of(facts(status="expired", last_event_at=ago(49), promise_to=ago(1)))
    assert [code for code, one in lost.items() if one.holds] == [
        "stalled_domestic",
        "promise_missed",
    ]
    unknown = said_of(facts(**NEW | {"status": "expired", "booking_state": "brought"}))
    assert [code for code, one in unknown.items() if one.holds] == ["no_track"]


def test_spring_festival_does_not_count_as_days_in_customs() -> None:
    before = dt.datetime(2026, 2, 13, 4, 0, tzinfo=dt.UTC)
    held = facts(status="customs", customs_since=before, goods=frozenset(), created_at=before)
    spec = SPECS["customs_held"]
    said = said_of(held, before + dt.timedelta(days=10))["customs_held"]
    assert not said.holds
    assert said.due_at == dt.datetime(2026, 2, 25, 4, 0, tzinfo=dt.UTC)
    assert severity_at(spec, said, now=dt.datetime(2026, 2, 27, 5, 0, tzinfo=dt.UTC)) == "red"


def test_a_sentence_is_said_to_its_reader() -> None:
    content = next(one for one in RULES if one["code"] == "stalled_domestic")
    evidence = {
        "carrier": "yuantong", "area_name": "浙江省杭州市", "last": ago(76).isoformat(),
        "hours": 48.0, "business": False,
    }  # fmt: skip
    assert render_sentence(content["sentence"], evidence, Telling("zh", NOON)) == (
        "圆通速递在浙江省杭州市停了 3 天 4 小时没有新轨迹，标准是 2 天。"
    )
    assert render_sentence(content["sentence_en"], evidence, Telling("en", NOON)) == (
        "YTO Express has said nothing new since 浙江省杭州市 for 3 days 4 h; the limit is 2 days."
    )


def test_a_detail_is_the_substatus_or_else_the_status() -> None:
    to = Telling("en", NOON, words={"substatus:lost": "lost", "status:exception": "exception"})
    known = {"status": "exception", "substatus": "lost"}
    assert render_sentence("{detail}", known, to) == "Lost"
    assert render_sentence("{detail}", {"status": "exception"}, to) == "Exception"


def test_a_sentence_says_what_it_does_not_know_and_refuses_what_there_is_not() -> None:
    assert render_sentence("{area} {promise} {left}", {}, Telling("en", NOON)) == (
        "A place on the way some time some time"
    )
    assert sentence_problems("{area} {weather}") == ["weather"]
    assert sentence_problems(" ") == ["empty"]
