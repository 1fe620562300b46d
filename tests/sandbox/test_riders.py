"""Riders on real tracks, the faults of their positions, and what their devices report."""

from __future__ import annotations

import datetime as dt
import random
from itertools import pairwise

import pytest

from apps.sandbox import ride_path
from apps.sandbox.choices import FixFault
from apps.sandbox.courier_app import plan_batches
from apps.sandbox.courier_round import plan_round
from apps.sandbox.faults.positions import draw_fault, spoil
from apps.sandbox.fixes import Fix
from apps.sandbox.plan import Courier, Node, Plan
from apps.sandbox.projections import BD09, GCJ02, from_lbs, metres_between, moved, to_lbs
from apps.sandbox.ride_plan import RidePlan, plan_ride
from apps.sandbox.streets import place_of
from tests.sandbox.conftest import SEED

SHOP = (116.326582, 40.002436)
BUYER = moved(SHOP, 2_400, 1_800)
AT = 1_763_604_000


def future(name: str, **rates: float) -> RidePlan:
    return plan_ride(
        seed=SEED, name=name, shop=SHOP, buyer=BUYER, starts_at=AT, booked_at=AT, rates=rates,
        eager=True,
    )  # fmt: skip


def steps(fixes: tuple[Fix, ...]) -> list[float]:
    """Metres a second from fix to fix."""
    return [metres_between(a.place, b.place) / (b.at - a.at) for a, b in pairwise(fixes)]


def test_the_known_places_of_both_systems_are_met():
    assert to_lbs((116.404, 39.915), GCJ02) == pytest.approx((116.410244, 39.916404), abs=1e-6)
    assert to_lbs((116.404, 39.915), BD09) == pytest.approx((116.416627, 39.922700), abs=1e-6)


@pytest.mark.parametrize("system", [BD09, GCJ02])
def test_a_place_comes_back_from_both_systems_within_a_centimetre(system):
    rng = random.Random(3)
    for _ in range(200):
        place = (rng.uniform(78, 132), rng.uniform(20, 50))
        assert metres_between(from_lbs(to_lbs(place, system), system), place) < 0.01


def test_places_abroad_are_not_shifted():
    assert to_lbs((2.35, 48.85), BD09) == to_lbs((2.35, 48.85), GCJ02) == (2.35, 48.85)


@pytest.mark.parametrize("metres", [0, 40, 150, 700, 3_000, 9_000])
def test_a_way_leads_from_door_to_door_at_a_riders_pace(metres):
    end = moved(SHOP, metres * 0.6, metres * 0.8)
    for seed in range(20):
        way = ride_path.make_way(random.Random(seed), SHOP, end)
        assert way[0] == (0.0, 0.0, 0.0)
        assert metres_between(ride_path.place_on(way, SHOP, 1e9), end) < 5
        paces = [
            ((b[1] - a[1]) ** 2 + (b[2] - a[2]) ** 2) ** 0.5 / (b[0] - a[0])
            for a, b in pairwise(way)
        ]
        assert max(paces) <= 20.01
    assert metres < 700 or 2 < metres / way[-1][0] < 12


def test_a_rider_comes_to_the_shop_and_then_to_the_buyer():
    plan = future("r1")
    shop_at, left_at, done_at = (plan.when(state) for state in (230, 310, 520))
    assert shop_at is not None
    assert left_at is not None
    assert done_at is not None
    at_shop = [fix for fix in plan.fixes if shop_at <= fix.at <= left_at]
    assert max(metres_between(fix.place, SHOP) for fix in at_shop) < 15
    assert metres_between(plan.fixes[-1].place, BUYER) < 30
    assert {b.at - a.at for a, b in pairwise(plan.fixes)} == {plan.ping}
    assert 5 <= plan.ping <= 30
    assert max(steps(plan.fixes)) < 25
    assert plan.spoiled is None


def test_a_plan_survives_its_column():
    plan = future("r1", drift=1.0)
    kept = RidePlan.from_json(plan.to_json())
    assert (kept.events, kept.riders, kept.spoiled) == (plan.events, plan.riders, plan.spoiled)
    assert all(metres_between(a.place, b.place) < 0.2
               for a, b in zip(kept.fixes, plan.fixes, strict=True))  # fmt: skip


def test_two_rides_of_one_seed_differ_and_one_ride_is_always_the_same():
    assert future("a") == future("a")
    assert future("a").fixes != future("b").fixes


@pytest.mark.parametrize("kind", FixFault.values())
def test_a_fault_changes_exactly_the_rows_it_names(kind):
    named = 0
    for number in range(12):
        clean = future(f"f{number}")
        rows, spoiled = spoil(clean.fixes, kind, random.Random(number))
        if spoiled is None:
            assert tuple(rows) == clean.fixes
            continue
        named += 1
        changed = [row for row, (a, b) in enumerate(zip(clean.fixes, rows, strict=True)) if a != b]
        assert spoiled.kind == kind
        assert changed
        assert spoiled.first <= changed[0] <= changed[-1] <= spoiled.last
        assert len(changed) >= (spoiled.last - spoiled.first) // 2
        assert spoiled.first >= 5
    assert named >= 8


SHIFTS = {"jump": (499, 50_500), "drift": (299, 801), "gcj": (300, 900), "bd": (900, 1_800),
          "detour": (700, 3_010), "pingpong": (799, 5_010),
          "teleport": (4_990, 100_500)}  # fmt: skip


@pytest.mark.parametrize(("kind", "sizes"), SHIFTS.items())
def test_shifts_have_the_sizes_measured_in_the_field(kind, sizes):
    found = [spoil(future(f"s{n}").fixes, kind, random.Random(n))[1] for n in range(12)]
    metres = [spoiled.shift_m for spoiled in found if spoiled is not None]
    assert metres
    assert sizes[0] <= min(metres) <= max(metres) <= sizes[1]


def test_times_are_wrong_only_where_time_is_the_fault():
    fixes = future("t").fixes
    ahead, spoiled = spoil(fixes, "future", random.Random(1))
    assert spoiled is not None
    assert ahead[spoiled.first].clock - ahead[spoiled.first].at >= 3_600
    back, spoiled = spoil(fixes, "rollover", random.Random(1))
    assert spoiled is not None
    assert back[spoiled.first].at - back[spoiled.first].clock == 1024 * 7 * 86_400
    mixed, spoiled = spoil(fixes, "order", random.Random(1))
    assert spoiled is not None
    assert mixed[spoiled.first].clock > mixed[spoiled.last].clock
    assert sorted(mixed, key=lambda fix: fix.at) == list(fixes)


def test_shares_of_faults_are_kept_and_none_means_none():
    rates = {"jump": 0.2, "drift": 0.1}
    drawn = [draw_fault(seed=SEED, name=str(n), rates=rates) for n in range(1000)]
    assert 150 < drawn.count("jump") < 250
    assert 70 < drawn.count("drift") < 130
    assert set(drawn) == {"jump", "drift", None}
    assert draw_fault(seed=SEED, name="x", rates={}) is None


def test_a_device_says_everything_once_and_never_before_it_happened():
    fixes = future("d").fixes
    sizes = set()
    for number in range(8):
        batches = plan_batches(fixes, seed=SEED, shipment=f"SO-{number}", device="app-1")
        rows = [row for batch in batches for row in batch.body["positions"]]
        assert [dt.datetime.fromisoformat(row["at"]).timestamp() for row in rows] == [
            fix.at for fix in fixes
        ]
        assert [batch.sent_at for batch in batches] == sorted(batch.sent_at for batch in batches)
        told = iter(fixes)
        for batch in batches:
            last = max(next(told).at for _ in batch.body["positions"])
            assert batch.sent_at >= last
        sizes.add(len(batches[0].body["positions"]))
        assert {row["system"] for row in rows} <= {"wgs84", "gcj02", "bd09"}
        assert set(rows[0]) == {
            "shipment", "at", "lat", "lon", "system", "accuracy_m", "device", "speed_mps"
        }  # fmt: skip
    assert 1 in sizes
    assert max(sizes) > 1


def test_a_declared_system_is_the_one_that_is_sent():
    fixes = future("d").fixes
    systems = {}
    for number in range(30):
        row = plan_batches(fixes, seed=SEED, shipment=f"S{number}", device="a")[0].body
        first = row["positions"][0]
        systems[first["system"]] = (first["lon"], first["lat"])
    wanted = fixes[0].place
    assert metres_between(systems["wgs84"], wanted) < 1
    assert metres_between(from_lbs(systems["gcj02"], GCJ02), wanted) < 1
    assert metres_between(from_lbs(systems["bd09"], BD09), wanted) < 1


def delivery(hours: float) -> Plan:
    nodes = (Node(AT, "5", "派件", "440305000000"), Node(AT + int(hours * 3600), "301", "签收"))
    nobody = Courier("王伟", "13800100000")
    return Plan("yuantong", "YT1", "110105", "440305", "", "self", nodes, (), nobody, nobody)


def test_a_courier_goes_through_the_streets_of_the_parcels_district():
    made = plan_round(delivery(2), seed=SEED, rates={})
    assert made is not None
    fixes = made.fixes
    centre = place_of("广东省深圳市南山区", seed=SEED)
    assert centre is not None
    assert max(metres_between(fix.place, centre) for fix in fixes) < 8_000
    assert fixes[0].at == AT
    assert fixes[-1].at == AT + 7_200
    assert max(steps(fixes)) < 25
    assert made.fault == ""
    assert plan_round(delivery(9), seed=SEED, rates={}) is None


def test_a_courier_keeps_to_the_planned_way_from_the_depot_to_the_door():
    made = plan_round(delivery(2), seed=SEED, rates={})
    assert made is not None
    gaps = [metres_between(a, b) for a, b in pairwise(made.route)]
    assert 15 < sum(gaps) / len(gaps) < 120
    assert len(made.route) <= 2_000
    assert metres_between(made.route[-1], made.fixes[-1].place) < 20
    for fix in made.fixes[::10]:
        assert min(metres_between(fix.place, place) for place in made.route) < 120


def test_a_round_carries_the_fault_of_the_set_rates():
    clean = plan_round(delivery(2), seed=SEED, rates={})
    made = plan_round(delivery(2), seed=SEED, rates={"drift": 1.0})
    assert clean is not None
    assert made is not None
    assert made.fault == "drift"
    assert made.route == clean.route
    off = [metres_between(a.place, b.place) for a, b in zip(made.fixes, clean.fixes, strict=True)]
    assert 5 <= sum(metres > 1 for metres in off) <= 20


def test_an_address_lies_in_its_own_district_and_two_streets_lie_apart():
    one = place_of("广东省深圳市南山区科技园1号", seed=SEED)
    same = place_of("广东省深圳市南山区 科技园1号", seed=SEED)
    other = place_of("广东省深圳市南山区后海大道9号", seed=SEED)
    assert one == same
    assert one is not None
    assert other is not None
    assert 1 < metres_between(one, other) < 5_100
    assert place_of("nowhere at all", seed=SEED) is None
