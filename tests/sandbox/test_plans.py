"""Lives of parcels: properties that hold for every seed, carrier and lane."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox import carriers
from apps.sandbox.choices import Outcome
from apps.sandbox.codes import BASIC_NAMES, NAMES, basic_of
from apps.sandbox.endings import FINISHERS
from apps.sandbox.foreign import COUNTRIES
from apps.sandbox.hours import DAY, hour_of
from apps.sandbox.places import draw_place
from apps.sandbox.plan import Plan
from apps.sandbox.planner import Destination, invent_plan, make_plan
from apps.sandbox.rng import stream
from apps.sandbox.snapshot import build_push, build_result

BOOKED_AT = 1_795_000_000
DELIVERED = {
    "self",
    "proxy",
    "station",
    "retried",
    "detained",
    "forwarded",
    "handed_over",
    "held",
    "asked",
    "phantom",
}
RETURNED = {"refused", "uncollected", "damaged", "withdrawn", "barred"}
OPEN = {"lost", "overdue", "unsent"}


def plan_of(seed: int, code: str, *, outcome: str = "", booked_at: int = BOOKED_AT) -> Plan:
    carrier = carriers.BY_CODE[code]
    rng = stream(seed, "test", code)
    destination = (
        Destination(None, rng.choice(COUNTRIES), "somewhere")
        if carrier.international
        else Destination(draw_place(rng))
    )
    return make_plan(
        seed=seed,
        carrier=carrier,
        number=carriers.make_number(carrier, rng),
        origin=draw_place(rng),
        destination=destination,
        booked_at=booked_at,
        outcome=outcome,
    )


seeds = st.integers(0, 10**9)
codes = st.sampled_from([carrier.code for carrier in carriers.CARRIERS])
domestic = st.sampled_from([c.code for c in carriers.CARRIERS if not c.international])
moments = st.integers(BOOKED_AT, BOOKED_AT + 400 * DAY)


@given(seeds, codes, moments)
def test_times_only_go_forward_and_never_before_the_booking(seed, code, booked_at):
    plan = plan_of(seed, code, booked_at=booked_at)
    times = [node.at for node in plan.nodes]
    assert times == sorted(set(times))
    assert times[0] >= booked_at
    assert [event.at for event in plan.orders] == sorted(event.at for event in plan.orders)


@given(seeds, codes)
def test_every_life_ends_signed_returned_or_honestly_open(seed, code):
    plan = plan_of(seed, code)
    last = basic_of(plan.nodes[-1].code)
    if plan.outcome in DELIVERED:
        assert last == "3"
    elif plan.outcome in RETURNED:
        assert last in {"4", "14"}
    else:
        assert plan.outcome in OPEN
        assert plan.signed_at is None
        assert last in {"1", "2"}


@given(seeds, domestic, st.sampled_from(sorted(FINISHERS)))
def test_every_ending_can_be_forced_on_every_carrier(seed, code, outcome):
    assert plan_of(seed, code, outcome=outcome).outcome == outcome


@given(seeds, codes)
def test_the_same_seed_plans_the_same_life(seed, code):
    assert plan_of(seed, code) == plan_of(seed, code)


def test_two_seeds_plan_different_lives():
    carrier, rng = carriers.BY_CODE["yuantong"], stream(1, "ends")
    origin, destination = draw_place(rng), Destination(draw_place(rng))
    lives = {
        make_plan(
            seed=seed, carrier=carrier, number="YT1234567890123", origin=origin,
            destination=destination, booked_at=BOOKED_AT,
        ).nodes
        for seed in range(20)
    }  # fmt: skip
    assert len(lives) == 20


@given(seeds, codes)
def test_a_plan_survives_its_column(seed, code):
    plan = plan_of(seed, code)
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


@given(seeds, codes)
def test_only_documented_codes_are_emitted(seed, code):
    for node in plan_of(seed, code).nodes:
        assert node.code in NAMES
        assert basic_of(node.code) in BASIC_NAMES


@given(seeds, codes)
def test_no_text_has_an_open_slot(seed, code):
    for node in plan_of(seed, code).nodes:
        assert "{" not in node.text
        assert node.text.strip()


@given(seeds, domestic, moments)
def test_couriers_pick_up_and_deliver_by_day(seed, code, booked_at):
    plan = plan_of(seed, code, booked_at=booked_at)
    for node in plan.nodes:
        if node.code in {"103", "5"}:
            assert 7.5 <= hour_of(node.at) <= 21.5


@given(seeds, st.integers(0, 3))
def test_the_order_is_told_picked_up_when_the_parcel_is(seed, index):
    plan = plan_of(seed, ("yuantong", "jd", "ems", "shunfeng")[index], outcome="self")
    statuses = [event.status for event in plan.orders]
    assert statuses[0] == 1
    assert statuses.index(10) < statuses.index(13)
    assert 15 in statuses


@given(seeds)
def test_customs_is_passed_on_the_way_abroad(seed):
    plan = plan_of(seed, "youzhengguoji", outcome="self")
    states = [node.code for node in plan.nodes]
    assert states.count("12") == 2
    assert states.index("11", states.index("1001")) < states.index("5")


@given(seeds)
def test_places_abroad_speak_their_own_time_and_have_no_chinese_area(seed):
    plan = plan_of(seed, "dhlen", outcome="self")
    last = plan.nodes[-1]
    assert last.area == ""
    assert last.location
    assert last.offset % 1800 == 0


def test_shares_of_endings_are_realistic():
    outcomes = [plan_of(seed, "zhongtong").outcome for seed in range(1500)]
    delivered = sum(outcome in DELIVERED for outcome in outcomes) / len(outcomes)
    assert 0.9 < delivered < 0.97
    assert {"lost", "refused", "overdue", "uncollected"} <= set(outcomes)
    assert set(outcomes) <= set(Outcome.values())


def test_a_far_lane_takes_longer_than_a_near_one():
    carrier = carriers.BY_CODE["yuantong"]
    rng = stream(3, "lane")
    from apps.sandbox.places import draw_district

    origin = draw_district(rng, "440300")
    near, far = draw_district(rng, "440100"), draw_district(rng, "230100")

    def hours(destination):
        plan = make_plan(
            seed=3, carrier=carrier, number="YT1", origin=origin,
            destination=Destination(destination), booked_at=BOOKED_AT, outcome="self",
        )  # fmt: skip
        return (plan.signed_at - BOOKED_AT) / 3600

    assert hours(far) > hours(near) + 12


def test_air_carriers_are_faster_over_long_lanes():
    slow = sum(plan_of(s, "yunda", outcome="self").last_at for s in range(60))
    fast = sum(plan_of(s, "shunfeng", outcome="self").last_at for s in range(60))
    assert fast < slow


@given(seeds, codes, st.integers(0, 20 * DAY))
def test_a_snapshot_tells_only_what_has_happened(seed, code, later):
    plan, at = plan_of(seed, code), BOOKED_AT + later
    rows = build_result(plan, at, "4")["data"]
    assert len(rows) == plan.count_at(at)
    assert build_result(plan, at, "4", order="asc")["data"] == rows[::-1]


@pytest.mark.parametrize(
    ("level", "keys"),
    [
        ("", {"time", "ftime", "context"}),
        ("1", {"time", "ftime", "context", "areaCode", "areaName", "status"}),
        ("4", {"time", "ftime", "context", "areaCode", "areaName", "status", "location",
               "areaCenter", "areaPinYin", "statusCode"}),
    ],
)  # fmt: skip
def test_each_level_adds_its_documented_fields(level, keys):
    plan = plan_of(5, "yuantong", outcome="self")
    result = build_result(plan, plan.last_at, level)
    assert set(result["data"][0]) == keys
    assert ("routeInfo" in result) is (level == "4")
    assert result["state"] == ("301" if level == "4" else "3")
    assert result["ischeck"] == "1"
    assert result["status"] == "200"
    assert isinstance(result["isLoop"], bool)


def test_a_push_is_shutdown_when_signed_and_polling_before():
    plan = plan_of(5, "yuantong", outcome="self")
    assert json.loads(build_push(plan, plan.last_at, "4"))["status"] == "shutdown"
    assert json.loads(build_push(plan, plan.last_at - 1, "4"))["status"] == "polling"


def test_times_on_the_wire_are_china_time_without_a_zone():
    plan = plan_of(5, "yuantong", outcome="self", booked_at=1_795_000_000)
    first = plan.nodes[0]
    import datetime as dt

    china = dt.datetime.fromtimestamp(first.at, dt.timezone(dt.timedelta(hours=8)))
    row = build_result(plan, first.at, "4")["data"][0]
    assert row["time"] == row["ftime"] == china.strftime("%Y-%m-%d %H:%M:%S")


@given(seeds)
def test_an_unknown_number_gets_the_same_life_whenever_it_is_asked_twice(seed):
    number = carriers.make_number(carriers.BY_CODE["yunda"], stream(seed, "n"))
    first = invent_plan(seed=7, carrier_code="yunda", number=number, seen_at=BOOKED_AT)
    assert first == invent_plan(seed=7, carrier_code="yunda", number=number, seen_at=BOOKED_AT)


def test_a_number_of_another_format_has_no_life():
    args = {"seed": 7, "number": "YT6186594166532", "seen_at": BOOKED_AT}
    assert invent_plan(carrier_code="yunda", **args) is None
    assert invent_plan(carrier_code="kuayue", **args) is None
    assert invent_plan(carrier_code="yuantong", **args) is not None


def test_cancelling_keeps_the_past_and_removes_the_future():
    plan = plan_of(5, "yuantong", outcome="self")
    at = plan.nodes[0].at
    cancelled = plan.cancelled(at, "订单已取消")
    assert [node.code for node in cancelled.nodes] == ["101", "401"]
    assert [event.status for event in cancelled.orders][-2:] == [9, 99]
    assert cancelled.picked_up_at is None


def test_postponing_moves_only_what_is_to_come():
    plan = plan_of(5, "yuantong", outcome="self")
    at = plan.nodes[0].at
    moved = plan.postponed(at, DAY)
    assert moved.nodes[0] == plan.nodes[0]
    assert moved.last_at == plan.last_at + DAY
