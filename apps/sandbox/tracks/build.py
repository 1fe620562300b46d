"""Makes ``goal-tracks.csv.gz`` from the GOAL data: decimetre steps, one track a row.

Run it as ``python apps/sandbox/tracks/build.py goal.csv.gz``, where the input has the columns
``track_id,t,x_m,y_m``. Fixes are put on a grid of 5 s. A track with a gap of more than 20 s or
an impossible step (over 35 m/s) is cut there; parts of less than two minutes or of less than
120 m are left out.
"""

from __future__ import annotations

import csv
import gzip
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

STEP_SECONDS = 5.0
LONGEST_GAP_SECONDS = 20.0
FASTEST_M_PER_S = 35.0
FEWEST_FIXES = 24
SHORTEST_M = 120.0
OUTPUT = Path(__file__).resolve().parent / "goal-tracks.csv.gz"
Fix = tuple[float, float, float]


def read_tracks(path: Path) -> Iterator[list[Fix]]:
    """Yield (t, x, y) of each track by time."""
    tracks: dict[str, list[Fix]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            fix = (float(row["t"]), float(row["x_m"]), float(row["y_m"]))
            tracks.setdefault(row["track_id"], []).append(fix)
    for fixes in tracks.values():
        yield sorted(fixes)


def sound_parts(fixes: list[Fix]) -> Iterator[list[Fix]]:
    """Yield the stretches without a gap or an impossible step that go somewhere."""
    part = fixes[:1]
    for before, after in pairwise(fixes):
        seconds = after[0] - before[0]
        metres = math.dist(before[1:], after[1:])
        if seconds > LONGEST_GAP_SECONDS or metres > FASTEST_M_PER_S * seconds:
            yield from filter(goes_somewhere, [on_grid(part)])
            part = []
        if seconds > 0:
            part.append(after)
    yield from filter(goes_somewhere, [on_grid(part)])


def on_grid(part: list[Fix]) -> list[Fix]:
    """Return the stretch with a fix every STEP_SECONDS, between its own fixes on a line."""
    grid: list[Fix] = []
    for before, after in pairwise(part):
        at = part[0][0] + len(grid) * STEP_SECONDS
        while at <= after[0]:
            share = (at - before[0]) / (after[0] - before[0])
            x, y = (a + (b - a) * share for a, b in zip(before[1:], after[1:], strict=True))
            grid.append((at, x, y))
            at = part[0][0] + len(grid) * STEP_SECONDS
    return grid


def goes_somewhere(part: list[Fix]) -> bool:
    """Whether a stretch is long enough in time and in space."""
    if len(part) < FEWEST_FIXES:
        return False
    return max(math.dist(part[0][1:], fix[1:]) for fix in part) >= SHORTEST_M


def steps_of(part: list[Fix]) -> str:
    """Steps east and north in decimetres, one pair a fix after the first."""
    places = [(round((x - part[0][1]) * 10), round((y - part[0][2]) * 10)) for _, x, y in part]
    return " ".join(f"{b[0] - a[0]},{b[1] - a[1]}" for a, b in pairwise(places))


def main() -> None:
    """Write the output file; the same input gives the same bytes."""
    parts = [part for fixes in read_tracks(Path(sys.argv[1])) for part in sound_parts(fixes)]
    text = "\n".join(map(steps_of, parts)) + "\n"
    OUTPUT.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    sys.stdout.write(f"{len(parts)} tracks, {sum(map(len, parts))} fixes\n")


if __name__ == "__main__":
    main()
