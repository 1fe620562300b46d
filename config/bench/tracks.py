"""How well and how fast faults in tracks are found, on tracks that ship.

The tracks are those of delivery agents (GOAL, CC-BY-4.0, see apps/sandbox/tracks), placed in
Chinese cities; faults are drawn by ``track_faults``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

import numpy as np

from apps.exceptions.tracks.steps import moved
from apps.exceptions.trajectory import Track, detect_many
from apps.sandbox.ride_path import STEP_SECONDS, all_tracks
from config.bench.rows import Figure, Row
from config.bench.track_faults import Sample
from config.bench.track_peers import race
from config.bench.track_trial import Case, Score, cases_of, judge

CITIES = ((39.90, 116.40), (31.23, 121.47), (23.13, 113.26), (30.57, 104.07), (30.59, 114.31))
START = 1_800_000_000.0
LEAST_FIXES, LEAST_METRES = 50, 200.0
SEEDS = (11, 12, 13)
ROUNDS = 5
TRACKS = 100
FAST_ROWS = 100_000
RACED = 300


@cache
def base_tracks() -> tuple[Sample, ...]:
    """Return the delivery tracks that are long enough, each in one of the cities."""
    out = []
    for n, path in enumerate(all_tracks()):
        east, north = np.array(path).T
        if len(path) < LEAST_FIXES or max(np.ptp(east), np.ptp(north)) < LEAST_METRES:
            continue
        lat, lon = CITIES[n % len(CITIES)]
        at = moved(np.full(len(path), lat), np.full(len(path), lon), east, north)
        t = np.arange(len(path), dtype=np.float64) * STEP_SECONDS + START
        out.append(Sample(t, t.copy() + 5.0, *at))
    return tuple(out)


@cache
def cases(seed: int) -> tuple[Case, ...]:
    """Return clean and faulty tracks of a seed."""
    tracks = base_tracks()
    chosen = np.random.default_rng(seed).permutation(len(tracks))[:TRACKS]
    return tuple(cases_of([tracks[n] for n in chosen], seed))


@cache
def scores() -> tuple[Score, ...]:
    """Return the score of each seed."""
    return tuple(judge(cases(seed)) for seed in SEEDS)


def _over_seeds(value: Callable[[Score], float], *, least: bool) -> Figure:
    values = [value(one) for one in scores()]
    worst = min(values) if least else max(values)
    faults = sum(sum(one.faults.values()) for one in scores())
    note = f"{faults} faults, {len(SEEDS)} seeds, 5 s between fixes"
    return Figure(float(np.median(values)), worst, note)


def recall() -> Figure:
    """Share of faults found, mean over the kinds."""
    return _over_seeds(lambda one: one.macro(one.found), least=True)


def precision() -> Figure:
    """Share of findings that are right."""
    return _over_seeds(lambda one: one.precision, least=True)


def named() -> Figure:
    """Share of faults found under their own name, mean over the kinds."""
    return _over_seeds(lambda one: one.macro(one.named), least=True)


def clean_flagged() -> Figure:
    """Clean tracks flagged, of a hundred."""
    return _over_seeds(lambda one: 100.0 * one.flagged / max(one.clean, 1), least=False)


def _rate(tracks: list[Track]) -> Figure:
    rows = sum(len(one.t) for one in tracks)
    copies = -(-FAST_ROWS // rows)
    rates = []
    for _ in range(ROUNDS):
        started = time.process_time()
        detect_many(tracks * copies)
        rates.append(rows * copies / (time.process_time() - started) / 1000.0)
    return Figure(float(np.median(rates)), min(rates), f"{rows * copies} fixes, {ROUNDS} rounds")


def _track(sample: Sample) -> Track:
    return Track(sample.t, sample.lat, sample.lon, sample.received, route=sample.route)


def _tracks(*, faulty: bool) -> list[Track]:
    """Return the tracks of all seeds that have a fault, or those that have none.

    About half of them have a planned route.
    """
    chosen = [case for seed in SEEDS for case in cases(seed) if (case[1] is not None) == faulty]
    return [_track(sample) for sample, _ in chosen]


def clean_rate() -> Figure:
    """Thousand fixes a second on tracks without faults, half of them with a route."""
    return _rate(_tracks(faulty=False))


def fault_rate() -> Figure:
    """Thousand fixes a second where every track has a fault, half of them with a route."""
    return _rate(_tracks(faulty=True))


def against_movingpandas() -> Figure:
    """Times as fast as movingpandas, where a track in twenty has a fault.

    The note also says how many times where every track has one.
    """
    clean, faulty = _tracks(faulty=False), _tracks(faulty=True)
    order = np.random.default_rng(SEEDS[0]).permutation(len(faulty))
    some = [faulty[n] for n in order[: len(clean) // 19]]
    mixed, worst = race([*clean, *some]), race([faulty[n] for n in order[:RACED]])
    note = f"{len(some)} of {len(clean) + len(some)} tracks faulty: {mixed.note}; "
    note += f"all faulty: {worst.value:.1f} ×, {worst.note}"
    return Figure(mixed.value, mixed.worst, note)


ROWS = (
    Row("tracks_recall", "faults in tracks found, mean of 14 kinds", "", 0.99, recall, True),
    Row("tracks_precision", "findings on faulty tracks that are right", "", 0.99, precision, True),
    Row("tracks_named", "faults found under their own name", "", 0.98, named, True),
    Row("tracks_clean_flagged", "clean tracks flagged at all", "%", 1.0, clean_flagged),
    Row(
        "detector_clean_rate", "thousand fixes a second, clean tracks", "k/s", 300, clean_rate, True
    ),
    Row(
        "detector_fault_rate",
        "thousand fixes a second, each track faulty",
        "k/s",
        40,
        fault_rate,
        True,
    ),
    Row(
        "detector_vs_movingpandas",
        "fixes a second ÷ movingpandas' speed rule, same fixes, 1 track in 20 with a fault",
        "×",
        30,
        against_movingpandas,
        True,
    ),
)
