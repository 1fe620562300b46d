"""The measured excess: quiet worlds stay quiet, storms are found soon, under the plainest name."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from math import comb, exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.exceptions.rulebook.excess import BACK, Excess, Moment, Seen, find_excesses, is_quiet
from apps.exceptions.rulebook.tails import log_tail, most_likely
from apps.exceptions.rulebook.usual import Cell, Record, Usual

HUBS, LANES, CARRIERS, RULES = 40, 100, 8, 10
DAYS, JUDGED = 45, 17
Rows = list[list[tuple[str, str, str, str, int]]]


def shares(size: int) -> np.ndarray:
    """A few are busy, most are not."""
    weights = 1 / np.arange(1, size + 1) ** 0.9
    return weights / weights.sum()


@cache
def quiet_world(seed: int, *, an_hour: float = 8.0, clump: float = 2.0) -> Rows:
    """Hours of cases with a day's and a week's rhythm; parcels stall together."""
    rng, hours = np.random.default_rng(seed), []
    sizes = (HUBS, LANES, CARRIERS, RULES)
    for hour in range(24 * DAYS):
        rhythm = (1 + 0.6 * np.sin(2 * np.pi * (hour % 24) / 24)) * (
            0.7 if (hour // 24) % 7 >= 5 else 1.1
        )
        count = rng.poisson(an_hour * rhythm * np.exp(rng.normal(0, 0.15)) / clump)
        picked = [rng.choice(size, size=count, p=shares(size)) for size in sizes]
        together = rng.geometric(1 / clump, size=count)
        hours.append(
            [
                (f"h{hub}", f"l{lane}", f"c{carrier}", f"r{rule}", int(n))
                for hub, lane, carrier, rule, n in zip(*picked, together, strict=True)
            ]
        )
    return hours


@cache
def usual_at(seed: int, until: int) -> Usual:
    """What is usual after so many hours of a quiet world; the last day is left out."""
    sums: defaultdict[Cell, list[float]] = defaultdict(lambda: [0.0, 0.0])
    by_hour: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * 24)
    total = 0.0
    for hour in range(until - 24):
        weight = 0.5 ** ((until - hour) / 240)
        total += weight
        counts: Counter[Cell] = Counter()
        for hub, lane, carrier, rule, n in quiet_world(seed)[hour]:
            for cause, key in (("hub", hub), ("lane", lane), ("carrier", carrier), ("rule", rule)):
                counts[Cell(cause, key, rule)] += n
            by_hour[rule][hour % 24] += n
            by_hour[""][hour % 24] += n
        for cell, n in counts.items():
            sums[cell][0] += n * weight
            sums[cell][1] += n * n * weight
    records = {cell: Record(*both) for cell, both in sums.items()}
    return Usual(records, total, float(until), by_hour)


def look(seed: int, hour: int, storm: list[Seen] = []) -> list[Excess]:  # noqa: B006 - read only
    """Look at a quiet world at the end of an hour, with a storm on top."""
    seen = [
        Seen(*names, ago, 0, n)
        for ago in range(BACK)
        for *names, n in quiet_world(seed)[hour - ago]
    ]
    usual = usual_at(seed, hour - hour % 24)
    return find_excesses([*seen, *storm], usual, Moment(hour % 24, (hour // 24) % 7))


def storm(
    count: int, *, hub: str = "h9", rule: str = "r3", over: int = 1, lane: str = ""
) -> list[Seen]:
    """Cases of one hub over some hours, on several lanes of two carriers."""
    return [Seen(hub, lane or f"l{n % 7}", f"c{n % 2}", rule, n % over, 0, 1) for n in range(count)]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_quiet_month_brings_no_incident(seed):
    looks = range(24 * JUDGED, 24 * DAYS, 12)
    assert len(looks) * 12 >= 24 * 28
    assert [found for hour in looks for found in look(seed, hour)] == []


@pytest.mark.parametrize(("count", "over"), [(45, 1), (45, 8), (200, 4), (10_000, 24)])
def test_a_storm_of_a_hub_is_found_as_that_hub_alone(count, over):
    found = look(1, 24 * 30 + 15, storm(count, over=over))
    assert [one.cell.place for one in found] == [("hub", "h9")]
    assert found[0].observed >= 0.9 * min(count, 10_000) * min(24, over) / over


def test_a_storm_is_found_within_its_first_hour_although_it_has_just_begun():
    assert [one.hours for one in look(1, 24 * 30 + 15, storm(45))] == [1]


def test_a_handful_is_no_storm():
    assert look(1, 24 * 30 + 15, storm(6)) == []


def test_what_a_busy_hub_always_brings_is_no_storm():
    usual = Usual({Cell("hub", "h0", "r0"): Record(3_000, 34_000)}, 300, 700)
    assert is_quiet([12, 10], Cell("hub", "h0", "r0"), usual, Moment(12, 2))
    assert not is_quiet([120, 100], Cell("hub", "h0", "r0"), usual, Moment(12, 2))


def test_two_rules_at_one_hub_are_one_finding():
    found = look(1, 24 * 30 + 15, [*storm(60), *storm(40, rule="r5")])
    assert [(one.cell, one.observed >= 100) for one in found] == [(Cell("hub", "h9"), True)]


def test_a_strike_all_over_the_country_is_the_carriers():
    strike = [Seen(f"h{n % 40}", f"l{n % 100}", "c6", "r1", 0, 0, 1) for n in range(200)]
    assert [one.cell.place for one in look(1, 24 * 30 + 15, strike)] == [("carrier", "c6")]


def test_a_lane_that_stalls_at_many_hubs_is_the_lanes():
    rows = [Seen(f"h{n % 30}", "l60", f"c{n % 8}", "r1", 0, 0, 1) for n in range(90)]
    assert [one.cell.place for one in look(1, 24 * 30 + 15, rows)] == [("lane", "l60")]


def test_a_named_place_is_kept_while_it_explains_nearly_as_much():
    rows = [Seen("h9", "l60", "c1", "r1", 0, 0, 1) for _ in range(60)]
    seen = [row._replace(incident=7) for row in rows]
    usual = usual_at(1, 24 * 30)
    kept = {7: Cell("lane", "l60", "r1")}
    for names, wanted in (({}, "hub"), (kept, "lane")):
        found = find_excesses(seen, usual, Moment(15, 2), kept=names)
        assert [one.cell.cause for one in found] == [wanted]
        assert found[0].held == Counter({7: 60})


@given(st.integers(1, 60), st.floats(0.1, 20))
@settings(max_examples=60)
def test_the_tail_is_poissons_where_the_variance_is_the_mean(count, mean):
    below = sum(exp(-mean + k * log(mean)) / _factorial(k) for k in range(count))
    if count > mean and 1 - below > 1e-9:
        assert log_tail(count, mean, mean) == pytest.approx(log(1 - below), rel=1e-3, abs=1e-3)


@given(st.integers(2, 400), st.floats(0.01, 50), st.floats(1.1, 20))
@settings(max_examples=80)
def test_more_is_never_likelier_and_spread_never_makes_it_stranger(count, mean, spread):
    wide = log_tail(count, mean, mean * spread)
    assert log_tail(count + 1, mean, mean * spread) <= wide <= 0
    if count > 4 * mean + 10:
        assert log_tail(count, mean, mean) <= wide + 1e-9


@given(st.floats(0.01, 200), st.floats(1.1, 10))
@settings(max_examples=40)
def test_the_edge_of_the_usual_is_where_the_odds_say(mean, spread):
    edge = most_likely(mean, mean * spread, odds=log(0.01))
    assert log_tail(edge, mean, mean * spread) <= log(0.01)
    assert log_tail(edge - 1, mean, mean * spread) > log(0.01)


def _factorial(number: int) -> float:
    made = 1.0
    for factor in range(2, number + 1):
        made *= factor
    return made


def test_a_negative_binomial_with_whole_shape_is_counted_by_hand():
    shape, mean = 3, 6.0
    p = shape / (shape + mean)
    below = sum(comb(k + shape - 1, k) * p**shape * (1 - p) ** k for k in range(15))
    assert log_tail(15, mean, mean + mean**2 / shape) == pytest.approx(log(1 - below), rel=1e-6)
