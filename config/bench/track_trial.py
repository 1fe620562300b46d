"""Draw faults into tracks, let the detector look, count what it found.

By hand, on tracks that may not ship:

    python -m config.bench.track_trial TRACKS.csv.gz --rate 30 --hold-out 3

reads ``track_id,t,lat,lon`` (or ``x_m,y_m``, placed at 30 N 120 E), takes the first letters of
``track_id`` as the person, fits the step model without each person in turn, and prints what that
model finds on the tracks of the person it has never seen.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from apps.exceptions.tracks.batch import batch_of, usual_intervals
from apps.exceptions.tracks.coefficients import STEP_MODEL
from apps.exceptions.tracks.model import StepModel
from apps.exceptions.tracks.search import Search
from apps.exceptions.tracks.steps import displacement, moved, walk_of
from apps.exceptions.trajectory import Finding, Thresholds
from config.bench import step_fit
from config.bench.track_faults import FAULTS, Sample, Stretch, TooShort

TOLERANCE = 2
CHUNK = 400
Case = tuple[Sample, tuple[str, Stretch] | None]


@dataclass(slots=True)
class Score:
    """What was found: faults, found, named and raised per kind; clean tracks and flagged ones."""

    faults: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    found: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    named: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    raised: int = 0
    right: int = 0
    clean: int = 0
    flagged: int = 0

    def add(self, truth: tuple[str, Stretch] | None, findings: Sequence[Finding]) -> None:
        """Count the findings of one track."""
        if truth is None:
            self.clean += 1
            self.flagged += bool(findings)
            return
        kind, stretch = truth
        good = [one for one in findings if is_right(one, stretch)]
        self.faults[kind] += 1
        self.found[kind] += bool(good)
        self.named[kind] += any(one.kind == kind for one in good)
        self.raised += len(findings)
        self.right += len(good)

    def macro(self, counted: dict[str, int]) -> float:
        """Return the mean over the kinds of the share counted."""
        shares = [counted[kind] / self.faults[kind] for kind in self.faults]
        return float(np.mean(shares)) if shares else 0.0

    @property
    def precision(self) -> float:
        """Return the share of findings on faulty tracks that are right."""
        return self.right / max(self.raised, 1)

    def __str__(self) -> str:
        return (
            f"{sum(self.faults.values())} faults: recall {self.macro(self.found):.4f}, "
            f"precision {self.precision:.4f}, named {self.macro(self.named):.4f}, "
            f"clean flagged {self.flagged} of {self.clean}"
        )


def is_right(finding: Finding, stretch: Stretch) -> bool:
    """Tell whether at least half of a finding's rows lie within two rows of the fault."""
    first, last = stretch[0] - TOLERANCE, stretch[1] + TOLERANCE
    common = min(finding.end, last) - max(finding.start, first) + 1
    return common > 0 and 2 * common >= finding.end - finding.start + 1


def cases_of(tracks: Sequence[Sample], seed: int, copies: int = 1) -> list[Case]:
    """Return every track clean and with each kind of fault, ``copies`` times."""
    cases: list[Case] = []
    for n, track in enumerate(tracks):
        random = np.random.default_rng([seed, n])
        cases.append((sent(track, random, planned=random.random() < 0.5), None))
        for copy in range(copies):
            for k, (kind, draw) in enumerate(FAULTS.items()):
                random = np.random.default_rng([seed, n, copy, k])
                sample = sent(track, random, planned=kind == "detour" or random.random() < 0.5)
                try:
                    cases.append((sample, (kind, draw(sample, random))))
                except TooShort:
                    continue
    return cases


def sent(track: Sample, random: np.random.Generator, *, planned: bool) -> Sample:
    """Return the track as a server hears it: at once or in batches, with or without a plan."""
    sample = track.copy()
    last = np.arange(len(sample.t))
    if random.random() < 0.5:
        size = int(random.integers(2, 20))
        last = np.minimum((last // size + 1) * size - 1, len(last) - 1)
    heard = sample.t[last] + random.uniform(1, 15, len(last))
    sample.received = np.maximum.accumulate(heard)
    if planned:
        some = slice(0, None, 5)
        noise = random.normal(0, 30, (2, len(sample.t[some])))
        sample.route = np.stack(moved(sample.lat[some], sample.lon[some], *noise), axis=1)
    return sample


def judge(cases: Sequence[Case], model: StepModel = STEP_MODEL, rows: int = 40_000) -> Score:
    """Let the detector look at every case and count."""
    score, limits = Score(), Thresholds()
    part: list[Case] = []
    for case in cases:
        part.append(case)
        if sum(len(one.t) for one, _ in part) >= rows:
            _judge(part, model, limits, score)
            part = []
    if part:
        _judge(part, model, limits, score)
    return score


def _judge(part: list[Case], model: StepModel, limits: Thresholds, score: Score) -> None:
    columns = [
        {
            "t": one.t,
            "recv": one.received,
            "lat": one.lat,
            "lon": one.lon,
            "accuracy": np.full(len(one.t), np.nan),
        }
        for one, _ in part
    ]
    routes = {k: one.route for k, (one, _) in enumerate(part) if one.route is not None}
    found = Search(batch_of(columns, routes, {}), limits, model).run()
    for k, (_, truth) in enumerate(part):
        score.add(truth, found.get(k, []))


def read(path: Path, hold_out: int) -> dict[str, list[Sample]]:
    """Return the tracks of every person, cut at silences of ten minutes."""
    rows: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            if "x_m" in row:
                east, north = float(row["x_m"]), float(row["y_m"])
                lat, lon = moved(np.array([30.0]), np.array([120.0]), east, north)
                place = float(lat[0]), float(lon[0])
            else:
                place = float(row["lat"]), float(row["lon"])
            rows[row["track_id"]].append((float(row["t"]), *place))
    people: dict[str, list[Sample]] = defaultdict(list)
    for key, fixes in rows.items():
        table = np.array(sorted(fixes))
        table = table[np.concatenate(([True], np.diff(table[:, 0]) > 0))]
        for part in np.split(table, np.flatnonzero(np.diff(table[:, 0]) > 600) + 1):
            t, lat, lon = part.T.copy()
            people[key[:hold_out]].append(Sample(t, t.copy(), lat, lon))
    return people


def usable(tracks: Sequence[Sample], rate: float, least: int) -> list[Sample]:
    """Return the tracks a fix every ``rate`` seconds, in pieces, without impossible speeds."""
    out = []
    for track in tracks:
        kept, last = [], -np.inf
        for n, t in enumerate(track.t):
            if t - last >= rate:
                kept.append(n)
                last = t
        for start in range(0, len(kept), CHUNK):
            rows = np.array(kept[start : start + CHUNK])
            if len(rows) < least:
                continue
            lat, lon, t = track.lat[rows], track.lon[rows], track.t[rows]
            length = np.hypot(*displacement(lat[:-1], lon[:-1], lat[1:], lon[1:]))
            if float((length / np.diff(t)).max()) <= 45.0:
                out.append(Sample(t, t.copy(), lat, lon))
    return out


def learn(people: dict[str, list[Sample]], without: str) -> StepModel:
    """Fit the step model to everybody but one, over fixes 5 to 120 seconds apart."""
    parts = []
    for rate in (0.0, 10.0, 15.0, 30.0, 45.0, 60.0, 90.0, 120.0):
        tracks = [one for who, mine in people.items() if who != without for one in mine]
        pieces = usable(tracks, rate, 25)
        if not pieces:
            continue
        number = np.repeat(np.arange(len(pieces)), [len(one.t) for one in pieces])
        columns = [
            np.concatenate([getattr(p, name) for p in pieces]) for name in ("t", "lat", "lon")
        ]
        walk = walk_of(np.arange(len(number)), number, *columns)
        sample = step_fit.sample_of(walk, usual_intervals(number, walk.dt), 1.0)
        sample.weight *= 3000.0 / sample.weight.sum()
        parts.append(sample)
    return step_fit.fit(step_fit.Sample.joined(parts))[0]


def main(arguments: Sequence[str]) -> None:
    """Print the score of each person under the model fitted without that person."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tracks", type=Path)
    parser.add_argument("--rate", type=float, default=0.0, help="seconds between fixes")
    parser.add_argument("--hold-out", type=int, default=3, help="letters that name a person")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    chosen = parser.parse_args(arguments)
    people = read(chosen.tracks, chosen.hold_out)
    for who in sorted(people):
        tracks = usable(people[who], chosen.rate, 50)
        if not tracks:
            continue
        model = learn(people, who)
        for seed in chosen.seeds:
            score = judge(cases_of(tracks, seed), model)
            sys.stdout.write(f"without {who}, seed {seed}: {score}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
