"""The detector against movingpandas' speed rule, on the same points, turn by turn.

movingpandas looks at speed alone and iterates over rows; its collection is built beforehand and not
timed, ours is laid out anew each time. What it cannot read, latitudes beyond 90°, is left out.
"""

from __future__ import annotations

import importlib
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from apps.exceptions.trajectory import Track, detect_many
from config.bench.rows import Figure

ROUNDS = 7
OURS_ROWS = 100_000
KM_H = 162


def race(tracks: Sequence[Track]) -> Figure:
    """Return how many times as many fixes a second the detector reads (median, worst round)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fair = [one for one in tracks if float(np.abs(one.lat).max()) <= 90.0]
        theirs = _speed_rule(fair)
        rows = sum(len(one.t) for one in fair)
        copies = -(-OURS_ROWS // rows)
        detect_many(fair)
        ratios, rates = [], []
        for _ in range(ROUNDS):
            slow = _seconds(theirs)
            fast = _seconds(partial(detect_many, fair * copies)) / copies
            ratios.append(slow / fast)
            rates.append((rows / fast / 1000.0, rows / slow / 1000.0))
    ours, peers = np.median(rates, axis=0)
    said = f"{rows} fixes, {ours:.0f} against {peers:.1f} k/s, {ROUNDS} rounds"
    return Figure(float(np.median(ratios)), min(ratios), said)


def _seconds(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _speed_rule(tracks: Sequence[Track]) -> Callable[[], Any]:
    """Return movingpandas' outlier cleaner, ready to run over the tracks.

    Raises RuntimeError where what ``requirements/bench.txt`` pins is not installed.
    """
    try:
        pandas: Any = importlib.import_module("pandas")
        movingpandas: Any = importlib.import_module("movingpandas")
    except ImportError as error:
        raise RuntimeError("this row needs requirements/bench.txt; `make bench` has it") from error
    frames = [
        pandas.DataFrame(
            {"track": k, "t": pandas.to_datetime(one.t, unit="s"), "lat": one.lat, "lon": one.lon}
        )
        for k, one in enumerate(tracks)
    ]
    collection = movingpandas.TrajectoryCollection(
        pandas.concat(frames), traj_id_col="track", t="t", x="lon", y="lat"
    )
    cleaner = movingpandas.OutlierCleaner(collection)
    return partial(cleaner.clean, v_max=KM_H, units=("km", "h"))
