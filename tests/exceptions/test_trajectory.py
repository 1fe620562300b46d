"""The detector by its face: each kind of fault, clean tracks, and input that is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apps.core.geo.coordinates import wgs84_to_bd09_arrays, wgs84_to_gcj02_arrays
from apps.exceptions.tracks.steps import moved
from apps.exceptions.trajectory import KINDS, Fence, Thresholds, Track, detect, detect_many
from config.bench.track_faults import FAULTS, Sample
from config.bench.track_trial import is_right
from config.bench.tracks import base_tracks

START = 1_800_000_000.0


def drive(rows: int = 80, step: float = 30.0, pace: float = 9.0, turn: float = 0.02) -> Sample:
    """A drive through Hangzhou that bends and slows gently."""
    n = np.arange(rows)
    angle = 0.7 + turn * n + 0.2 * np.sin(n / 9)
    length = pace * step * (1 + 0.15 * np.sin(n / 7))
    east, north = np.cumsum(length * np.cos(angle)), np.cumsum(length * np.sin(angle))
    lat, lon = moved(np.full(rows, 30.25), np.full(rows, 120.17), east, north)
    t = START + step * n
    return Sample(t, t + 4.0, lat, lon)


def delivery_round(rows: int = 80, step: float = 60.0) -> Sample:
    """A round whose pace changes from minute to minute."""
    random = np.random.default_rng(4)
    pace = 6.0 * np.exp(0.6 * np.convolve(random.normal(0, 1, rows + 2), [0.5, 0.7, 0.5], "valid"))
    angle = np.cumsum(random.normal(0, 0.4, rows))
    east, north = np.cumsum(pace * step * np.cos(angle)), np.cumsum(pace * step * np.sin(angle))
    lat, lon = moved(np.full(rows, 30.25), np.full(rows, 120.17), east, north)
    t = START + step * np.arange(rows)
    return Sample(t, t + 4.0, lat, lon)


def seen(sample: Sample, **more) -> list[tuple[str, int, int]]:
    track = Track(sample.t, sample.lat, sample.lon, sample.received)
    return [(one.kind, one.start, one.end) for one in detect(track, **more)]


def test_a_drive_is_not_flagged():
    assert seen(drive()) == []


def test_real_delivery_tracks_are_not_flagged():
    tracks = [Track(one.t, one.lat, one.lon, one.received) for one in base_tracks()]

    flagged = [found for found in detect_many(tracks) if found]

    assert len(flagged) <= len(tracks) // 100


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_and_named(kind):
    sample = drive()
    random = np.random.default_rng([7, KINDS.index(kind)])
    sample.route = np.stack([sample.lat[::5], sample.lon[::5]], axis=1)
    stretch = FAULTS[kind](sample, random)

    found = detect(Track(sample.t, sample.lat, sample.lon, sample.received, route=sample.route))

    assert [one.kind for one in found if is_right(one, stretch)] == [kind]


def test_one_late_row_is_the_only_one_named():
    sample = drive()
    order = [*range(20), *range(21, 32), 20, *range(32, 80)]
    sample = Sample(sample.t[order], sample.received, sample.lat[order], sample.lon[order])

    assert seen(sample) == [("order", 31, 31)]


def test_a_clock_ahead_is_seen_without_a_time_of_receipt():
    sample = drive()
    sample.t[40] += 86_400.0
    sample.received[:] = np.nan

    assert seen(sample) == [("future", 40, 40)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("lat", 91.0),
        *((name, value) for name in ("t", "lat", "lon") for value in (np.nan, np.inf, -np.inf)),
    ],
)
def test_a_number_that_is_none_is_reported_and_the_rest_is_clean(column, value):
    sample = drive()
    getattr(sample, column)[30] = value

    assert seen(sample) == [("jump", 30, 30)]


def test_a_track_of_nothing_but_nonsense_is_one_finding():
    sample = drive(rows=30)
    sample.lat[:] = np.nan

    assert seen(sample) == [("jump", 0, 29)]


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_very_short_tracks_are_clean(rows):
    assert seen(drive(rows=rows)) == []


def test_a_poor_reported_accuracy_excuses_a_shift():
    sample = drive()
    sample.shift(slice(30, 40), 300.0, -250.0)
    track = Track(sample.t, sample.lat, sample.lon, sample.received)
    unsure = np.full(80, 5.0)
    unsure[28:42] = 900.0

    assert [one.kind for one in detect(track)] == ["drift"]
    excused = Track(sample.t, sample.lat, sample.lon, sample.received, unsure)
    assert detect(excused) == []


@pytest.mark.parametrize(
    ("kind", "convert"), [("gcj", wgs84_to_gcj02_arrays), ("bd", wgs84_to_bd09_arrays)]
)
class TestAWholeTrackInOtherCoordinates:
    """No step of it is odd: only other evidence can tell."""

    def shifted(self, convert) -> tuple[Sample, Sample]:
        true = drive(step=60.0)
        lat, lon = convert(true.lat, true.lon)
        return true, Sample(true.t, true.received, lat, lon)

    def test_movement_alone_sees_nothing(self, kind, convert):
        assert seen(self.shifted(convert)[1]) == []

    def test_the_route_tells(self, kind, convert):
        true, sample = self.shifted(convert)
        route = np.stack([true.lat[::4], true.lon[::4]], axis=1)

        assert seen(sample, route=route) == [(kind, 0, 79)]
        assert seen(true, route=route) == []

    def test_another_track_of_the_vehicle_tells(self, kind, convert):
        true, sample = self.shifted(convert)
        sibling = Track(true.t + 10.0, true.lat, true.lon)

        assert seen(sample, siblings=[sibling]) == [(kind, 0, 79)]
        assert seen(true, siblings=[sibling]) == []

    def test_the_fences_of_its_stops_tell(self, kind, convert):
        true, _ = self.shifted(convert)
        for first in (0, 60):
            stop = slice(first, first + 10)
            true.lat[stop], true.lon[stop] = true.lat[first], true.lon[first]
        lat, lon = convert(true.lat, true.lon)
        fences = [Fence(float(true.lat[n]), float(true.lon[n]), 60.0) for n in (0, 60)]

        found = seen(Sample(true.t, true.received, lat, lon), fences=fences)

        assert (kind, 0, 79) in found


def test_another_track_proves_a_drift_that_a_fix_a_minute_hides():
    true = delivery_round()
    sample = true.copy()
    sample.shift(slice(30, 41), 250.0, 250.0)
    sibling = Track(true.t + 20.0, true.lat, true.lon)

    assert seen(sample) == []
    assert seen(sample, siblings=[sibling]) == [("drift", 30, 40)]


def test_thresholds_decide():
    sample = drive()
    sample.shift(slice(30, 31), 900.0, 0.0)

    assert seen(sample) == [("jump", 30, 30)]
    assert seen(sample, thresholds=Thresholds(floor=1e9)) == []


def test_findings_come_in_order_of_rows_and_tracks_do_not_mix():
    one, two = drive(), drive()
    one.lat[60] = one.lon[60] = 0.0
    one.lat[20], one.lon[20] = one.lon[20], one.lat[20]
    tracks = [Track(part.t, part.lat, part.lon, part.received) for part in (one, two, one)]

    found = [[(f.kind, f.start) for f in each] for each in detect_many(tracks)]

    assert found == [[("swap", 20), ("zero", 60)], [], [("swap", 20), ("zero", 60)]]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    rows=st.integers(0, 120),
    step=st.sampled_from([1.0, 5.0, 30.0, 60.0, 300.0]),
    pace=st.floats(0.0, 38.0),
    place=st.tuples(st.floats(2.0, 60.0), st.floats(-170.0, 170.0)),
    angle=st.floats(0.0, 6.3),
)
def test_a_straight_even_drive_anywhere_is_never_flagged(rows, step, pace, place, angle):
    gone = np.minimum(pace, 500_000.0 / (step * max(rows, 1))) * step * np.arange(rows)
    start = np.full(rows, place[0]), np.full(rows, place[1])
    lat, lon = moved(*start, gone * np.cos(angle), gone * np.sin(angle))
    assume(not len(lat) or float(np.abs(lat).min()) > 1.0)
    t = START + step * np.arange(rows)

    assert detect(Track(t, lat, np.remainder(lon + 180.0, 360.0) - 180.0, t + 2.0)) == []


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    later=st.floats(-1e8, 1e8),
    east=st.floats(-2_000.0, 2_000.0),
    kind=st.sampled_from(["jump", "drift", "frozen", "speed", "pingpong", "teleport", "swap"]),
)
def test_the_same_fault_later_and_a_little_elsewhere_is_the_same_finding(later, east, kind):
    sample = drive()
    FAULTS[kind](sample, np.random.default_rng(5))
    other = sample.copy()
    other.t += round(later)
    other.received += round(later)
    if kind != "swap":
        other.shift(slice(None), east, 0.0)

    assert seen(other) == seen(sample)


ANY = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-200.0, 200.0),
    st.sampled_from([0.0, 30.0, 120.0, START, -1.0]),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(ANY, ANY, ANY, ANY), max_size=12))
def test_any_numbers_at_all_give_findings_within_the_track(rows):
    t, heard, lat, lon = np.array(rows, float).reshape(-1, 4).T

    for one in detect(Track(t, lat, lon, heard)):
        assert 0 <= one.start <= one.end < len(rows)
        assert np.isfinite(one.score)
