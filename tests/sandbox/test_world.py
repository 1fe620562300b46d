"""The world's habits: seasons, jams, customs, hand-overs, and the whole tree of states."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox import carriers, seasons
from apps.sandbox.borders import EXPORT, IMPORT
from apps.sandbox.clearance import LONGEST_HOLD, pass_customs
from apps.sandbox.codes import NAMES
from apps.sandbox.effects import SCHOOL_RUN_DISTRICT, Effects
from apps.sandbox.foreign import BY_CODE as COUNTRIES
from apps.sandbox.hours import DAY, HOUR, hour_of
from apps.sandbox.jams import jam_at
from apps.sandbox.places import draw_place, find_place
from apps.sandbox.plan import Plan
from apps.sandbox.planner import Destination, invent_plan, make_plan
from apps.sandbox.rng import stream

BOOKED_AT = 1_795_000_000
CHINA = dt.timezone(dt.timedelta(hours=8))


def china(*parts: int) -> int:
    return int(dt.datetime(*parts, tzinfo=CHINA).timestamp())


def domestic(number: str, *, code: str = "zhongtong", at: int = BOOKED_AT, **options) -> Plan:
    rng = stream(7, number, "lane")
    options.setdefault("destination", Destination(draw_place(rng)))
    return make_plan(
        seed=7, carrier=carriers.BY_CODE[code], number=number, origin=draw_place(rng),
        booked_at=at, **options,
    )  # fmt: skip


def abroad(number: str, code: str, country: str = "US", outcome: str = "") -> Plan:
    return domestic(
        number, code=code, outcome=outcome, destination=Destination(None, COUNTRIES[country])
    )


@cache
def seeded_parcels() -> dict[str, str]:
    """For each state code the number of a parcel of seed 7 that shows it."""
    shown: dict[str, str] = {}
    plans = [domestic(f"N{n}", code=code) for n in range(60) for code in ("ane66", "yuantong")]
    plans += [domestic(f"R{n}", outcome=o) for n in range(8) for o in ENDS]
    plans += [abroad(f"E{n}", code, outcome="held") for n in range(3) for code in INTERNATIONAL]
    called_off = domestic("C1", outcome="self")
    plans.append(called_off.cancelled(called_off.nodes[0].at, "订单已取消"))
    for plan in plans:
        for node in plan.nodes:
            shown.setdefault(node.code, plan.number)
    return shown


ENDS = ("retried", "refused", "uncollected", "damaged", "lost", "overdue", "forwarded",
        "handed_over", "detained", "withdrawn", "proxy", "station")  # fmt: skip
INTERNATIONAL = ("emsguoji", "yw56", "disifang")


@pytest.mark.parametrize("code", NAMES)
def test_a_seeded_parcel_visits_every_state_of_the_contracts_tree(code):
    assert code in seeded_parcels()


def test_a_world_of_a_few_dozen_carriers_has_those_the_contract_names():
    assert 36 <= len(carriers.CARRIERS) == len(carriers.BY_CODE)
    assert {"shunfeng", "danniao", "yw56", "japanpost"} <= set(carriers.BY_CODE)


@pytest.mark.parametrize("code", [c.code for c in carriers.CARRIERS if c.home == "CN"])
def test_every_carrier_carries_a_parcel_to_its_end(code):
    kind = abroad if carriers.BY_CODE[code].international else domestic
    plan = kind("N1", code=code, outcome="self")
    assert plan.signed_at == plan.last_at


def test_11_november_brings_three_times_the_parcels_and_the_festival_next_to_none():
    ordinary = seasons.volume_factor(china(2026, 10, 14))
    assert 2.8 <= seasons.volume_factor(china(2026, 11, 11)) / ordinary <= 3.2
    assert seasons.volume_factor(china(2027, 2, 7)) / ordinary < 0.25


def test_parcels_of_11_november_take_longer():
    def hours(at: int) -> float:
        plans = [domestic(f"S{n}", at=at, outcome="self") for n in range(60)]
        return sum(plan.last_at - at for plan in plans) / len(plans) / HOUR

    assert hours(china(2026, 11, 12, 10)) > hours(china(2026, 10, 15, 10)) * 1.2


@given(st.integers(0, 10**6))
def test_over_spring_festival_a_carrier_that_rests_neither_collects_nor_delivers(number):
    plan = domestic(f"F{number}", at=china(2027, 2, 1, 10) + number % (4 * DAY))
    resting = [n for n in plan.nodes if china(2027, 2, 5) <= n.at < china(2027, 2, 13)]
    assert {n.code for n in resting}.isdisjoint({"103", "5"})


def test_a_carrier_that_never_rests_delivers_on_new_years_day():
    plans = [
        domestic(f"SF{n}", code="shunfeng", at=china(2027, 2, 5, 9), outcome="self")
        for n in range(40)
    ]
    days = {seasons.date_of(plan.last_at) for plan in plans}
    assert dt.date(2027, 2, 6) in days


@pytest.mark.parametrize(
    ("date", "school"),
    [
        ((2026, 11, 20), True),
        ((2026, 11, 21), False),
        ((2026, 8, 5), False),
        ((2026, 10, 2), False),
        ((2027, 2, 3), False),
        ((2027, 3, 3), True),
    ],
)
def test_school_days_leave_out_weekends_and_holidays(date, school):
    assert seasons.is_school_day(china(*date, 16)) is school


def some_jam():
    return next(
        (jam, city)
        for week in range(600)
        for city in ("310000", "440300", "420100")
        if (jam := jam_at(seed=7, carrier="yunda", city=city, at=BOOKED_AT + week * DAY))
    )


def test_every_parcel_through_a_jammed_hub_leaves_after_the_jam_and_says_why():
    jam, city = some_jam()
    place = find_place(city)
    destination = Destination(find_place("650100"))
    waiting = 0
    for n in range(60):
        plan = make_plan(
            seed=7, carrier=carriers.BY_CODE["yunda"], number=f"J{n}", origin=place,
            destination=destination, booked_at=jam.starts - 8 * HOUR + n * 600, outcome="self",
        )  # fmt: skip
        inside = [i for i, node in enumerate(plan.nodes)
                  if "到达" in node.text and node.area[:6] == city
                  and jam.starts <= node.at < jam.ends]  # fmt: skip
        for index in inside:
            told, left = plan.nodes[index + 1], plan.nodes[index + 2]
            assert told.code == "208"
            assert jam.reason in told.text
            assert left.at >= jam.ends
            waiting += 1
    assert waiting > 0


def test_hubs_jam_far_more_often_in_the_great_sale():
    def share(at: int) -> float:
        hubs = [f"{n:02d}0100" for n in range(10, 70)]
        codes = [c.code for c in carriers.CARRIERS[:10]]
        jams = [jam_at(seed=7, carrier=c, city=h, at=at) for c in codes for h in hubs]
        return sum(jam is not None for jam in jams) / len(jams)

    assert share(china(2026, 11, 13)) > 3 * share(china(2026, 10, 15))


@given(st.integers(0, 10**6), st.sampled_from([EXPORT, IMPORT]))
def test_customs_ends_with_a_release_and_waits_for_an_answer_at_most_two_weeks(seed, regime):
    steps = pass_customs(
        regime=regime, at=BOOKED_AT, pace=1.0, rng=stream(seed, "a"), luck=stream(seed, "b"),
        forced="asked",
    )  # fmt: skip
    times = [step.at for step in steps]
    assert times == sorted(times)
    assert steps[-1].code == "12"
    words = [step.word.split("_")[1] for step in steps]
    asked, docs = words.index("asked"), words.index("docs")
    assert 7 * HOUR <= times[docs] - times[asked] <= LONGEST_HOLD


def test_some_questions_last_longer_than_a_week_and_imports_longer_than_exports():
    def holds(regime):
        lengths = []
        for seed in range(300):
            steps = pass_customs(
                regime=regime, at=0, pace=1.0, rng=stream(seed, "a"), luck=stream(seed, "b"),
                forced="asked",
            )  # fmt: skip
            at = {step.word.split("_")[1]: step.at for step in steps}
            lengths.append(at["docs"] - at["asked"])
        return sorted(lengths)

    imports, exports = holds(IMPORT), holds(EXPORT)
    assert imports[150] > exports[150]
    assert imports[-1] > 10 * DAY


def test_a_line_carrier_hands_over_to_a_carrier_of_the_destination_with_its_own_number():
    plan = abroad("YW1000000000001", "yw56", "AU", outcome="self")
    leg = plan.last_mile
    assert leg is not None
    assert leg.carrier == "auspost"
    assert carriers.number_fits("auspost", leg.number)
    handed = next(node for node in plan.nodes if node.code == "7")
    assert handed.at == leg.known_at
    assert leg.number in handed.text
    assert plan.known_last_mile(leg.known_at - 1) is None
    own = plan.last_mile_plan()
    assert own.nodes[0] == handed
    assert own.nodes[-1] == plan.nodes[-1]


def test_a_post_keeps_its_number_abroad():
    plan = abroad("EA123456785CN", "emsguoji", "JP", outcome="self")
    assert (plan.last_mile.carrier, plan.last_mile.number) == ("japanpost", "EA123456785CN")


def test_a_number_of_a_foreign_post_comes_in_through_chinese_customs():
    carrier = carriers.BY_CODE["japanpost"]
    numbers = (carriers.make_number(carrier, stream(n, "in")) for n in range(20))
    plans = [
        invent_plan(seed=7, carrier_code="japanpost", number=n, seen_at=BOOKED_AT) for n in numbers
    ]
    plan = next(p for p in plans if p is not None and p.signed_at is not None)
    assert plan.nodes[0].location.startswith("日本")
    at_home = [node for node in plan.nodes if node.area]
    assert [node.code for node in at_home][:2] == ["1001", "10"]
    assert plan.country == "CN"
    assert plan.origin == ""


def attempts_in(district: str, *, strength: float, hours: tuple[float, float]) -> float:
    """Share of door attempts between two hours of school days that fail."""
    tries = failures = 0
    for n in range(500):
        plan = domestic(
            f"T{n}", at=china(2026, 10, 12, 9) + n * 3000, outcome="self",
            destination=Destination(find_place(district)), effects=Effects(strength),
        )  # fmt: skip
        for node in plan.nodes:
            inside = hours[0] <= hour_of(node.at) < hours[1] and seasons.is_school_day(node.at)
            if inside and node.code in {"301", "302", "204"}:
                tries += 1
                failures += node.code == "204"
    assert tries > 20
    return failures / tries


def test_the_planted_effect_fails_deliveries_in_its_district_on_school_afternoons():
    assert attempts_in(SCHOOL_RUN_DISTRICT, strength=0.8, hours=(15, 17)) > 0.6


def test_without_the_switch_the_same_afternoons_are_like_any_other():
    assert attempts_in(SCHOOL_RUN_DISTRICT, strength=0, hours=(15, 17)) == 0


def test_the_effect_spares_the_next_district_and_the_other_hours():
    assert attempts_in("440304", strength=0.8, hours=(15, 17)) == 0
    assert attempts_in(SCHOOL_RUN_DISTRICT, strength=0.8, hours=(9, 13)) == 0
